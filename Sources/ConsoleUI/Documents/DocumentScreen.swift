package import ConnectorKit
internal import EngineAPI
package import TerminalKit

/// One whole document as it is in the index, or as it was refused.
package struct DocumentScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case copyID, copyDocument }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the document’s id"),
    KeyBinding(
      [.character("Y")], .copyDocument, hint: "copy document",
      help: "Copy the whole document as JSON"),
  ])

  /// Where the document comes from, and how far that is.
  private enum Content: Hashable, Sendable {
    case wanted(index: String, DocumentID)
    case waiting(RequestTag)
    case failed(String)
    case shown(Shown)
  }

  private struct Shown: Hashable, Sendable {
    var body: [UInt8]
    var text: JSONText
    var width: Int
    var rows: [StyledText]

    init(_ body: [UInt8], width: Int) {
      self.body = body
      self.width = width
      text = JSONText(body)
      rows = text.rows(width: width)
    }
  }

  private let title: String
  private let note: String?
  private var content: Content
  private var scroll = ScrollState()

  /// Makes the page of a document that is in an index.
  package init(index: String, id: DocumentID) {
    title = id.text
    note = nil
    content = .wanted(index: index, id)
  }

  /// Makes the page of a document that is at hand.
  ///
  /// - Parameters:
  ///   - title: its id.
  ///   - body: its fields as JSON.
  ///   - note: a sentence above it.
  package init(title: String, body: [UInt8], note: String? = nil) {
    self.title = title
    self.note = note
    content = .shown(Shown(body, width: 76))
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Documents", title] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { action in
      guard action == .copyDocument else { return nil }
      guard case .shown(let shown) = content else { return "The document is not here yet." }
      // Terminals drop more than about 74 KB without a word.
      return shown.body.count > 70_000
        ? "The document is too large for the terminal’s clipboard." : nil
    }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    guard case .wanted(let index, let id) = content else { return [] }
    let tag = context.makeTag()
    content = .waiting(tag)
    return [.request(tag, .document(index: index, id))]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result):
      guard content == .waiting(tag) else { return [] }
      switch result {
      case .success(.document(let body)):
        content = .shown(Shown(body, width: textArea(context.area).width))
      case .success: break
      case .failure(let failure): content = .failed(failure.message)
      }
      return []
    case .refreshed, .fileSaved, .connection, .dialogAnswered, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    guard case .shown(var shown) = content else { return [] }
    let area = textArea(context.area)
    if shown.width != area.width {
      shown.width = area.width
      shown.rows = shown.text.rows(width: area.width)
      content = .shown(shown)
    }
    switch Self.keys.action(for: event) {
    case .copyID:
      return [
        .copy(title), .flash(context.copied("the id")),
      ]
    case .copyDocument:
      return [
        .copy(String(decoding: shown.body, as: UTF8.self)),
        .flash(context.copied("the document")),
      ]
    case nil:
      _ = scroll.handle(event, count: shown.rows.count, height: area.height)
      return []
    }
  }

  /// Where the text is: below the title, and below the note if there is one.
  private func textArea(_ area: Rect) -> Rect {
    let inside = area.inset(left: 2, top: 1, right: 2)
    return inside.inset(top: noteRows(width: inside.width).count)
  }

  private func noteRows(width: Int) -> [StyledText] {
    guard let note else { return [] }
    return Array(StyledText(SafeText(note), Style(.danger)).wrapped(width).prefix(3))
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let inside = textArea(area)
    let heading = area.row(0).inset(left: 2, right: 2)
    switch content {
    case .wanted, .waiting:
      frame.write("Reading the document ...", in: heading, style: .muted, symbols: symbols)
    case .failed(let message):
      frame.writeWrapped(
        StyledText(symbols.failure + " " + SafeText(message), Style(.danger)),
        in: area.inset(
          left: 2, right: 2), symbols: symbols)
    case .shown(let shown):
      let rows = shown.width == inside.width ? shown.rows : shown.text.rows(width: inside.width)
      let visible = scroll.visible(count: rows.count, height: inside.height)
      let size = SafeText(Format.bytes(shown.body.count))
      frame.write(
        SafeText(title).middleTruncated(
          to: heading.width - size.width - 2, ellipsis: symbols.ellipsis),
        in: heading, style: .title, symbols: symbols)
      frame.writeRows(
        noteRows(width: inside.width), in: area.inset(left: 2, top: 1, right: 2),
        symbols: symbols)
      frame.write(size, in: heading, alignment: .trailing, style: .muted, symbols: symbols)
      frame.writeRows(Array(rows[visible]), in: inside, symbols: symbols)
      frame.scrollbar(
        Rect(x: area.right - 1, y: inside.y, width: 1, height: inside.height),
        offset: visible.lowerBound, visible: inside.height, total: rows.count,
        symbols: symbols)
    }
  }
}
