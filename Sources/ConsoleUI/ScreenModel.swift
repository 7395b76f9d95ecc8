package import ConnectorKit
package import EngineAPI
package import TerminalKit

/// What happened, as far as the screen on top is concerned.
package enum ScreenMessage: Hashable, Sendable {
  case input(InputEvent)
  /// The snapshot or the clock of the context changed.
  case refreshed
  case response(RequestTag, Result<EngineResponse, EngineFailure>)
  /// `nil` means it worked; else a sentence that says why not.
  case fileSaved(RequestTag, String?)
  case dialogAnswered(id: String, DialogAnswer)
  case connection(RequestTag, ConnectionResponse)
  /// The screen is on top again after the one above it was left.
  case uncovered
}

/// A page of the console: a value that changes by messages and draws itself.
///
/// `update` and `draw` are pure: what they need from outside is in the context.
package protocol ScreenModel: Hashable, Sendable {
  /// The path shown in the title bar, outermost first, for example `["search-docs", "Jobs"]`.
  func breadcrumb(_ context: ScreenContext) -> [String]

  /// The keys that work now, in the order of the hint bar; disabled ones carry their reason.
  func keyHelp(_ context: ScreenContext) -> [KeyHelp]

  /// Whether printable keys are text now, so that `q`, `?`, `:` and `/` are not commands.
  var isEditingText: Bool { get }

  /// What would be lost if the screen were left now, as one sentence; `nil` if nothing.
  ///
  /// The console asks before Esc, quitting or going elsewhere leaves such a screen; the screen's
  /// own ``Effect/pop`` and ``Effect/replace(_:)`` are carried out at once.
  var unsavedChanges: String? { get }

  /// Whether the keys of moving about do anything, so that the help tells them.
  var movesByRows: Bool { get }

  /// When the screen wants ``ScreenMessage/refreshed`` at the latest; `nil` if time is no matter.
  ///
  /// A message comes at least once a second anyhow.
  func wakeUp(_ context: ScreenContext) -> Timestamp?

  /// What to do when the screen is first shown.
  mutating func appear(_ context: inout ScreenContext) -> [Effect]

  /// Takes a message.
  mutating func update(_ message: ScreenMessage, _ context: inout ScreenContext) -> [Effect]

  /// Draws the page into a rectangle between the title bar and the hint bar.
  func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext)
}

extension ScreenModel {
  package var isEditingText: Bool { false }

  package var unsavedChanges: String? { nil }

  package var movesByRows: Bool { true }

  /// Needs no message beyond the one of every second.
  package func wakeUp(_ context: ScreenContext) -> Timestamp? { nil }

  /// Does nothing.
  package mutating func appear(_ context: inout ScreenContext) -> [Effect] { [] }
}

/// What screens know of the world around them.
package struct ScreenContext: Hashable, Sendable {
  package var snapshot: EngineSnapshot
  package var now: Timestamp
  package var zone: TimeZoneTable
  package var options: ConsoleOptions
  /// The store that the console works on.
  package var store: ConnectionInUse
  /// The store before that; `nil` if there was none.
  package var formerStore: ConnectionInUse?
  /// The whole screen's size.
  package var size: Size
  /// Where the page draws, so that `update` can tell what a mouse event hit; whoever hosts a page
  /// sets it to the rectangle that it hands to `draw`.
  package var area: Rect
  private var lastTag = 0
  private var hasToldOfClipboard = false

  /// Makes a context.
  package init(
    snapshot: EngineSnapshot, now: Timestamp, zone: TimeZoneTable, options: ConsoleOptions,
    store: ConnectionInUse = ConnectionInUse(.embedded(directory: "/"), origin: .standard),
    size: Size
  ) {
    self.snapshot = snapshot
    self.now = now
    self.zone = zone
    self.options = options
    self.store = store
    self.size = size
    area = Rect(size)
  }

  /// A sentence that tells of a copy, the first time with what to expect of the terminal.
  package mutating func copied(_ what: String) -> Flash {
    let note = hasToldOfClipboard ? "" : options.clipboardNote
    hasToldOfClipboard = true
    return Flash(.info, note.isEmpty ? "Copied \(what)." : "Copied \(what). \(note)")
  }

  /// A tag that no request has had.
  package mutating func makeTag() -> RequestTag {
    lastTag += 1
    return RequestTag(lastTag)
  }
}

/// How the console was started.
package struct ConsoleOptions: Hashable, Sendable {
  /// Draws with ASCII characters only.
  package var isASCII: Bool
  /// The user's home directory, for suggested paths.
  package var homeDirectory: String
  /// Whether copying through the terminal is likely to work; a sentence on what to expect.
  package var clipboardNote: String
  /// Draws clocks and spinners as at one moment, for pictures and tests.
  package var isStill: Bool

  /// Makes options.
  package init(
    isASCII: Bool = false, homeDirectory: String = "/root", clipboardNote: String = "",
    isStill: Bool = false
  ) {
    self.isASCII = isASCII
    self.homeDirectory = homeDirectory
    self.clipboardNote = clipboardNote
    self.isStill = isStill
  }
}
