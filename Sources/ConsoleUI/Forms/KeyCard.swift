package import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// A fresh API key with its connector's ID: shown once, to be copied or saved.
package struct KeyCard: Hashable, Sendable {
  package let connectorID: String
  package let apiKey: GeneratedAPIKey
  private let serviceType: String
  private let indexName: String
  package private(set) var isCopied = false
  /// Where the key was saved; `nil` before.
  package private(set) var savedPath: String?
  private var saving: (RequestTag)?
  private var attemptedPath = ""
  private var failure: String?

  /// The dialog that asks for a path.
  package static let pathDialog = "key.path"

  /// Makes the card of a key.
  package init(
    connectorID: String, apiKey: GeneratedAPIKey, serviceType: String, indexName: String
  ) {
    self.connectorID = connectorID
    self.apiKey = apiKey
    self.serviceType = serviceType
    self.indexName = indexName
  }

  /// Whether the key would be lost if the card went away.
  package var isUnkept: Bool { !isCopied && savedPath == nil }

  package var isSaving: Bool { saving != nil }

  /// Copies the key through the terminal.
  package mutating func copyKey(_ context: ScreenContext) -> [Effect] {
    isCopied = true
    let note = context.options.clipboardNote
    let text = note.isEmpty ? "The API key was sent to the terminal’s clipboard." : note
    return [.copy(apiKey.encoded), .flash(Flash(.info, text))]
  }

  /// Copies the connector's ID through the terminal.
  package func copyID(_ context: ScreenContext) -> [Effect] {
    [.copy(connectorID), .flash(Flash(.info, "Connector ID sent to the terminal’s clipboard."))]
  }

  /// Asks where to save.
  package func askForPath(_ context: ScreenContext) -> [Effect] {
    let suggested =
      attemptedPath.isEmpty
      ? context.options.homeDirectory + "/" + indexName + "-connector.yml" : attemptedPath
    return [
      .ask(
        Dialog(
          id: Self.pathDialog, title: "Save the API key",
          body: ["Key and connector ID go into a file that only you can read (mode 0600)."],
          kind: .line(initial: suggested, confirm: "Save")))
    ]
  }

  /// Saves to the path that was entered.
  package mutating func save(to path: String, _ context: inout ScreenContext) -> [Effect] {
    let home = context.options.homeDirectory
    let full = path.hasPrefix("~/") ? home + path.dropFirst() : path
    attemptedPath = full
    failure = nil
    let tag = context.makeTag()
    saving = tag
    return [.saveFile(tag, path: full, contents: fileContents)]
  }

  /// Takes the result of saving; says whether it was this card's.
  package mutating func fileSaved(_ tag: RequestTag, _ problem: String?) -> Bool {
    guard tag == saving else { return false }
    saving = nil
    failure = problem
    if problem == nil { savedPath = attemptedPath }
    return true
  }

  /// The file as a connector service's configuration reads it.
  var fileContents: String {
    """
    # API key of the connector for the index \(indexName).
    # It may write that index only. Keep this file to yourself.
    connectors:
      - connector_id: "\(connectorID)"
        service_type: "\(serviceType)"
        api_key: "\(apiKey.encoded)"

    """
  }

  /// Draws the card.
  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = Symbols.set(isASCII: context.options.isASCII)
    var rest = area
    func take(_ rows: Int) -> Rect {
      let parts = rest.splitTop(rows)
      rest = parts.rest
      return parts.top
    }
    let isLoose = area.height >= 12
    let id = take(2)
    frame.write("Connector ID", in: id.row(0), style: .muted, symbols: symbols)
    frame.write(SafeText(connectorID), in: id.row(1), style: Style(.accent), symbols: symbols)
    if isLoose { _ = take(1) }
    let lines = Self.chunks(apiKey.encoded, width: area.width)
    let key = take(1 + lines.count)
    frame.write(
      "API key, shown only this once", in: key.row(0), style: .muted, symbols: symbols)
    for (index, line) in lines.enumerated() {
      frame.write(line, in: key.row(index + 1), style: Style(.accent, isBold: true))
    }
    if isLoose { _ = take(1) }
    for line in status(symbols) {
      let rows = line.wrapped(area.width)
      frame.writeRows(rows, in: take(min(rows.count, rest.height)), symbols: symbols)
    }
  }

  private func status(_ symbols: Symbols) -> [StyledText] {
    var lines: [StyledText] = []
    if let failure {
      lines.append(StyledText(symbols.failure + " " + SafeText(failure), Style(.danger)))
    }
    if isSaving { lines.append(StyledText("Saving…", .muted)) }
    if let savedPath {
      let text: SafeText = symbols.check + " Saved to " + SafeText(savedPath)
      lines.append(StyledText(text, Style(.success)))
    }
    if isCopied {
      let text: SafeText = symbols.check + " Sent to the terminal’s clipboard. Paste it somewhere "
      lines.append(StyledText(text + "to be sure it arrived.", Style(.success)))
    }
    if isUnkept, failure == nil {
      let text: SafeText = symbols.warning + " Not kept yet: press y to copy it, w to save it."
      lines.append(StyledText(text, Style(.warning)))
    }
    lines.append(
      StyledText(
        "This console keeps its own copy for its syncs. You need the key only to let another "
          + "program write into " + SafeText(indexName) + ".", .muted))
    return lines
  }

  /// A text without blanks cut into rows, nothing left out.
  private static func chunks(_ text: String, width: Int) -> [SafeText] {
    var rest = SafeText(text)
    var rows: [SafeText] = []
    while !rest.isEmpty, width > 0 {
      rows.append(rest.prefix(width))
      rest = rest.dropping(width)
    }
    return rows
  }
}
