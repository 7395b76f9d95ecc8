internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// The whole console as a value: events go in, commands and frames come out.
///
/// Nothing here waits, reads a clock or touches a terminal. The program hands over what happened
/// with ``update(_:)``, carries out the commands it gets back, and draws ``frame(_:)`` whenever
/// ``revision`` has changed.
package struct ConsoleApp: Sendable {
  /// A screen with the name under which its questions and requests come back to it.
  struct StackEntry: Hashable, Sendable {
    let id: Int
    var screen: Screen
  }

  /// The smallest terminal that the screens are made for.
  package static let minimumSize = Size(width: 60, height: 16)

  /// How long a sentence stays in the status line.
  static let flashDuration = Duration.seconds(6)

  /// The time between two pictures of something that moves.
  static let animationInterval = Duration.milliseconds(125)

  /// Counts the changes that may show on the screen.
  package internal(set) var revision = 1
  package internal(set) var context: ScreenContext

  var stack: [StackEntry] = []
  var dialogs: [OpenDialog] = []
  var overlay: Overlay?
  var flash: ShownFlash?
  /// Which screen waits for an answer.
  var routes: [RequestTag: Int] = [:]
  /// Looks at servers that are under way; they end with their screens.
  var looks: Set<RequestTag> = []
  var lastEntryID = 0
  /// What to do once the running question is answered with yes.
  var pendingLeave: PendingLeave?

  /// Makes the console with the list of connectors, or with another screen on top of it.
  ///
  /// - Parameters:
  ///   - context: what is known at the start.
  ///   - screen: shown instead of the list alone; `nil` for the list.
  package init(context: ScreenContext, opening screen: Screen? = nil) {
    self.context = context
    stack = [StackEntry(id: 0, screen: .connectors(ConnectorListScreen()))]
    if let screen {
      lastEntryID = 1
      stack.append(StackEntry(id: 1, screen: screen))
    }
  }

  /// Tells the first screen that it is shown; call it once, before anything else.
  package mutating func start() -> [AppCommand] {
    prepareArea()
    guard let top = stack.indices.last else { return [] }
    let effects = stack[top].screen.appear(&context)
    return carryOut(effects, of: stack[top].id)
  }

  /// Takes what happened and says what to do about it.
  package mutating func update(_ event: AppEvent) -> [AppCommand] {
    let place = place
    let shown = flash
    let before = topScreen
    let commands = carryOut(event)
    guard let shown, shown == flash else { return commands }
    // What was said on a page is no news on the next one, nor once one does something else there;
    // what was refused stays to be read.
    var isOver = place != self.place
    if case .input = event, shown.isPassing, before != topScreen { isOver = true }
    if isOver {
      flash = nil
      revision += 1
    }
    return commands
  }

  /// Where the person is: the screens, and the tab of the one on top.
  private var place: [Int] {
    var place = stack.map(\.id)
    if case .connector(let screen) = topScreen { place.append(screen.tab.rawValue) }
    return place
  }

  private mutating func carryOut(_ event: AppEvent) -> [AppCommand] {
    switch event {
    case .input(let input):
      revision += 1
      return handle(input)
    case .snapshot(let snapshot):
      return take(snapshot)
    case .tick(let now):
      return tick(now)
    case .response(let tag, let result):
      return deliver(.response(tag, result), tag: tag, failure: result.failureMessage)
    case .fileSaved(let tag, let failure):
      return deliver(.fileSaved(tag, failure), tag: tag, failure: failure)
    case .connectionAnswered(let tag, let response):
      let failure: String? = if case .failed(let reason) = response { reason } else { nil }
      return deliver(.connection(tag, response), tag: tag, failure: failure)
    case .resumed:
      revision += 1
      return [.repaint]
    }
  }

  /// How long the program may wait for input before it hands over the next ``AppEvent/tick(_:)``.
  package var timeToNextTick: Duration {
    let now = context.now
    let millisecond = now.millisecondsSince1970 - now.secondsSince1970 * 1000
    var wait = Duration.milliseconds(1000 - millisecond)
    if isAnimating { wait = min(wait, Self.animationInterval) }
    if let flash { wait = min(wait, flash.until - now) }
    for entry in stack {
      if let moment = entry.screen.model.wakeUp(context) { wait = min(wait, moment - now) }
    }
    return max(.milliseconds(10), wait)
  }

  /// Whether a spinner turns or a sync moves.
  package var isAnimating: Bool {
    guard !context.options.isStill else { return false }
    switch context.snapshot.service.phase {
    case .opening: return true
    case .failed: return !looks.isEmpty
    case .running: return !routes.isEmpty || hasMovingJob
    }
  }

  var hasMovingJob: Bool {
    context.snapshot.connectors.contains { $0.activeJob?.isMoving ?? false }
  }

  private var activeJobs: Set<String> {
    Set(context.snapshot.connectors.compactMap { $0.activeJob?.job.id })
  }

  /// The screen on top.
  package var topScreen: Screen { stack[stack.count - 1].screen }

  private mutating func take(_ snapshot: EngineSnapshot) -> [AppCommand] {
    var comparable = context.snapshot
    comparable.at = snapshot.at
    let isNews = comparable != snapshot
    let activeBefore = activeJobs
    context.snapshot = snapshot
    if context.now < snapshot.at { context.now = snapshot.at }
    guard isNews else { return [] }
    revision += 1
    // What was said of a sync is past once it has ended.
    if !activeBefore.isSubset(of: activeJobs), flash?.flash.kind == .info { flash = nil }
    return refreshScreens()
  }

  private mutating func tick(_ now: Timestamp) -> [AppCommand] {
    if let flash, flash.until <= now {
      self.flash = nil
      revision += 1
    }
    let before = context.now
    guard now != before else { return [] }
    context.now = now
    let isNewSecond = before.secondsSince1970 != now.secondsSince1970
    let isNewPicture = isAnimating && Animation.step(at: before) != Animation.step(at: now)
    let old = stack
    let commands = refreshScreens()
    if isNewSecond || isNewPicture || old != stack { revision += 1 }
    return commands
  }

  /// Lets every screen look at the new snapshot or time, the covered ones too.
  private mutating func refreshScreens() -> [AppCommand] {
    var commands: [AppCommand] = []
    for id in stack.map(\.id) { commands += send(.refreshed, to: id) }
    return commands
  }

  /// Hands an answer to the screen that asked; if that is gone, only a failure is told.
  private mutating func deliver(
    _ message: ScreenMessage, tag: RequestTag, failure: String?
  ) -> [AppCommand] {
    looks.remove(tag)
    guard let owner = routes.removeValue(forKey: tag) else { return [] }
    revision += 1
    if flash?.awaits == tag { flash = nil }
    guard stack.contains(where: { $0.id == owner }) else {
      if let failure { show(Flash(.failure, failure)) }
      return []
    }
    return send(message, to: owner)
  }

  /// Hands a message to a screen and carries out what it wants; does nothing if it is gone.
  mutating func send(_ message: ScreenMessage, to id: Int) -> [AppCommand] {
    guard let index = stack.firstIndex(where: { $0.id == id }) else { return [] }
    prepareArea()
    let effects = stack[index].screen.update(message, &context)
    return carryOut(effects, of: id)
  }

  /// Shows a sentence; one that says what is asked for goes with the answer.
  mutating func show(_ flash: Flash, awaiting tag: RequestTag? = nil) {
    let until = context.now + Self.flashDuration
    self.flash = ShownFlash(flash: flash, until: until, awaits: tag)
    revision += 1
  }

  mutating func prepareArea() { context.area = Chrome.body(of: context.size) }
}

/// A sentence in the status line and when it goes.
struct ShownFlash: Hashable, Sendable {
  var flash: Flash
  var until: Timestamp
  /// The request whose answer ends it.
  var awaits: RequestTag?

  /// Whether it tells what was done, not what can't be.
  var isPassing: Bool { flash.kind == .info || flash.kind == .success }
}

/// What covers the screen without being a question.
enum Overlay: Hashable, Sendable {
  case help(HelpOverlay)
  case palette(CommandPalette)
}

/// What a person wanted when the console had to ask first.
enum PendingLeave: Hashable, Sendable {
  case back
  case quit
  /// Back to the list, then to a screen on top of it.
  case goTo(Screen?)
  case useStore(ConnectionInUse)
}

extension Result<EngineResponse, EngineFailure> {
  fileprivate var failureMessage: String? {
    if case .failure(let failure) = self { failure.message } else { nil }
  }
}
