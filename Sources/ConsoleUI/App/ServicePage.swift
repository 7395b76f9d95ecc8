internal import EngineAPI
package import TerminalKit

/// What stands in for every page while the store opens, and when it can't be used.
package enum ServicePage {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case connections, former }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding(
      [.character("C")], .connections, hint: "connections",
      help: "Choose another store, or change how this one is reached"),
    KeyBinding(
      [.character("b")], .former, hint: "store before", help: "Go back to the store before"),
  ])

  static func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    keys.help { action in
      action == .former && context.formerStore == nil ? "There was no other store." : nil
    }
  }

  static func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    switch context.snapshot.service.phase {
    case .running: return
    case .opening: drawOpening(in: area, on: &frame, context)
    case .failed(let message): drawFailure(message, in: area, on: &frame, context)
    }
  }

  private static func drawOpening(
    in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let middle = area.y + area.height / 2
    var line = StyledText(symbols.spinnerFrame(context.animationStep) + " ", Style(.running))
    line.append("Opening the store", .title)
    frame.write(
      line, in: Rect(x: area.x, y: middle - 1, width: area.width, height: 1),
      alignment: .center, symbols: symbols)
    frame.write(
      SafeText(context.snapshot.service.store).middleTruncated(to: area.width - 4),
      in: Rect(x: area.x, y: middle + 1, width: area.width, height: 1), alignment: .center,
      style: .muted, symbols: symbols)
    guard let note = context.snapshot.service.openingNote else { return }
    frame.writeRows(
      StyledText(SafeText(note), .muted).wrapped(area.width - 4),
      in: Rect(x: area.x, y: middle + 3, width: area.width, height: 2).inset(left: 2, right: 2),
      symbols: symbols)
  }

  private static func drawFailure(
    _ message: String, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let width = min(area.width - 4, 76)
    let rows = SafeText.paragraphs(message, width: width - 4)
    let height = min(area.height, rows.count + 8)
    let box = Rect(
      x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2,
      width: width, height: height)
    let inside = frame.box(
      box, title: symbols.failure + " The store can’t be used", style: Style(.danger),
      titleStyle: Style(.danger, isBold: true), symbols: symbols
    ).inset(left: 1, top: 1, right: 1)
    let used = frame.writeRows(
      rows.map { StyledText($0) }, in: inside.inset(bottom: 5), symbols: symbols)
    let below = inside.inset(top: used + 1)
    frame.write(
      "Store: " + SafeText(context.snapshot.service.store), in: below.row(0), style: .muted,
      symbols: symbols)
    var hint = StyledText("C", Style(.accent, isBold: true))
    hint.append(" connections   ")
    if context.formerStore != nil {
      hint.append("b", Style(.accent, isBold: true))
      hint.append(" the store before   ")
    }
    hint.append("q", Style(.accent, isBold: true))
    hint.append(" quit")
    frame.write(hint, in: below.row(2), symbols: symbols)
    frame.write(
      "What you typed stays while the console is open.", in: below.row(3),
      style: .muted, symbols: symbols)
  }
}
