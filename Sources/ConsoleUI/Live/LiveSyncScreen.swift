package import ConnectorProtocol
package import TerminalKit

/// One sync as it happens: the pipeline stage by stage, and its outcome at the end.
package struct LiveSyncScreen: ScreenModel {
  /// What the screen is to watch.
  package enum Subject: Hashable, Sendable {
    /// Queues a job first.
    case start(JobType, allowedDeletions: Int?)
    /// A job that exists.
    case job(id: String)
  }

  package let connectorID: String
  package private(set) var subject: Subject

  /// Makes the view of a job that is there, or of one that it starts when it appears.
  package init(connectorID: String, _ subject: Subject = .start(.full, allowedDeletions: nil)) {
    self.connectorID = connectorID
    self.subject = subject
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Sync"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
