internal import ConnectorKit
internal import EngineAPI
internal import TerminalKit

/// The chosen hit's document beside the list of hits; one is read at a time.
struct DocumentPreview: Hashable, Sendable {
  private struct Shown: Hashable, Sendable {
    var id: DocumentID
    var text: JSONText
    var width: Int
    var rows: [StyledText]
  }

  private var waiting: (id: DocumentID, tag: RequestTag)?
  private var shown: Shown?
  private var failure: (id: DocumentID, message: String)?

  /// Asks for a document unless it is here, has failed, or another one is on its way.
  mutating func want(
    _ id: DocumentID, in index: String, _ context: inout ScreenContext
  ) -> [Effect] {
    guard waiting == nil, shown?.id != id, failure?.id != id else { return [] }
    let tag = context.makeTag()
    waiting = (id, tag)
    return [.request(tag, .document(index: index, id))]
  }

  /// Takes an answer; `false` if it is for somebody else.
  mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>, width: Int
  ) -> Bool {
    guard let waiting, waiting.tag == tag else { return false }
    self.waiting = nil
    failure = nil
    switch result {
    case .success(.document(let body)):
      let text = JSONText(body)
      shown = Shown(id: waiting.id, text: text, width: width, rows: text.rows(width: width))
    case .success: break
    case .failure(let error): failure = (waiting.id, error.message)
    }
    return true
  }

  /// Draws the document if it is the wanted one.
  func draw(_ id: DocumentID, in area: Rect, on frame: inout Frame, _ symbols: Symbols) {
    let inside = frame.box(area, title: SafeText(id.text), symbols: symbols)
      .inset(left: 1, right: 1)
    if let failure, failure.id == id {
      frame.writeWrapped(
        StyledText(symbols.failure + " " + SafeText(failure.message), Style(.danger)),
        in: inside, symbols: symbols)
      return
    }
    guard let shown, shown.id == id else { return }
    let isFitting = shown.width == inside.width
    let rows = isFitting ? shown.rows : shown.text.rows(width: inside.width)
    frame.writeRows(Array(rows.prefix(inside.height + 1)), in: inside, symbols: symbols)
  }

  static func == (left: DocumentPreview, right: DocumentPreview) -> Bool {
    left.waiting?.tag == right.waiting?.tag && left.shown == right.shown
      && left.failure?.id == right.failure?.id
      && left.failure?.message == right.failure?.message
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(waiting?.tag)
    hasher.combine(shown?.id)
  }
}
