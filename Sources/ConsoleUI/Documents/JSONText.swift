internal import ConnectorKit
package import TerminalKit

/// A JSON document as coloured rows, indented, with long texts broken at their line breaks.
package struct JSONText: Hashable, Sendable {
  /// Rows in all; what goes beyond is cut and said to be.
  static let maximumRows = 20_000
  /// Characters of one text.
  static let maximumTextLength = 200_000

  /// The rows, each with the column under which its continuation stands.
  package private(set) var lines: [Line] = []
  private var current = StyledText()
  private var indent = 0

  /// One row before it is broken to the width of the screen.
  package struct Line: Hashable, Sendable {
    package var text: StyledText
    package var hang: Int
  }

  /// Lays out a document; bytes that are no JSON are shown as they are.
  package init(_ bytes: [UInt8]) {
    do throws(JSONError) {
      write(try JSONValue(parsing: bytes))
      endLine(hang: 0)
    } catch {
      let text = String(decoding: bytes.prefix(Self.maximumTextLength), as: UTF8.self)
      lines.append(Line(text: StyledText("This is not valid JSON:", Style(.warning)), hang: 0))
      for line in SafeText.lines(text).prefix(Self.maximumRows) {
        lines.append(Line(text: StyledText(line), hang: 0))
      }
      if bytes.count > Self.maximumTextLength { cut(bytes.count - Self.maximumTextLength) }
    }
  }

  /// The rows broken to a width.
  package func rows(width: Int) -> [StyledText] {
    lines.flatMap { line -> [StyledText] in
      if line.text.width <= width { return [line.text] }
      let hang = min(line.hang, width / 2)
      let whole = line.text.wrapped(width)
      guard hang > 0, let first = whole.first else { return whole }
      let rest = dropping(first.width, from: line.text)
      let blank = StyledText(SafeText(" ").repeated(hang))
      return [first] + rest.wrapped(width - hang).map { blank + $0 }
    }
  }

  private func dropping(_ width: Int, from text: StyledText) -> StyledText {
    var left = width
    var rest = StyledText()
    for run in text.runs {
      if left >= run.text.width {
        left -= run.text.width
        continue
      }
      let tail = run.text.dropping(left)
      left = 0
      rest.append(tail, run.style)
    }
    // The blank at which the row was broken goes with the break.
    if let first = rest.runs.first, first.text.clusters.first?.text == " " {
      return dropping(1, from: rest)
    }
    return rest
  }

  // MARK: - Layout

  private var isFull: Bool { lines.count >= Self.maximumRows }

  private mutating func endLine(hang: Int) {
    guard !current.isEmpty, !isFull else {
      current = StyledText()
      return
    }
    lines.append(Line(text: current, hang: hang))
    current = StyledText(SafeText(" ").repeated(indent * 2))
    if isFull { lines.append(Line(text: StyledText("(cut here)", Style(.warning)), hang: 0)) }
  }

  private mutating func cut(_ count: Int) {
    let text = "(\(Format.count(count)) more are not shown)"
    lines.append(Line(text: StyledText(SafeText(text), Style(.warning)), hang: 0))
  }

  private mutating func write(_ value: JSONValue) {
    guard !isFull else { return }
    switch value {
    case .null: current.append("null", .muted)
    case .bool(let flag): current.append(flag ? "true" : "false", Style(.running))
    case .integer(let number): current.append(SafeText(String(number)), Style(.running))
    case .number(let text): current.append(SafeText(text), Style(.running))
    case .string(let text): write(text)
    case .array(let elements):
      block("[", "]", isEmpty: elements.isEmpty) { writer in
        for (index, element) in elements.enumerated() {
          writer.write(element)
          writer.separate(index < elements.count - 1)
        }
      }
    case .object(let object):
      block("{", "}", isEmpty: object.members.isEmpty) { writer in
        for (index, member) in object.members.enumerated() {
          writer.current.append(SafeText(Self.quoted(member.name)), Style(.accent))
          writer.current.append(": ", .muted)
          writer.write(member.value)
          writer.separate(index < object.members.count - 1)
        }
      }
    }
  }

  private mutating func block(
    _ open: SafeText, _ close: SafeText, isEmpty: Bool, _ body: (inout JSONText) -> Void
  ) {
    current.append(open, .muted)
    guard !isEmpty else {
      current.append(close, .muted)
      return
    }
    indent += 1
    endLine(hang: indent * 2)
    body(&self)
    indent -= 1
    // The row was begun with the inner indentation.
    current = StyledText(SafeText(" ").repeated(indent * 2))
    current.append(close, .muted)
  }

  private mutating func separate(_ hasMore: Bool) {
    if hasMore { current.append(",", .muted) }
    endLine(hang: indent * 2 + 2)
  }

  /// Writes a text; after each of its line breaks a new row begins.
  private mutating func write(_ text: String) {
    let hang = current.width + 1
    let shown = text.prefix(Self.maximumTextLength)
    let quoted = Self.quoted(String(shown))
    var pieces = quoted.split(separator: "\\n", omittingEmptySubsequences: false)
    let last = pieces.popLast() ?? ""
    for piece in pieces where !isFull {
      current.append(SafeText(piece), .text)
      current.append("\\n", .muted)
      endLine(hang: hang)
      current = StyledText(SafeText(" ").repeated(min(hang, 24)))
    }
    current.append(SafeText(last), .text)
    if shown.endIndex < text.endIndex {
      current.append(" (cut here)", Style(.warning))
    }
  }

  /// The text as JSON writes it, but with backslashes so that line breaks stand out.
  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
