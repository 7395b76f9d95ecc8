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
  private var isIDCopied = false
  /// Whether the step was left: from then on the key itself is not shown any more.
  package private(set) var isConcealed = false
  /// Where the key was saved; `nil` before.
  package private(set) var savedPath: String?
  private var saving: (RequestTag)?
  private var attemptedPath = ""
  private var typedPath = ""
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
  package mutating func copyKey() -> [Effect] {
    guard !isConcealed else { return [] }
    isCopied = true
    return [.copy(apiKey.encoded)]
  }

  /// Copies the connector's ID through the terminal.
  package mutating func copyID() -> [Effect] {
    isIDCopied = true
    return [.copy(connectorID)]
  }

  /// Shows the key no longer; its ID stays.
  package mutating func conceal() {
    isConcealed = true
    failure = nil
  }

  /// Asks where to save; what was refused is told above the path that was typed.
  package func askForPath(_ context: ScreenContext) -> [Effect] {
    guard !isConcealed else { return [] }
    let home = context.options.homeDirectory
    let suggested =
      typedPath.isEmpty ? home + "/" + indexName + "-connector.yml" : typedPath
    let body = [
      "Key and connector ID go into a file that only you can read (mode 0600). A path that does "
        + "not begin with / starts in your home directory, \(home)."
    ]
    return [
      .ask(
        Dialog(
          id: Self.pathDialog, title: failure == nil ? "Save the API key" : "Not saved",
          body: (failure.map { [$0] } ?? []) + body,
          kind: .line(initial: suggested, confirm: "Save")))
    ]
  }

  /// Saves to the path that was entered, or asks again where that can't be a file's.
  package mutating func save(to path: String, _ context: inout ScreenContext) -> [Effect] {
    guard !isConcealed else { return [] }
    typedPath = path
    let body = path.drop { $0.isWhitespace }
    let home = context.options.homeDirectory
    guard let end = body.lastIndex(where: { !$0.isWhitespace }) else {
      return refuse("No path was given. Type where the file shall go.", context)
    }
    var full = String(body[...end])
    if full == "~" || full.hasPrefix("~/") {
      full = home + full.dropFirst()
    } else if !full.hasPrefix("/") {
      full = home + "/" + full
    }
    let last = full.split(separator: "/").last
    if full.hasSuffix("/") || full == home || last == "." || last == ".." {
      return refuse("\(full) is a folder. Add the name of a file.", context)
    }
    attemptedPath = full
    failure = nil
    let tag = context.makeTag()
    saving = tag
    return [.saveFile(tag, path: full, contents: fileContents)]
  }

  private mutating func refuse(_ reason: String, _ context: ScreenContext) -> [Effect] {
    failure = reason
    return askForPath(context)
  }

  /// Takes the result of saving, and asks again if it failed; `nil` if it was not this card's.
  package mutating func fileSaved(
    _ tag: RequestTag, _ problem: String?, _ context: ScreenContext
  ) -> [Effect]? {
    guard tag == saving else { return nil }
    saving = nil
    failure = problem
    guard problem == nil else { return askForPath(context) }
    savedPath = attemptedPath
    return []
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
    var title = StyledText("Connector ID", .muted)
    if isIDCopied {
      title.append("  " + symbols.check + " sent to the terminal’s clipboard", Style(.success))
    }
    frame.write(title, in: id.row(0), symbols: symbols)
    frame.write(SafeText(connectorID), in: id.row(1), style: Style(.accent), symbols: symbols)
    if isLoose { _ = take(1) }
    let lines = Self.chunks(isConcealed ? apiKey.id : apiKey.encoded, width: area.width)
    let key = take(1 + lines.count)
    let heading: SafeText = isConcealed ? "API key ID" : "API key, shown only this once"
    frame.write(heading, in: key.row(0), style: .muted, symbols: symbols)
    for (index, line) in lines.enumerated() {
      frame.write(line, in: key.row(index + 1), style: Style(.accent, isBold: !isConcealed))
    }
    if isLoose { _ = take(1) }
    for line in status(symbols, note: context.options.clipboardNote) {
      let rows = line.wrapped(area.width)
      frame.writeRows(rows, in: take(min(rows.count, rest.height)), symbols: symbols)
    }
  }

  private func status(_ symbols: Symbols, note: String) -> [StyledText] {
    var lines: [StyledText] = []
    if isConcealed {
      lines.append(
        StyledText(
          "The key exists and is not shown again. To get another one, press K on the "
            + "connector’s Settings page; this one is refused from then on.", .text))
    }
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
      if !note.isEmpty { lines.append(StyledText(SafeText(note), .muted)) }
    }
    if isUnkept, !isConcealed {
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
