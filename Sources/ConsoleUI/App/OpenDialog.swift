internal import TerminalKit

/// A question on the screen: what is asked, by whom, and how far the answer has come.
struct OpenDialog: Hashable, Sendable {
  /// Who gets the answer.
  enum Owner: Hashable, Sendable {
    case screen(Int)
    case console
  }

  let dialog: Dialog
  let owner: Owner
  /// The button with the focus.
  private var focus = 0
  private var input: TextInput
  /// Whether Enter was pressed before the expected word was there.
  private var isRefused = false
  private var scroll = ScrollState()

  init(_ dialog: Dialog, owner: Owner) {
    self.dialog = dialog
    self.owner = owner
    switch dialog.kind {
    case .line(let initial, _): input = TextInput(initial)
    case .typed, .choice, .message: input = TextInput()
    }
  }

  /// Takes an event; returns the answer once there is one.
  mutating func update(_ event: InputEvent, size: Size) -> DialogAnswer? {
    switch dialog.kind {
    case .choice(let buttons): return choose(event, buttons, size: size)
    case .message: return read(event, size: size)
    case .typed(let expected, let confirm):
      return edit(event, confirm: confirm, size: size) { $0 == expected }
    case .line(_, let confirm):
      return edit(event, confirm: confirm, size: size) { !$0.isEmpty }
    }
  }

  private mutating func choose(
    _ event: InputEvent, _ buttons: [Dialog.Button], size: Size
  ) -> DialogAnswer? {
    switch event {
    case .key(.escape), .key(.control("c")):
      return buttons.first.map { .chosen($0.id) } ?? .dismissed
    case .key(.enter), .key(.character(" ")):
      return buttons.indices.contains(focus) ? .chosen(buttons[focus].id) : .dismissed
    case .key(.tab), .key(.right), .key(.down), .key(.character("l")), .key(.character("j")):
      focus = (focus + 1) % max(1, buttons.count)
    case .key(.backTab), .key(.left), .key(.up), .key(.character("h")), .key(.character("k")):
      focus = (focus + max(1, buttons.count) - 1) % max(1, buttons.count)
    case .key(.character(let character)):
      let wanted = Character(character.lowercased())
      return buttons.first { Character($0.key.lowercased()) == wanted }.map { .chosen($0.id) }
    case .mouse(let mouse) where mouse.kind == .press:
      guard let index = button(at: mouse.point, size: size) else { return nil }
      return .chosen(buttons[index].id)
    default: break
    }
    return nil
  }

  private mutating func read(_ event: InputEvent, size: Size) -> DialogAnswer? {
    switch event {
    case .key(.escape), .key(.enter), .key(.character("q")), .key(.control("c")):
      return .dismissed
    case .mouse(let mouse) where mouse.kind == .press:
      return button(at: mouse.point, size: size) == nil ? nil : .dismissed
    default:
      let layout = layout(size)
      _ = scroll.handle(event, count: layout.rows.count, height: layout.text.height)
      return nil
    }
  }

  private mutating func edit(
    _ event: InputEvent, confirm: String, size: Size, isGood: (String) -> Bool
  ) -> DialogAnswer? {
    switch event {
    case .key(.escape), .key(.control("c")): return .dismissed
    case .key(.enter):
      if isGood(input.text) { return .confirmed(input.text) }
      isRefused = true
    case .mouse(let mouse) where mouse.kind == .press:
      switch button(at: mouse.point, size: size) {
      case 0: return .dismissed
      case 1 where isGood(input.text): return .confirmed(input.text)
      case 1: isRefused = true
      default: break
      }
    default:
      if input.handle(event) { isRefused = false }
    }
    return nil
  }

  /// The keys of the question, for the hint bar.
  var hints: [KeyHelp] {
    let cancel = KeyHelp(
      KeyBinding([.escape], 0, hint: "cancel", help: "Answer with the harmless choice"))
    switch dialog.kind {
    case .choice:
      return [
        KeyHelp(KeyBinding([.enter], 1, hint: "choose", help: "Press the button")),
        KeyHelp(KeyBinding([.tab], 2, hint: "next", help: "Go to the next button")), cancel,
      ]
    case .message:
      return [KeyHelp(KeyBinding([.enter], 1, hint: "close", help: "Close the message"))]
    case .typed(_, let confirm), .line(_, let confirm):
      return [
        KeyHelp(KeyBinding([.enter], 1, hint: confirm.lowercased(), help: "Confirm")), cancel,
      ]
    }
  }

  // MARK: - Drawing

