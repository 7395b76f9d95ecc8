/// One field of a Quartz expression.
package enum QuartzField: String, Hashable, Sendable, CaseIterable {
  case seconds, minutes, hours
  case dayOfMonth = "day of month"
  case month
  case dayOfWeek = "day of week"
  case year

  /// The numbers that it takes.
  package var range: ClosedRange<Int> {
    switch self {
    case .seconds, .minutes: 0...59
    case .hours: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 1...7
    case .year: QuartzExpression.years
    }
  }

  private static let monthNames = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]
  private static let dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

  private var names: [String] {
    switch self {
    case .month: Self.monthNames
    case .dayOfWeek: Self.dayNames
    default: []
    }
  }

  func error(_ reason: String) -> QuartzError {
    QuartzError(field: self, message: "In the \(rawValue) field, \(reason).")
  }

  /// The numbers of a list of values, ranges and steps as bits.
  func mask(_ text: String) throws(QuartzError) -> UInt64 {
    var mask: UInt64 = 0
    for number in try numbers(text) { mask |= 1 << UInt64(number) }
    return mask
  }

  /// The years of a list; `nil` for all.
  func yearSet(_ text: String) throws(QuartzError) -> Set<Int>? {
    text == "*" ? nil : Set(try numbers(text))
  }

  /// A number or a name within the field's range.
  func number(_ text: String) throws(QuartzError) -> Int {
    if let index = names.firstIndex(of: text) { return index + 1 }
    let isDigits = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isDigits, let number = Int(text) else {
      let example = names.first.map { " or a name such as \($0)" } ?? ""
      let what = text.isEmpty ? "a value is missing" : "“\(text)” is not a number\(example)"
      throw error(what)
    }
    guard range.contains(number) else {
      throw error("\(number) is not between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  private func numbers(_ text: String) throws(QuartzError) -> [Int] {
    var numbers: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      numbers += try self.numbers(ofItem: String(item))
    }
    return numbers
  }

  /// The numbers of `*`, `5`, `5-9`, `*/2`, `5/2` or `5-9/2`.
  private func numbers(ofItem item: String) throws(QuartzError) -> [Int] {
    let halves = item.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2 else { throw error("“\(item)” has more than one step") }
    if item == "?" { throw error("“?” is not allowed, only in the fields for days") }
    let step = halves.count == 2 ? try self.step(halves[1], in: item) : 1
    let (first, last) = try bounds(halves[0], hasStep: halves.count == 2)
    guard first <= last else {
      // Around the end: Friday to Monday, or 22 to 2 o'clock.
      guard self != .year else { throw error("\(first) is after \(last)") }
      let count = range.upperBound - range.lowerBound + 1
      return stride(from: first, through: last + count, by: step).map {
        ($0 - range.lowerBound) % count + range.lowerBound
      }
    }
    return Array(stride(from: first, through: last, by: step))
  }

  private func bounds(_ text: String, hasStep: Bool) throws(QuartzError) -> (Int, Int) {
    if text == "*" || (text.isEmpty && hasStep) { return (range.lowerBound, range.upperBound) }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2 else { throw error("“\(text)” is not a range such as 1-5") }
    let first = try number(ends[0])
    if ends.count == 2 { return (first, try number(ends[1])) }
    return (first, hasStep ? range.upperBound : first)
  }

  private func step(_ text: String, in item: String) throws(QuartzError) -> Int {
    let isDigits = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isDigits, let step = Int(text), step > 0 else {
      throw error("the step of “\(item)” must be a whole number above 0")
    }
    guard self == .year || step <= range.upperBound else {
      throw error("the step \(step) is larger than \(range.upperBound)")
    }
    return step
  }
}
