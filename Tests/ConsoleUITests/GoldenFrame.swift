import Foundation
import TerminalKit
import Testing

/// A frame as text that a person can read and a version control can compare.
///
/// First the characters, then for every cell a letter for what it means (capital if bold), then
/// the marks that letters have no room for.
struct GoldenFrame: Equatable {
  let text: String

  init(_ frame: Frame) {
    var lines: [String] = ["size \(frame.size.width)x\(frame.size.height)"]
    for y in 0..<frame.size.height {
      lines.append(Self.trimmed((0..<frame.size.width).map { frame[$0, y].text }.joined()))
    }
    lines.append("styles")
    for y in 0..<frame.size.height {
      let letters = (0..<frame.size.width).map { Self.letter(frame[$0, y].style) }
      lines.append(Self.trimmed(letters.joined()))
    }
    lines += Self.marks("underlined", in: frame) { $0.isUnderlined }
    lines += Self.marks("reversed", in: frame) { $0.isReversed }
    lines += Self.marks("selected", in: frame) { $0.isOnSelection }
    if let cursor = frame.cursor { lines.append("cursor \(cursor.x),\(cursor.y)") }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Blanks stand for ordinary text, so that the picture shows what stands out.
  private static func letter(_ style: Style) -> String {
    let letter =
      switch style.role {
      case .text: " "
      case .muted: "m"
      case .title: "t"
      case .border: "-"
      case .focus: "o"
      case .selection: "l"
      case .accent: "a"
      case .success: "s"
      case .warning: "w"
      case .danger: "d"
      case .running: "r"
      case .match: "h"
      case .field: "f"
      case .placeholder: "p"
      case .bar: "b"
      }
    guard style.isBold else { return letter }
    return letter == " " ? "B" : letter.uppercased()
  }

  private static func marks(
    _ name: String, in frame: Frame, _ isMarked: (Style) -> Bool
  ) -> [String] {
    (0..<frame.size.height).compactMap { y in
      var runs: [String] = []
      var x = 0
      while x < frame.size.width {
        guard isMarked(frame[x, y].style) else {
          x += 1
          continue
        }
        let start = x
        while x < frame.size.width, isMarked(frame[x, y].style) { x += 1 }
        runs.append("\(start)-\(x - 1)")
      }
      return runs.isEmpty ? nil : "\(name) \(y): \(runs.joined(separator: " "))"
    }
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

/// Expects a frame to look as it is recorded under a name in `Golden`.
///
/// With `UPDATE_GOLDEN=1` in the environment the record is written instead, and the test fails, so
/// that the switch can't be left on.
func expectGolden(
  _ frame: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  let file = folder.appending(path: "\(name)-\(frame.size.width)x\(frame.size.height).txt")
  let actual = GoldenFrame(frame).text
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(actual.utf8).write(to: file)
      Issue.record(
        "\(file.lastPathComponent) was written; look at it and run without UPDATE_GOLDEN.",
        sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(file.path) can't be written: \(error)", sourceLocation: sourceLocation)
    }
    return
  }
  guard let data = try? Data(contentsOf: file) else {
    Issue.record(
      "There is no \(file.lastPathComponent); make it with UPDATE_GOLDEN=1.\n\(actual)",
      sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  guard expected != actual else { return }
  let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
  let differences = (0..<max(old.count, new.count)).compactMap { index -> String? in
    let left = index < old.count ? old[index] : "(nothing)"
    let right = index < new.count ? new[index] : "(nothing)"
    return left == right ? nil : "line \(index + 1)\n  recorded |\(left)\n  drawn    |\(right)"
  }
  Issue.record(
    "\(file.lastPathComponent) looks different:\n\(differences.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}
