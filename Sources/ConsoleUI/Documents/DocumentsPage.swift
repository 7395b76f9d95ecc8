package import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// Searches a connector's index.
package struct DocumentsPage: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case open, search, copyID, reload }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .open, hint: "open", help: "Show the whole document"),
    KeyBinding(
      [.character("/")], .search, hint: "search",
      help: "Search for words, \"phrases\" and -excluded words"),
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the document’s id"),
    KeyBinding([.control("r")], .reload, hint: "reload", help: "Search again"),
  ])

  /// Hits in one request.
  static let pageSize = 25
  /// How long after the last key the search starts.
  static let debounce = Duration.milliseconds(250)

  private enum Waiting: Hashable, Sendable {
    case no
    case first(RequestTag)
    case more(RequestTag)

    var isFirst: Bool {
      if case .first = self { true } else { false }
    }
  }

  package let connectorID: String
  private var input = TextInput(placeholder: "words, \"a phrase\", -without")
  private var isTyping = false
  /// The query of the hits that are shown.
  private var searched: String?
  private var hits: [SearchHit] = []
  private var total = 0
  private var took = Duration.zero
  private var waiting = Waiting.no
  private var failure: String?
  /// When the search for what was typed starts.
  private var due: Timestamp?
  private var list = ListState()
  private var preview = DocumentPreview()
  /// The index's size when it was searched; another one means that there is news.
  private var documentCount = 0

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package var isEditingText: Bool { isTyping }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? { due }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Documents"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    if isTyping {
      return [
        KeyHelp(
          KeyBinding([.enter], Action.search, hint: "search", help: "Go to the hits")),
        KeyHelp(
          KeyBinding([.escape], Action.reload, hint: "leave the field", help: "Leave the field")),
      ]
    }
    return Self.keys.help { action in
      switch action {
      case .open, .copyID: hits.isEmpty ? "There is no document to choose." : nil
      case .search, .reload: index(context) == nil ? "No index is attached." : nil
      }
    }
  }

  private func index(_ context: ScreenContext) -> String? {
    context.snapshot.connector(connectorID)?.record.indexName
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    search(&context)
  }

  private mutating func search(_ context: inout ScreenContext) -> [Effect] {
    due = nil
    guard let index = index(context) else { return [] }
    let tag = context.makeTag()
    waiting = .first(tag)
    documentCount = context.snapshot.connector(connectorID)?.documentCount ?? 0
    let request = SearchRequest(query: input.text, from: 0, size: Self.pageSize)
    return [.request(tag, .search(index: index, request))]
  }

  private mutating func loadMore(_ context: inout ScreenContext) -> [Effect] {
    guard waiting == .no, hits.count < total, let index = index(context) else { return [] }
    guard list.selection + 10 >= hits.count else { return [] }
    let tag = context.makeTag()
    waiting = .more(tag)
    let request = SearchRequest(query: searched ?? "", from: hits.count, size: Self.pageSize)
    return [.request(tag, .search(index: index, request))]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event):
      let effects = isTyping ? type(event, &context) : take(event, &context)
      return effects + followPreview(&context)
    case .refreshed:
      guard let due, due <= context.now else { return [] }
      return search(&context)
    case .uncovered:
      let count = context.snapshot.connector(connectorID)?.documentCount ?? 0
      let hasNews = count != documentCount && list.selection == 0
      return hasNews ? search(&context) : []
    case .response(let tag, let result):
      if preview.take(tag, result, width: layout(context.area).previewWidth) {
        return followPreview(&context)
      }
      take(tag, result)
      return followPreview(&context)
    case .fileSaved, .connection, .dialogAnswered: return []
    }
  }

  /// Reads the chosen document where there is room to show it.
  private mutating func followPreview(_ context: inout ScreenContext) -> [Effect] {
    guard layout(context.area).preview != nil, let index = index(context),
      let row = list.selected(count: hits.count)
    else { return [] }
    return preview.want(hits[row].id, in: index, &context)
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) {
    guard waiting == .first(tag) || waiting == .more(tag) else { return }
    let isFirst = waiting == .first(tag)
    waiting = .no
    switch result {
    case .success(.search(let response)):
      failure = nil
      total = response.total
      took = response.took
      if isFirst {
        preview = DocumentPreview()
        searched = input.text
        hits = response.hits
        list = ListState()
      } else {
        hits += response.hits
        if response.hits.isEmpty { total = hits.count }
      }
    case .success: break
    case .failure(let failure): self.failure = failure.message
    }
  }

  private mutating func type(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    switch event {
    case .key(.enter), .key(.down), .key(.tab):
      isTyping = false
      return input.text == searched && due == nil ? [] : search(&context)
    case .key(.escape):
      isTyping = false
      return []
    default:
      let before = input.text
      _ = input.handle(event)
      if input.text != before { due = context.now + Self.debounce }
      return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let layout = self.layout(context.area)
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress {
      return click(mouse, layout, &context)
    }
    let selected = list.selected(count: hits.count).map { hits[$0] }
    if event == .key(.up) || event == .key(.character("k")), list.selection == 0 {
      isTyping = true
      return []
    }
    if list.handle(event, count: hits.count, height: layout.visibleHits) {
      return loadMore(&context)
    }
    switch (Self.keys.action(for: event), selected) {
    case (.search, _):
      isTyping = true
      return []
    case (.reload, _): return search(&context)
    case (.open, let hit?):
      guard let index = index(context) else { return [] }
      return [.push(.document(DocumentScreen(index: index, id: hit.id)))]
    case (.copyID, let hit?):
      return [
        .copy(hit.id.text), .flash(context.copied("the id")),
      ]
    default: return []
    }
  }

  private mutating func click(
    _ mouse: MouseEvent, _ layout: Layout, _ context: inout ScreenContext
  ) -> [Effect] {
    if layout.field.contains(mouse.point) {
      isTyping = true
      return []
    }
    guard layout.hits.contains(mouse.point) else { return [] }
    let visible = list.visible(count: hits.count, height: layout.visibleHits)
    let row = visible.lowerBound + (mouse.point.y - layout.hits.y) / layout.rowsPerHit
    guard visible.contains(row) else { return [] }
    let isSecond = mouse.kind == .doublePress && list.selection == row
    list.select(row, count: hits.count, height: layout.visibleHits)
    guard isSecond, let index = index(context) else { return [] }
    return [.push(.document(DocumentScreen(index: index, id: hits[row].id)))]
  }

  // MARK: - Drawing

  private func layout(_ area: Rect) -> Layout {
    Layout(in: area, hasTexts: hits.contains { !$0.highlights.isEmpty })
  }

  private struct Layout {
    /// One row without pieces of text, else three: title, text and a gap.
    var rowsPerHit: Int
    var field: Rect
    var note: Rect
    var hits: Rect
    /// The chosen document, on wide screens.
    var preview: Rect?

    /// Columns of the chosen document's text.
    var previewWidth: Int { max(0, (preview?.width ?? 0) - 4) }

    /// Hits that are shown whole.
    var visibleHits: Int { max(1, (hits.height + (rowsPerHit > 1 ? 1 : 0)) / rowsPerHit) }

    init(in area: Rect, hasTexts: Bool) {
      rowsPerHit = hasTexts ? 3 : 1
      let top = area.splitTop(1)
      field = top.top.inset(left: 2, right: 1)
      let second = top.rest.splitTop(1)
      note = second.top.inset(left: 2, right: 1)
      hits = second.rest
      if area.width >= 110 {
        let parts = second.rest.splitLeft(area.width / 2)
        hits = parts.left
        preview = parts.rest
      }
    }
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let layout = self.layout(area)
    let symbols = context.symbols
    guard index(context) != nil else {
      frame.write(
        "No index is attached, so there is nothing to search.", in: layout.field,
        style: .muted, symbols: symbols)
      return
    }
    frame.write(
      "Search", at: layout.field.origin, style: Style(.title, isBold: true), clip: layout.field)
    let box = layout.field.inset(left: 8)
    let cursor = input.draw(in: box, on: &frame, isFocused: isTyping, symbols: symbols)
    if isTyping { frame.cursor = cursor }
    drawNote(in: layout.note, on: &frame, context)
    drawHits(layout, on: &frame, context)
    guard let area = layout.preview, let row = list.selected(count: hits.count) else { return }
    preview.draw(hits[row].id, in: area, on: &frame, symbols)
  }

  private func drawNote(in row: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    if let failure {
      frame.write(
        symbols.failure + " " + SafeText(failure), in: row, style: Style(.danger),
        symbols: symbols)
      return
    }
    let isStale = due != nil || waiting.isFirst
    if isStale {
      frame.write("Searching ...", in: row, style: .muted, symbols: symbols)
      return
    }
    let query = searched ?? ""
    var text = SafeText(
      query.isEmpty
        ? "\(Format.count(total, "document")) in the index"
        : "\(Format.count(total, "document")) match")
    if !query.isEmpty, total == 1 { text = "1 document matches" }
    if !query.isEmpty, total == 0 { text = "No document matches" }
    frame.write(text, in: row, style: total == 0 ? Style(.warning) : .text, symbols: symbols)
    guard total > 0 else {
      frame.write(
        SafeText(Format.duration(took)), in: row, alignment: .trailing, style: .muted,
        symbols: symbols)
      return
    }
    let position = list.selected(count: hits.count).map { "\(Format.count($0 + 1)) of " } ?? ""
    frame.write(
      SafeText("\(position)\(Format.count(total)), \(Format.duration(took))"), in: row,
      alignment: .trailing, style: .muted, symbols: symbols)
  }

  private func drawHits(_ layout: Layout, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    guard !hits.isEmpty else {
      guard searched != nil, due == nil, waiting == .no else { return }
      let query = searched ?? ""
      let note: SafeText =
        query.isEmpty
        ? "The index is empty. Press s to sync." : "Try fewer or other words; / edits the search."
      frame.write(note, in: layout.hits.row(1).inset(left: 2), style: .muted, symbols: symbols)
      guard !query.isEmpty else { return }
      let common: SafeText = "Very common words, such as “the”, are not searched."
      frame.write(common, in: layout.hits.row(2).inset(left: 2), style: .muted, symbols: symbols)
      return
    }
    let visible = list.visible(count: hits.count, height: layout.visibleHits)
    let selected = list.selected(count: hits.count)
    for (line, index) in visible.enumerated() {
      let area = Rect(
        x: layout.hits.x, y: layout.hits.y + line * layout.rowsPerHit, width: layout.hits.width,
        height: layout.rowsPerHit
      ).intersection(layout.hits)
      let isSelected = selected == index && !isTyping
      draw(hits[index], isSelected: isSelected, in: area, on: &frame, symbols)
    }
    let height = layout.visibleHits
    frame.scrollbar(
      Rect(x: layout.hits.right - 1, y: layout.hits.y, width: 1, height: layout.hits.height),
      offset: visible.lowerBound, visible: height, total: max(hits.count, total),
      symbols: symbols)
  }

  private func draw(
    _ hit: SearchHit, isSelected: Bool, in area: Rect, on frame: inout Frame, _ symbols: Symbols
  ) {
    let inner = area.inset(left: 2, right: 2)
    let title = SafeText(hit.title)
    let end = frame.write(
      title.middleTruncated(to: inner.width, ellipsis: symbols.ellipsis), in: inner.row(0),
      style: Style(.text, isBold: true), symbols: symbols)
    let id = SafeText(hit.id.text)
    if id != title {
      frame.write(
        id.middleTruncated(to: max(0, inner.right - end - 2), ellipsis: symbols.ellipsis),
        in: inner.row(0).inset(left: end - inner.x + 2), style: .muted, symbols: symbols)
    }
    if isSelected {
      Table.drawSelection(
        area.row(0).inset(right: 1), on: &frame, isFocused: true, symbols: symbols)
    }
    frame.write(highlight(hit, symbols), in: inner.row(1), symbols: symbols)
  }

  /// The best piece of text; pieces of more than one field stand behind each other.
  private func highlight(_ hit: SearchHit, _ symbols: Symbols) -> StyledText {
    var text = StyledText()
    for (index, piece) in hit.highlights.prefix(3).enumerated() {
      if index > 0 { text.append(" " + symbols.separator + " ", .muted) }
      text.append(SafeText(piece.field) + ": ", .muted)
      for run in piece.runs {
        let words = SafeText.lines(run.text).reduce(SafeText.empty) {
          $0.isEmpty ? $1 : $0 + " " + $1
        }
        text.append(words, run.isMatch ? Style(.match, isBold: true) : .text)
      }
    }
    return text
  }
}