  private struct Layout {
    var box: Rect
    var text: Rect
    var rows: [SafeText]
    var field: Rect
    var note: Rect
    var buttons: Rect
  }

  private var hasField: Bool {
    switch dialog.kind {
    case .typed, .line: true
    case .choice, .message: false
    }
  }

  private func layout(_ size: Size) -> Layout {
    let widest = dialog.body.map { SafeText($0).width }.max() ?? 0
    let labels = labels(isReady: true).reduce(0) { $0 + $1.label.width + 6 }
    let wanted = max(widest, SafeText(dialog.title).width + 4, labels, 44)
    let width = min(size.width - 4, min(wanted + 6, hasField ? 72 : 68))
    var rows: [SafeText] = []
    for (index, paragraph) in dialog.body.enumerated() {
      if index > 0 { rows.append(.empty) }
      rows += SafeText.paragraphs(paragraph, width: width - 6)
    }
    let fixed = (hasField ? 3 : 0) + 5
    let height = min(size.height - 2, rows.count + fixed)
    let box = Rect(
      x: (size.width - width) / 2, y: max(1, (size.height - height) / 2 - 1), width: width,
      height: height)
    let inside = box.inset(left: 3, top: 2, right: 3, bottom: 1)
    let buttons = inside.row(inside.height - 1)
    let text = inside.inset(bottom: hasField ? 5 : 2)
    return Layout(
      box: box, text: text, rows: rows, field: inside.row(inside.height - 4),
      note: inside.row(inside.height - 3), buttons: buttons)
  }

  private func labels(isReady: Bool) -> [(label: SafeText, isDangerous: Bool)] {
    switch dialog.kind {
    case .choice(let buttons):
      buttons.map { (SafeText("\($0.key) \($0.label)"), $0.isDangerous) }
    case .message: [("Close", false)]
    case .typed(_, let confirm): [("Cancel", false), (SafeText(confirm), true)]
    case .line(_, let confirm): [("Cancel", false), (SafeText(confirm), false)]
    }
  }

  /// The button that is drawn as focused.
  private var shownFocus: Int {
    switch dialog.kind {
    case .choice: focus
    case .message: 0
    case .typed(let expected, _): input.text == expected ? 1 : 0
    case .line: input.isEmpty ? 0 : 1
    }
  }

  private func button(at point: Point, size: Size) -> Int? {
    var scratch = Frame(size: size)
    return drawButtons(layout(size), on: &scratch).firstIndex { $0.contains(point) }
  }

  @discardableResult
  private func drawButtons(_ layout: Layout, on frame: inout Frame) -> [Rect] {
    frame.buttons(
      labels(isReady: true), in: layout.buttons, focus: shownFocus, alignment: .trailing)
  }

  /// Draws the question over the page.
  func draw(on frame: inout Frame, symbols: Symbols) {
    let layout = layout(frame.size)
    let isDangerous =
      switch dialog.kind {
      case .typed: true
      case .choice(let buttons): buttons.contains(where: \.isDangerous)
      case .line, .message: false
      }
    frame.fill(layout.box)
    frame.box(
      layout.box, title: SafeText(dialog.title), style: Style(isDangerous ? .danger : .focus),
      titleStyle: Style(isDangerous ? .danger : .title, isBold: true), symbols: symbols)
    let visible = scroll.visible(count: layout.rows.count, height: layout.text.height)
    frame.writeRows(
      layout.rows[visible].map { StyledText($0) }, in: layout.text, symbols: symbols)
    frame.scrollbar(
      Rect(
        x: layout.box.right - 2, y: layout.text.y, width: 1, height: layout.text.height),
      offset: visible.lowerBound, visible: layout.text.height, total: layout.rows.count,
      symbols: symbols)
    if hasField { drawField(layout, on: &frame, symbols: symbols) }
    drawButtons(layout, on: &frame)
  }

  private func drawField(_ layout: Layout, on frame: inout Frame, symbols: Symbols) {
    frame.cursor = input.draw(in: layout.field, on: &frame, isFocused: true, symbols: symbols)
    guard case .typed(let expected, _) = dialog.kind else {
      guard isRefused else { return }
      frame.write(
        symbols.failure + " Type where the file shall go.", in: layout.note,
        style: Style(.danger), symbols: symbols)
      return
    }
    if isRefused {
      frame.write(
        symbols.failure + " That is not " + SafeText(expected) + ".", in: layout.note,
        style: Style(.danger), symbols: symbols)
    } else {
      frame.write(
        "Type " + SafeText(expected) + " to confirm.", in: layout.note, style: .muted,
        symbols: symbols)
    }
  }
}
