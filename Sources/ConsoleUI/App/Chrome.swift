internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// What surrounds every page: the title bar above, the status line and the key hints below.
package enum Chrome {
  /// Where a page draws on a screen of a size.
  package static func body(of size: Size) -> Rect {
    Rect(x: 0, y: 1, width: size.width, height: size.height - 3)
  }

  static func statusLine(of size: Size) -> Rect {
    Rect(x: 0, y: size.height - 2, width: size.width, height: 1)
  }

  static func hintBar(of size: Size) -> Rect {
    Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
  }

  /// Draws the program's name, the way to the page, the store and the state of the service.
  static func drawTitleBar(
    breadcrumb: [String], on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let row = Rect(x: 0, y: 0, width: frame.size.width, height: 1)
    frame.fill(row, style: .bar)
    let service = serviceBadge(context)
    let markWidth = mark(context).map { $0.width + 1 } ?? 0
    let name = " connector-console "
    var left = StyledText(SafeText(name), Style(.bar, isBold: true))
    for (index, part) in breadcrumb.enumerated() {
      left.append(" " + symbols.breadcrumb + " ", .bar)
      left.append(SafeText(part), Style(.bar, isBold: index == breadcrumb.count - 1))
    }
    let room = row.width - service.width - 2 - markWidth
    if left.width > room, breadcrumb.count > 1 {
      left = StyledText(" ", .bar)
      for (index, part) in breadcrumb.enumerated() {
        if index > 0 { left.append(" " + symbols.breadcrumb + " ", .bar) }
        left.append(SafeText(part), Style(.bar, isBold: index == breadcrumb.count - 1))
      }
    }
    let leftEnd = frame.write(
      left, in: Rect(x: 0, y: 0, width: max(0, room), height: 1), symbols: symbols)
    frame.write(service, in: row.inset(right: 1), alignment: .trailing, symbols: symbols)
    let storeArea = Rect(
      x: leftEnd + 2, y: 0, width: row.width - service.width - markWidth - 3 - leftEnd - 2,
      height: 1)
    guard let store = storeName(context, width: storeArea.width) else { return }
    frame.write(
      store, in: storeArea, alignment: .trailing, style: .bar, symbols: symbols)
  }

  /// The store with its place if there is room, else without.
  private static func storeName(_ context: ScreenContext, width: Int) -> SafeText? {
    let whole = SafeText(context.snapshot.service.store)
    if whole.width <= width { return whole }
    let words = context.snapshot.service.store.split(separator: " ")
    let kind = SafeText(words.prefix { $0 != "at" }.joined(separator: " "))
    return kind.width <= width ? kind : nil
  }

  /// What stands on every page while the server's certificate is not verified.
  private static func mark(_ context: ScreenContext) -> SafeText? {
    guard context.snapshot.service.isUnverified else { return nil }
    let words: SafeText = context.size.width >= 80 ? "TLS not verified" : "unverified"
    return " " + context.symbols.warning + " " + words + " "
  }

  /// Draws the red mark of an unverified server over whatever is in the title bar.
  static func drawMark(on frame: inout Frame, _ context: ScreenContext) {
    guard let mark = mark(context) else { return }
    let style = Style(.danger, isBold: true, isReversed: true)
    let badge = serviceBadge(context).width + 2
    let x = max(0, frame.size.width - badge - mark.width)
    let area = Rect(x: x, y: 0, width: min(mark.width, frame.size.width), height: 1)
    frame.write(mark, in: area, style: style, symbols: context.symbols)
  }

  private static func serviceBadge(_ context: ScreenContext) -> StyledText {
    let symbols = context.symbols
    if let outage = context.snapshot.service.outage, context.snapshot.service.phase == .running {
      let time = Format.timeOfDay(outage.since, context.zone)
      let words = context.size.width >= 80 ? "no answer since " : "away "
      return StyledText(
        symbols.failure + " " + SafeText(words + time), Style(.danger, isBold: true))
    }
    let (symbol, word): (SafeText, SafeText) =
      switch context.snapshot.service.phase {
      case .opening: (symbols.spinnerFrame(context.animationStep), "opening")
      case .running: (symbols.bulletFull, "running")
      case .failed: (symbols.failure, "failed")
      }
    return StyledText(symbol + " " + word, .bar)
  }

  /// Draws the sentence of the moment at the left and the running syncs at the right.
  static func drawStatusLine(
    _ flash: Flash?, on frame: inout Frame, _ context: ScreenContext
  ) {
    let row = statusLine(of: frame.size)
    let symbols = context.symbols
    let whole = row.inset(left: 1, right: 1)
    var room = whole
    if let activity = activity(context), flash == nil || row.width >= 100 {
      frame.write(activity, in: room, alignment: .trailing, symbols: symbols)
      room = room.inset(right: activity.width + 2)
    }
    guard let flash = flash ?? outageNote(context) else { return }
    let (symbol, role) = flash.kind.look(symbols)
    var text = StyledText(symbol + " ", Style(role, isBold: true))
    text.append(SafeText(flash.text), Style(role))
    guard text.width > room.width else {
      frame.write(text, in: room, symbols: symbols)
      return
    }
    // What does not fit is broken, over the page's last rows, rather than cut.
    let sign = symbol + " "
    let lines = SafeText(flash.text).wrapped(max(8, whole.width - sign.width)).prefix(3)
    let top = row.y - (lines.count - 1)
    frame.fill(Rect(x: row.x, y: top, width: row.width, height: lines.count))
    for (index, line) in lines.enumerated() {
      var part = StyledText(
        index == 0 ? sign : SafeText(" ").repeated(sign.width), Style(role, isBold: true))
      part.append(line, Style(role))
      let place = Rect(x: whole.x, y: top + index, width: whole.width, height: 1)
      frame.write(part, in: place, symbols: symbols)
    }
  }

  /// Why the numbers stand still, as long as the store does not answer.
  private static func outageNote(_ context: ScreenContext) -> Flash? {
    guard let outage = context.snapshot.service.outage else { return nil }
    return Flash(.warning, "What you see is the last known state. " + outage.reason)
  }

  private static func activity(_ context: ScreenContext) -> StyledText? {
    let active = context.snapshot.connectors.compactMap(\.activeJob).filter {
      $0.job.status != .suspended
    }
    guard !active.isEmpty else { return nil }
    let rate = active.reduce(0) { $0 + $1.documentsPerSecond }
    let symbols = context.symbols
    var text = StyledText(symbols.spinnerFrame(context.animationStep) + " ", Style(.running))
    text.append(SafeText(Format.count(active.count, "sync") + " active"), .muted)
    text.append(" " + symbols.separator + " " + SafeText(Format.rate(rate)), .muted)
    return text
  }

  /// Draws the page that stands in for all others on a terminal that is too small.
  static func drawTooSmall(on frame: inout Frame) {
    let minimum = ConsoleApp.minimumSize
    let size = frame.size
    let text =
      "Terminal too small: needs at least \(minimum.width)x\(minimum.height), "
      + "is \(size.width)x\(size.height)"
    let rows = SafeText(text).wrapped(size.width)
    let top = max(0, (size.height - rows.count) / 2)
    for (index, row) in rows.enumerated() where top + index < size.height {
      frame.write(
        row, in: Rect(x: 0, y: top + index, width: size.width, height: 1), alignment: .center,
        style: Style(.warning, isBold: true))
    }
  }
}

extension Flash.Kind {
  func look(_ symbols: Symbols) -> (symbol: SafeText, role: Role) {
    switch self {
    case .info: (symbols.information, .text)
    case .success: (symbols.check, .success)
    case .warning: (symbols.warning, .warning)
    case .failure: (symbols.failure, .danger)
    }
  }
}

extension ScreenContext {
  /// The characters to draw with.
  package var symbols: Symbols { .set(isASCII: options.isASCII) }
}
