internal import TerminalKit

/// What was typed into a field for text, on one line or several.
enum FormInput: Hashable, Sendable {
  case line(TextInput)
  case area(TextAreaInput)

  /// Makes a field with the cursor at the end of its text.
  init(_ text: String, isMultiline: Bool) {
    self = isMultiline ? .area(TextAreaInput(text)) : .line(TextInput(text))
  }

  var text: String {
    switch self {
    case .line(let input): input.text
    case .area(let input): input.text
    }
  }

  /// Takes a key or a paste; says whether it was for the field.
  mutating func handle(_ event: InputEvent, width: Int) -> Bool {
    switch self {
    case .line(var input):
      let isTaken = input.handle(event)
      self = .line(input)
      return isTaken
    case .area(var input):
      let isTaken = input.handle(event, width: width)
      self = .area(input)
      return isTaken
    }
  }

  /// Draws the field and says where the cursor stands.
  func draw(
    in box: Rect, on frame: inout Frame, isFocused: Bool, isMasked: Bool, placeholder: String,
    symbols: Symbols
  ) -> Point {
    switch self {
    case .line(var input):
      input.isMasked = isMasked
      input.placeholder = placeholder
      return input.draw(in: box, on: &frame, isFocused: isFocused, symbols: symbols)
    case .area(var input) where isMasked && !input.text.isEmpty:
      let line = TextInput(input.text.filter { !$0.isNewline }, isMasked: true)
      frame.fill(box, style: Style(.field))
      input.placeholder = ""
      return line.draw(in: box.row(0), on: &frame, isFocused: isFocused, symbols: symbols)
    case .area(let input) where !isFocused && !input.text.isEmpty:
      return Self.drawTop(of: input.text, in: box, on: &frame, symbols)
    case .area(var input):
      input.placeholder = placeholder
      return input.draw(in: box, on: &frame, isFocused: isFocused, symbols: symbols)
    }
  }

  /// Draws the first rows of a text that nobody edits, and how many lines follow.
  private static func drawTop(
    of text: String, in box: Rect, on frame: inout Frame, _ symbols: Symbols
  ) -> Point {
    let lines = SafeText.lines(text)
    let fits = lines.count <= box.height
    for (index, line) in lines.prefix(fits ? box.height : box.height - 1).enumerated() {
      frame.write(line, in: box.row(index), style: Style(.field), symbols: symbols)
    }
    if !fits {
      let more = lines.count - box.height + 1
      frame.write(
        SafeText("and \(more) more lines"), in: box.row(box.height - 1),
        style: Style(.placeholder), symbols: symbols)
    }
    return box.origin
  }
}
