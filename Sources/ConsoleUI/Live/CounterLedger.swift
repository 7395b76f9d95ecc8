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
    var role: Role

    func number(fitting width: Int) -> SafeText {
      SafeText(Format.count(value, fitting: width))
    }
  }

  private let counters: JobCounters
  private let isRunning: Bool

  /// Makes the sum; while the job runs, documents without an outcome are part of it.
  package init(_ counters: JobCounters, isRunning: Bool) {
    self.counters = counters
    self.isRunning = isRunning
  }

  /// Documents that were extracted and have no outcome yet.
  package var inWork: Int { counters.extracted - counters.settled }

  /// Whether an ended job's numbers fail to add up.
  package var isOff: Bool { !isRunning && inWork != 0 }

  var entries: [Entry] {
    var entries = [
      Entry(sign: " ", value: counters.extracted, name: "extracted", role: .title),
      Entry(sign: "=", value: counters.created, name: "created", role: .success),
      Entry(sign: "+", value: counters.updated, name: "updated", role: .accent),
      Entry(sign: "+", value: counters.unchanged, name: "unchanged", role: .text),
      Entry(sign: "+", value: counters.filtered, name: "filtered", role: .text),
    ]
    if counters.superseded > 0 {
      entries.append(
        Entry(sign: "+", value: counters.superseded, name: "superseded", role: .text))
    }
    entries.append(
      Entry(
        sign: "+", value: counters.failed, name: "failed",
        role: counters.failed > 0 ? .danger : .text))
    if isRunning, inWork > 0 {
      entries.append(Entry(sign: "+", value: inWork, name: "in work", role: .running))
    }
    entries.append(Entry(sign: " ", value: counters.deleted, name: "deleted", role: .warning))
    if counters.heldDeletions > 0 {
      entries.append(
        Entry(sign: " ", value: counters.heldDeletions, name: "held", role: .warning))
    }
    return entries
  }

  /// Draws numbers above names in two rows, one if there is no room for the names.
  package func draw(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    let entries = entries
    var gap = 3
    var numberWidth = Int.max
    while true {
      let width = width(of: entries, gap: gap, numberWidth: numberWidth)
      if width <= area.width { break }
      if gap > 2 {
        gap = 2
      } else if numberWidth > 9 {
        numberWidth = 9
      } else if numberWidth > 5 {
        numberWidth -= 1
      } else {
        gap = 1
        break
      }
    }
    var x = area.x
    for (index, entry) in entries.enumerated() {
      if index > 0 {
        if gap > 1 {
          let place = Point(x: x + (gap - 1) / 2, y: area.y)
          frame.write(entry.sign, at: place, style: .muted, clip: area)
        }
        x += gap
      }
      let number = entry.number(fitting: numberWidth)
      let width = max(number.width, entry.name.width)
      frame.write(
        number.padded(to: width, alignment: .trailing), at: Point(x: x, y: area.y),
        style: Style(entry.role, isBold: true), clip: area)
      frame.write(
        entry.name.padded(to: width, alignment: .trailing), at: Point(x: x, y: area.y + 1),
        style: .muted, clip: area)
      x += width
    }
  }

  private func width(of entries: [Entry], gap: Int, numberWidth: Int) -> Int {
    entries.reduce(-gap) { sum, entry in
      sum + gap + max(entry.number(fitting: numberWidth).width, entry.name.width)
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
