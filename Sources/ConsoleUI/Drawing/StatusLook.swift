package import ConnectorProtocol
package import EngineAPI
package import TerminalKit

/// How a status is shown: a symbol, a word and a role, so that no meaning hangs on colour alone.
package struct StatusLook: Hashable, Sendable {
  package var symbol: SafeText
  package var word: SafeText
  package var role: Role

  /// Makes a look.
  package init(_ symbol: SafeText, _ word: SafeText, _ role: Role) {
    self.symbol = symbol
    self.word = word
    self.role = role
  }

  /// Symbol and word in the status's style.
  package var text: StyledText { StyledText(symbol + " " + word, Style(role)) }
}

extension IngestionStatus {
  /// The status in a table.
  package func look(_ symbols: Symbols) -> StatusLook {
    switch self {
    case .needsConfiguration: StatusLook(symbols.bulletHalf, "needs config", .warning)
    case .syncFailure: StatusLook(symbols.failure, "sync failure", .danger)
    case .connectorFailure: StatusLook(symbols.failure, "conn failure", .danger)
    case .incomplete: StatusLook(symbols.bulletEmpty, "incomplete", .warning)
    case .configured: StatusLook(symbols.bulletFull, "configured", .text)
    case .connected: StatusLook(symbols.bulletFull, "connected", .success)
    }
  }

  /// The status in full, as Kibana names it.
  package var title: SafeText {
    switch self {
    case .needsConfiguration: "Needs configuration"
    case .syncFailure: "Sync failure"
    case .connectorFailure: "Connector failure"
    case .incomplete: "Incomplete"
    case .configured: "Configured"
    case .connected: "Connected"
    }
  }
}

extension JobStatus {
  /// The status in a table.
  package func look(_ symbols: Symbols) -> StatusLook {
    switch self {
    case .pending: StatusLook(symbols.bulletEmpty, "pending", .text)
    case .inProgress: StatusLook(symbols.running, "in progress", .running)
    case .canceling: StatusLook(symbols.bulletHalf, "canceling", .warning)
    case .canceled: StatusLook(symbols.canceled, "canceled", .muted)
    case .suspended: StatusLook(symbols.paused, "suspended", .warning)
    case .completed: StatusLook(symbols.check, "completed", .success)
    case .error: StatusLook(symbols.failure, "error", .danger)
    }
  }
}

extension JobType {
  /// The type as a word of a sentence.
  package var title: SafeText {
    switch self {
    case .full: "full"
    case .incremental: "incremental"
    case .accessControl: "access control"
    }
  }
}

extension SyncJob.Trigger {
  /// What started the job, in words.
  package var title: SafeText {
    switch self {
    case .onDemand: "on demand"
    case .scheduled: "by schedule"
    }
  }
}

extension JobProgress.Phase {
  /// What the job is doing, in words.
  package var title: SafeText {
    switch self {
    case .queued: "waiting to start"
    case .connecting: "connecting to the source"
    case .loading: "reading what is in the index"
    case .extracting: "reading the source"
    case .draining: "writing what is left"
    case .deleting: "removing what is gone"
    case .committing: "making it durable"
    case .stopping: "stopping"
    }
  }
}

extension LogLine.Level {
  /// The level in a log; words of five letters.
  package func look(_ symbols: Symbols) -> StatusLook {
    switch self {
    case .debug: StatusLook(symbols.separator, "debug", .muted)
    case .info: StatusLook(symbols.information, "info ", .text)
    case .warning: StatusLook(symbols.warning, "warn ", .warning)
    case .error: StatusLook(symbols.failure, "error", .danger)
    }
  }
}
