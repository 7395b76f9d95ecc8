internal import EngineAPI
package import TerminalKit

extension ConsoleApp {
  /// Draws everything into a picture of the screen's size.
  package func frame(_ size: Size) -> Frame {
    var frame = Frame(size: size)
    var context = context
    context.size = size
    context.area = Chrome.body(of: size)
    guard size.width >= Self.minimumSize.width, size.height >= Self.minimumSize.height else {
      Chrome.drawTooSmall(on: &frame)
      Chrome.drawMark(on: &frame, context)
      return frame
    }
    let symbols = context.symbols
    let isReady = showsPage
    let model = topScreen.model
    if isReady {
      model.draw(in: context.area, on: &frame, context)
    } else {
      ServicePage.draw(in: context.area, on: &frame, context)
    }
    Chrome.drawTitleBar(
      breadcrumb: isReady ? breadcrumb : [], on: &frame, context)
    Chrome.drawStatusLine(flash?.flash, on: &frame, context)
    if overlay != nil || !dialogs.isEmpty {
      frame.cursor = nil
      // What can't be reached now steps back.
      frame.restyle(frame.rect) { style in
        style = style.role == .bar ? .bar : .muted
      }
    }
    Chrome.drawMark(on: &frame, context)
    hintBar.draw(in: Chrome.hintBar(of: size), on: &frame, symbols: symbols)
    switch overlay {
    case .help(let help): help.draw(on: &frame, symbols: symbols)
    case .palette(let palette): palette.draw(on: &frame, symbols: symbols)
    case nil: break
    }
    if let dialog = dialogs.last { dialog.draw(on: &frame, symbols: symbols) }
    if context.options.isASCII { frame.foldToASCII() }
    return frame
  }

  /// Whether the page on top is shown: the store is open, or the page needs none.
  var showsPage: Bool {
    context.snapshot.service.phase == .running || topScreen.kind.worksWithoutStore
  }

  /// The way from the list to the page on top.
  private var breadcrumb: [String] { topScreen.model.breadcrumb(context) }
}
