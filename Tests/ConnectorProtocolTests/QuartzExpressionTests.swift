import ConnectorKit
import ConnectorProtocol
import Testing

@Suite struct QuartzExpressionTests {
  private static let runs: [(String, String, [String])] = [
    ("0 0 0 * * ?", "2026-11-24T03:00", ["2026-11-25", "2026-11-26"]),
    ("0 0 0 * * ?", "2026-11-25T00:00", ["2026-11-26", "2026-11-27"]),
    ("0 0 3 * * ?", "2026-11-24T02:59:59.999Z", ["2026-11-24T03:00", "2026-11-25T03:00"]),
    ("0/20 * * * * ?", "2026-12-31T23:59:30", ["2026-12-31T23:59:40", "2027-01-01"]),
    ("0 0 12 29 2 ?", "2026-11-24", ["2028-02-29T12:00", "2032-02-29T12:00"]),
    ("0 0 0 29 2 ?", "2096-03-01", []),
    ("0 0 0 30 2 ?", "2026-11-24", []),
    ("0 0 0 ? * 7", "2026-11-24", ["2026-11-28", "2026-12-05"]),
    ("0 0 0 ? * SAT", "2026-11-24", ["2026-11-28", "2026-12-05"]),
    ("0 0 0 ? * L", "2026-11-24", ["2026-11-28", "2026-12-05"]),
    ("0 0 0 ? * fri-mon", "2026-11-24", ["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"]),
    (
      "0 0 22-2/2 * * ?", "2026-11-24T01:00",
      [
        "2026-11-24T02:00", "2026-11-24T22:00", "2026-11-25T00:00",
      ]
    ),
    ("0 0 0 L * ?", "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
    ("0 0 0 L-3 2 ?", "2026-11-24", ["2027-02-25", "2028-02-26"]),
    ("0 0 0 L-30 * ?", "2026-01-02", ["2026-03-01", "2026-05-01"]),
    ("0 0 0 LW * ?", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-31"]),
    ("0 0 0 L-1W * ?", "2026-08-01", ["2026-08-31", "2026-09-29"]),
    ("0 0 0 1W 8 ?", "2026-01-01", ["2026-08-03", "2027-08-02"]),
    ("0 0 0 15W 8 ?", "2026-01-01", ["2026-08-14", "2027-08-16"]),
    ("0 0 0 31W 4 ?", "2026-01-01", []),
    ("0 0 0 ? * 6L", "2026-11-24", ["2026-11-27", "2026-12-25"]),
    ("0 0 0 ? * MONL", "2026-11-24", ["2026-11-30", "2026-12-28"]),
    ("0 0 0 ? * 6#3", "2026-11-24", ["2026-12-18", "2027-01-15"]),
    ("0 0 0 ? 2 1#5", "2026-11-24", ["2032-02-29", "2060-02-29"]),
    ("0 0 0 1 JAN,jul ? 2027/5", "2026-11-24", ["2027-01-01", "2027-07-01", "2032-01-01"]),
    ("0 0 0 ? * * 2026-2027", "2027-12-30", ["2027-12-31"]),
    ("0 0 0 1 1 ? 1999", "2026-11-24", []),
    ("* * * * * *", "2026-11-24", ["2026-11-24T00:00:01"]),
    ("0 0 0 13 * 6", "2026-11-24", ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-13"]),
    ("0 0 0 13 * *", "2026-11-24", ["2026-12-13", "2027-01-13"]),
    ("0 0 0 * * 6", "2026-11-24", ["2026-11-27", "2026-12-04"]),
    ("0 0 0 1 1 ?", "1900-01-01", ["1970-01-01", "1971-01-01"]),
    (
      "  0   5,50/5,3 0 * *\t? ", "2026-11-24",
      [
        "2026-11-24T00:03", "2026-11-24T00:05", "2026-11-24T00:50", "2026-11-24T00:55",
      ]
    ),
  ]

  @Test(arguments: runs)
  func `fires when it should`(_ text: String, _ after: String, _ expected: [String]) throws {
    let expression = try QuartzExpression(parsing: text)
    let start = try #require(Timestamp(after))
    let found = expression.nextRuns(max(1, expected.count), after: start)
    #expect(found == expected.compactMap { Timestamp($0) })
    #expect(expression.text == text)
  }

  private static let wrong: [(String, QuartzField?)] = [
    ("", nil), ("0 0 0 * *", nil), ("0 0 0 * * ? 2027 x", nil), ("60 0 0 * * ?", .seconds),
    ("0 60 0 * * ?", .minutes), ("0 0 24 * * ?", .hours), ("0 0 0 0 * ?", .dayOfMonth),
    ("0 0 0 32 * ?", .dayOfMonth), ("0 0 0 1 13 ?", .month), ("0 0 0 1 0 ?", .month),
    ("0 0 0 1 MAI ?", .month), ("0 0 0 ? * 8", .dayOfWeek), ("0 0 0 ? * 0", .dayOfWeek),
    ("0 0 0 ? * MOO", .dayOfWeek), ("0 0 0 1 1 ? 1969", .year), ("0 0 0 1 1 ? 2100", .year),
    ("0 0 0 1 1 ? 2030-2027", .year), ("? 0 0 * * ?", .seconds), ("0 0 0 1 ? *", .month),
    ("0 0 0 ? * ?", .dayOfWeek), ("0 0 0 * * MON-", .dayOfWeek), ("-1 0 0 * * ?", .seconds),
    ("0 1-2-3 0 * * ?", .minutes), ("0 */0 0 * * ?", .minutes), ("0 */99 0 * * ?", .minutes),
    ("0 1/2/3 0 * * ?", .minutes), ("0 1,,2 0 * * ?", .minutes), ("0 , 0 * * ?", .minutes),
    ("0 0 0 L,3 * ?", .dayOfMonth), ("0 0 0 L-31 * ?", .dayOfMonth), ("0 0 0 LX * ?", .dayOfMonth),
    ("0 0 0 1-5W * ?", .dayOfMonth), ("0 0 0 W * ?", .dayOfMonth), ("0 0 0 32W * ?", .dayOfMonth),
    ("0 0 0 ? * 6#6", .dayOfWeek), ("0 0 0 ? * 6#0", .dayOfWeek), ("0 0 0 ? * #2", .dayOfWeek),
    ("0 0 0 ? * 6#2,3", .dayOfWeek), ("0 0 0 ? * 2,6L", .dayOfWeek), ("0 0 0 ? * 9L", .dayOfWeek),
    ("0 0 １ * * ?", .hours), ("a 0 0 * * ?", .seconds), ("0 +5 0 * * ?", .minutes),
  ]

  @Test(arguments: wrong)
  func `refuses what is no expression and names the field`(
    _ text: String, _ field: QuartzField?
  ) throws {
    let error = #expect(throws: QuartzError.self) { try QuartzExpression(parsing: text) }
    #expect(error?.field == field)
    let message = try #require(error?.message)
    #expect(message.hasSuffix(".") && !message.contains(".."))
    if let field { #expect(message.contains(field.rawValue)) }
  }

  @Test func `an expression that never fires again is found out at once`() throws {
    let expression = try QuartzExpression(parsing: "0 0 0 30 2 ?")
    let start = try #require(Timestamp("1970-01-01"))
    // 130 years of months; second by second it would be four billion steps.
    for _ in 0..<20 { #expect(expression.next(after: start) == nil) }
  }
}

/// The days of a field and the text that stands for them, made independently of the parser.
private struct RandomField {
  var text: String
  var contains: (Int) -> Bool

  static func numbers(
    _ range: ClosedRange<Int>, _ random: inout SeededGenerator, names: [String] = []
  ) -> RandomField {
    func name(_ number: Int) -> String {
      names.isEmpty || Bool.random(using: &random) ? "\(number)" : names[number - range.lowerBound]
    }
    let size = range.count
    let first = Int.random(in: range, using: &random)
    let last = Int.random(in: range, using: &random)
    let step = Int.random(in: 1...max(1, size / 2), using: &random)
    let span = (last - first + size) % size
    func distance(_ number: Int) -> Int { (number - first + size) % size }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return RandomField(text: "*") { _ in true }
    case 1:
      let set = Set((0..<4).map { _ in Int.random(in: range, using: &random) })
      let text = set.sorted().map { name($0) }.joined(separator: ",")
      return RandomField(text: text) { set.contains($0) }
    case 2:
      return RandomField(text: "\(name(first))-\(name(last))") { distance($0) <= span }
    case 3:
      return RandomField(text: "\(name(first))-\(name(last))/\(step)") {
        distance($0) <= span && distance($0) % step == 0
      }
    case 4:
      return RandomField(text: "*/\(step)") { ($0 - range.lowerBound) % step == 0 }
    default:
      return RandomField(text: "\(first)/\(step)") { $0 >= first && ($0 - first) % step == 0 }
    }
  }
}

/// A random expression with a predicate that was not made by parsing it.
private struct RandomExpression {
  var text: String
  var matchesDay: (CivilDate) -> Bool
  var matchesTime: (CivilDate) -> Bool

  /// Makes an expression; a sparse one has a single time of day.
  init(isSparse: Bool, hasSeconds: Bool, _ random: inout SeededGenerator) {
    let second = hasSeconds ? RandomField.numbers(0...59, &random) : Self.single(0)
    let minute =
      isSparse
      ? Self.single(.random(in: 0...59, using: &random)) : RandomField.numbers(0...59, &random)
    let hour =
      isSparse
      ? Self.single(.random(in: 0...23, using: &random)) : RandomField.numbers(0...23, &random)
    let month = RandomField.numbers(
      1...12, &random,
      names: [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
      ])
    let (dayOfMonth, dayOfWeek, matches) = Self.days(&random)
    text =
      "\(second.text) \(minute.text) \(hour.text) \(dayOfMonth) \(month.text) \(dayOfWeek)"
    matchesDay = { month.contains($0.month) && matches($0) }
    matchesTime = {
      second.contains($0.second) && minute.contains($0.minute) && hour.contains($0.hour)
    }
  }

  private static func single(_ number: Int) -> RandomField {
    RandomField(text: "\(number)") { $0 == number }
  }

  private static func days(
    _ random: inout SeededGenerator
  ) -> (String, String, (CivilDate) -> Bool) {
    let day = Int.random(in: 1...31, using: &random)
    let week = Int.random(in: 1...7, using: &random)
    let number = Int.random(in: 1...5, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      let field = RandomField.numbers(1...31, &random)
      return (field.text, "?", { field.contains($0.day) })
    case 2, 3:
      let field = RandomField.numbers(
        1...7, &random, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
      return ("?", field.text, { field.contains($0.dayOfWeek) })
    case 4:
      let offset = day % 4
      return (offset == 0 ? "L" : "L-\(offset)", "?", { $0.day == length($0) - offset })
    case 5:
      return (
        "\(day)W", "?",
        { date in day <= length(date) && date.day == nearest(to: day, in: date) }
      )
    case 6:
      return ("?", "\(week)L", { $0.dayOfWeek == week && $0.day + 7 > length($0) })
    default:
      return (
        "?", "\(week)#\(number)", { $0.dayOfWeek == week && ($0.day - 1) / 7 + 1 == number }
      )
    }
  }

  /// How many days a date's month has, by looking for the first of the next.
  private static func length(_ date: CivilDate) -> Int {
    (28...31).last { day in
      let candidate = CivilDate(year: date.year, month: date.month, day: day)
      return CivilDate(candidate.timestamp).month == date.month
    } ?? 28
  }

  private static func nearest(to day: Int, in date: CivilDate) -> Int? {
    (1...length(date))
      .filter {
        (2...6).contains(CivilDate(year: date.year, month: date.month, day: $0).dayOfWeek)
      }
      .min { abs($0 - day) < abs($1 - day) }
  }
}

@Suite struct QuartzBruteForceTests {
  private func randomStart(_ random: inout SeededGenerator) -> CivilDate {
    let seconds = Int64.random(in: 946_684_800...2_500_000_000, using: &random)
    return CivilDate(Timestamp(secondsSince1970: seconds))
  }

  /// The first match after a moment, looking at one moment after another.
  private func bruteForce(
    _ expression: RandomExpression, after start: Timestamp, step: Int64, steps: Int
  ) -> Timestamp? {
    var seconds = start.secondsSince1970 / step * step
    for _ in 0..<steps {
      seconds += step
      let moment = Timestamp(secondsSince1970: seconds)
      let date = CivilDate(moment)
      if expression.matchesTime(date), expression.matchesDay(date) { return moment }
    }
    return nil
  }

  private func compare(
    step: Int64, steps: Int, rounds: Int, hasSeconds: Bool
  ) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    for _ in 0..<rounds {
      let expression = RandomExpression(isSparse: false, hasSeconds: hasSeconds, &random)
      let start = randomStart(&random).timestamp
      let found = try QuartzExpression(parsing: expression.text).next(after: start)
      let expected = bruteForce(expression, after: start, step: step, steps: steps)
      if let expected {
        #expect(found == expected, "“\(expression.text)” after \(start), seed \(seed)")
      } else if let found {
        let end = Timestamp(secondsSince1970: start.secondsSince1970 + step * Int64(steps))
        #expect(found > end, "“\(expression.text)” after \(start), seed \(seed)")
      }
    }
  }

  @Test func `agrees with looking at every second of hours`() throws {
    try compare(step: 1, steps: 6_000, rounds: 60, hasSeconds: true)
  }

  @Test func `agrees with looking at every minute of weeks`() throws {
    try compare(step: 60, steps: 20_000, rounds: 60, hasSeconds: false)
  }

  @Test func `agrees with looking at every day of twenty years`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    for _ in 0..<120 {
      let expression = RandomExpression(isSparse: true, hasSeconds: false, &random)
      let quartz = try QuartzExpression(parsing: expression.text)
      let fields = expression.text.split(separator: " ")
      var moment = randomStart(&random).timestamp
      let first = moment.secondsSince1970 / 86_400
      let hour = try #require(Int64(fields[2]))
      let minute = try #require(Int64(fields[1]))
      for day in first...first + 20 * 365 {
        let due = Timestamp(secondsSince1970: day * 86_400 + hour * 3600 + minute * 60)
        guard due > moment, expression.matchesDay(CivilDate(due)) else { continue }
        let found = quartz.next(after: moment)
        guard found == due else {
          Issue.record(
            "“\(expression.text)” after \(moment): \(String(describing: found)), seed \(seed)")
          return
        }
        moment = due
        // A few runs of a dense schedule tell as much as all of them.
        if Int.random(in: 0..<60, using: &random) == 0 { break }
      }
    }
  }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
