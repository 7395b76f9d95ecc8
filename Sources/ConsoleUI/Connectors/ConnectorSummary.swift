internal import ConnectorKit
internal import ConnectorProtocol
package import EngineAPI
package import TerminalKit

/// What is said of a connector in the list's details and on its overview.
package enum ConnectorSummary {
  /// The words for a data source: the catalogue's name, or the service type.
  package static func sourceName(_ state: ConnectorState, _ context: ScreenContext) -> String {
    guard let type = state.record.serviceType, !type.isEmpty else { return "none" }
    return context.snapshot.catalog.first { $0.serviceType == type }?.name ?? type
  }

  /// The connector’s name, with its index behind it if another connector has the same name.
  package static func name(_ state: ConnectorState, _ context: ScreenContext) -> String {
    distinction(state, context).map { "\(state.record.name) (\($0))" } ?? state.record.name
  }

  /// The name for a table, told apart from equal ones.
  package static func nameCell(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    let name = SafeText(state.record.name)
    guard let index = distinction(state, context) else {
      return StyledText(name, Style(.text, isBold: true))
    }
    var text = StyledText(
      name.truncated(to: 14, ellipsis: context.symbols.ellipsis), Style(.text, isBold: true))
    text.append(SafeText(" (\(index))"), .muted)
    return text
  }

  /// Whether any two connectors have the same name.
  package static func hasEqualNames(_ context: ScreenContext) -> Bool {
    let names = context.snapshot.connectors.map(\.record.name)
    return Set(names).count < names.count
  }

  private static func distinction(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> String? {
    let name = state.record.name
    let count = context.snapshot.connectors.count { $0.record.name == name }
    return count > 1 ? state.record.indexName ?? state.id : nil
  }

  /// The result and the age of the last sync, for a table.
  package static func lastSync(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    guard let job = state.lastJob else { return StyledText("never", .muted) }
    let look = job.look(context.symbols)
    var text = StyledText(look.symbol + " ", Style(look.role))
    let moment = job.completedAt ?? job.startedAt ?? job.createdAt
    text.append(SafeText(Format.age(of: moment, at: context.now)))
    return text
  }

  /// The result, the age and the length of the last sync, for a line of its own.
  package static func lastSyncInFull(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    guard let job = state.lastJob else { return StyledText("never", .muted) }
    let look = job.look(context.symbols)
    var text = look.text
    let moment = job.completedAt ?? job.startedAt ?? job.createdAt
    text.append(SafeText(", " + Format.age(of: moment, at: context.now)))
    if let start = job.startedAt, let end = job.completedAt {
      text.append(SafeText(", took " + Format.duration(end - start)))
    }
    return text
  }

  /// When the schedule fires next, for a table.
  package static func nextRun(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    guard let next = state.nextRun else { return StyledText("off", .muted) }
    return StyledText(SafeText(Format.time(until: next, from: context.now)))
  }

  /// When the schedule fires next, in words and on the clocks.
  package static func nextRunInFull(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    guard let next = state.nextRun else { return StyledText("schedule is off", .muted) }
    var text = StyledText(SafeText(Format.time(until: next, from: context.now)))
    text.append(SafeText(", " + Format.localAndUTC(next, context.zone)))
    return text
  }

  /// The age of the service's last heartbeat.
  package static func lastSeen(
    _ state: ConnectorState, _ context: ScreenContext
  ) -> StyledText {
    guard let seen = state.record.lastSeen else { return StyledText("never", .muted) }
    let isStale = context.now - seen > IngestionStatus.staleAfter
    let age = SafeText(Format.age(of: seen, at: context.now))
    guard isStale else { return StyledText(age) }
    return StyledText(context.symbols.warning + " " + age, Style(.warning))
  }

  /// How much is in the index.
  package static func contents(_ state: ConnectorState) -> SafeText {
    SafeText(
      Format.count(state.documentCount, "document") + ", " + Format.bytes(state.indexBytes))
  }

  /// The rows of the list's details.
  package static func details(
    _ state: ConnectorState, width: Int, _ context: ScreenContext
  ) -> [StyledText] {
    let symbols = context.symbols
    var rows = FieldRows(width: width, column: 11, symbols: symbols)
    let look = state.ingestionStatus.look(symbols)
    var status = StyledText(look.symbol + " " + state.ingestionStatus.title, Style(look.role))
    status.append(", seen ", .muted)
    status += lastSeen(state, context)
    rows.field("Status", status)
    for problem in state.problems {
      rows.text(problemTitle(problem, symbols), hanging: 2)
      rows.text(StyledText(SafeText(problem.remedy), .muted), indent: 2)
    }
    rows.identifier("Index", SafeText(state.record.indexName ?? "none attached"))
    rows.field("Contents", contents(state))
    rows.identifier("Source", SafeText(sourceName(state, context)))
    rows.field("Last sync", lastSyncInFull(state, context))
    rows.field("Next run", nextRunInFull(state, context))
    if let description = state.record.description, !description.isEmpty {
      rows.field("About", SafeText(description))
    }
    return rows.rows
  }

  /// What is wrong, with its symbol.
  package static func problemTitle(_ problem: Problem, _ symbols: Symbols) -> StyledText {
    let isError = problem.severity == .error
    var text = StyledText(
      (isError ? symbols.failure : symbols.warning) + " ",
      Style(isError ? .danger : .warning, isBold: true))
    text.append(SafeText(problem.title), Style(isError ? .danger : .warning))
    return text
  }
}
