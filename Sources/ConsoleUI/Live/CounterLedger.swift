package import ConnectorProtocol
package import TerminalKit

/// The outcome of every document as a sum that anybody can check.
///
/// `extracted = created + updated + unchanged + filtered + superseded + failed + in work`; what was
/// deleted stands apart, because it was not extracted.
package struct CounterLedger: Hashable, Sendable {
  /// One number and its name.
  struct Entry: Hashable, Sendable {
    /// What stands in front: ` `, `=` or `+`.
    var sign: SafeText
    var value: Int
    var name: SafeText
    var shortName: SafeText
    var role: Role

    init(_ sign: SafeText, _ value: Int, _ name: SafeText, _ short: SafeText, _ role: Role) {
      self.sign = sign
      self.value = value
      self.name = name
      shortName = short
      self.role = role
    }

    func number(fitting width: Int) -> SafeText {
      SafeText(Format.count(value, fitting: width))
    }
  }

  /// What it means that a document was superseded.
  package static let supersededMeaning = "gone or replaced while read; the newer version counts"

  private let counters: JobCounters
  private let isRunning: Bool
  private let keepsColumns: Bool

  /// Makes the sum; while the job runs, documents without an outcome are part of it.
  ///
  /// With `keepsColumns` the sum of a job that has ended keeps their place where all names fit, so
  /// that nothing moves under the eyes of who watched it.
  package init(_ counters: JobCounters, isRunning: Bool, keepsColumns: Bool = false) {
    self.counters = counters
    self.isRunning = isRunning
    self.keepsColumns = keepsColumns
  }

  /// Documents that were extracted and have no outcome yet.
  package var inWork: Int { counters.extracted - counters.settled }

  /// Whether an ended job's numbers fail to add up.
  package var isOff: Bool { !isRunning && inWork != 0 }

  var entries: [Entry] { entries(withWork: isRunning) }

  private func entries(withWork: Bool) -> [Entry] {
    var entries = [
      Entry(" ", counters.extracted, "extracted", "extr", .title),
      Entry("=", counters.created, "created", "new", .success),
      Entry("+", counters.updated, "updated", "upd", .accent),
      Entry("+", counters.unchanged, "unchanged", "same", .text),
      Entry("+", counters.filtered, "filtered", "filt", .text),
    ]
    if counters.superseded > 0 {
      entries.append(Entry("+", counters.superseded, "superseded", "sup", .text))
    }
    let failedRole: Role = counters.failed > 0 ? .danger : .text
    entries.append(Entry("+", counters.failed, "failed", "fail", failedRole))
    if withWork {
      entries.append(Entry("+", inWork, "in work", "work", .running))
    }
    entries.append(Entry(" ", counters.deleted, "deleted", "del", .warning))
    if counters.heldDeletions > 0 {
      entries.append(Entry(" ", counters.heldDeletions, "held", "held", .warning))
    }
    return entries
  }

  /// How wide the parts of the sum are drawn; the roomiest that fits is taken.
  private struct Form {
    var gap: Int
    var isShort: Bool
    var numberWidth = Int.max

    func name(_ entry: Entry) -> SafeText { isShort ? entry.shortName : entry.name }

    func width(_ entry: Entry) -> Int {
      max(entry.number(fitting: numberWidth).width, name(entry).width)
    }

    func width(_ entries: [Entry]) -> Int {
      entries.reduce(-gap) { $0 + gap + width($1) }
    }

    static let all =
      [
        Form(gap: 3, isShort: false), Form(gap: 2, isShort: false), Form(gap: 3, isShort: true),
        Form(gap: 2, isShort: true),
      ] + (4...9).reversed().map { Form(gap: 2, isShort: true, numberWidth: $0) }
  }

  private static func form(of entries: [Entry], fitting width: Int) -> Form {
    Form.all.first { $0.width(entries) <= width }
      ?? Form(gap: 1, isShort: true, numberWidth: 4)
  }

  /// Draws numbers above their names in two rows.
  package func draw(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    var entries = entries(withWork: isRunning || keepsColumns)
    if !isRunning, keepsColumns, Self.form(of: entries, fitting: area.width).isShort {
      entries = self.entries
    }
    let form = Self.form(of: entries, fitting: area.width)
    var x = area.x
    for (index, entry) in entries.enumerated() {
      if index > 0 {
        let place = Point(x: x + (form.gap > 2 ? 1 : form.gap - 1), y: area.y)
        frame.write(entry.sign, at: place, style: .muted, clip: area)
        x += form.gap
      }
      let width = form.width(entry)
      frame.write(
        entry.number(fitting: form.numberWidth).padded(to: width, alignment: .trailing),
        at: Point(x: x, y: area.y), style: Style(entry.role, isBold: true), clip: area)
      frame.write(
        form.name(entry).padded(to: width, alignment: .trailing),
        at: Point(x: x, y: area.y + 1), style: .muted, clip: area)
      x += width
    }
  }

  /// The sum as a sentence, for example `5 extracted = 3 created + 2 unchanged`; zeros left out.
  package var sentence: String {
    let parts = entries.dropFirst().filter { $0.value > 0 && $0.sign != " " }
      .map { "\(Format.count($0.value)) \($0.name.string)" }
    var text = "\(Format.count(counters.extracted)) extracted"
    if !parts.isEmpty { text += " = " + parts.joined(separator: " + ") }
    if counters.deleted > 0 { text += ", \(Format.count(counters.deleted)) deleted" }
    if counters.heldDeletions > 0 {
      text += ", \(Format.count(counters.heldDeletions)) deletions held"
    }
    return text
  }
}
