internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Takes the first documents of a data source and then ends its extraction.
final class PreviewWriter: DocumentWriter {
  /// Ends an extraction that has shown enough.
  private struct Enough: Error {}

  private struct State {
    var documents: [Document] = []
    var warnings: [String] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Makes a writer that takes so many documents.
  init(limit: Int) { self.limit = limit }

  /// What a person should know, at most a hundred sentences.
  var warnings: [String] { state.withLock { $0.warnings } }

  /// The first documents with their content.
  func documents(of session: SourceSession) async throws -> [CheckReport.PreviewDocument] {
    let limit = limit
    do {
      try await session.call {
        try await $0.extract(ExtractionRequest(.full, limit: limit), into: self)
      }
    } catch {
      // A source may wrap what the writer threw; full is full, whatever it says.
      guard !Task.isCancelled, isFull else { throw error }
    }
    let documents = state.withLock { $0.documents }
    return try await withContent(documents, session)
  }

  func begin(_ scope: Scope) async throws {}

  func write(_ documents: [Document], in scope: Scope) async throws {
    state.withLock { state in
      state.documents += documents.prefix(max(0, limit - state.documents.count))
    }
    if isFull { throw Enough() }
  }

  func end(_ scope: Scope, _ end: ScopeEnd) async throws {
    if case .partial(let reason) = end { warn("\(scope.name): \(reason)") }
  }

  func mark(_ cursor: SyncCursor) async throws {}

  func estimate(total: Int) {}

  func working(on item: String) {}

  func warn(_ message: String) {
    state.withLock { if $0.warnings.count < 100 { $0.warnings.append(message) } }
  }

  private var isFull: Bool { state.withLock { $0.documents.count >= limit } }

  private func withContent(
    _ documents: [Document], _ session: SourceSession
  ) async throws -> [CheckReport.PreviewDocument] {
    let late = documents.filter { $0.content != nil }
    var contents: [FetchedContent] = []
    if !late.isEmpty {
      contents = try await session.call { try await $0.fetchContent(of: late) }
    }
    var next = 0
    return documents.compactMap { document in
      guard document.content != nil else { return preview(document.id, document.body) }
      defer { next += 1 }
      return preview(document, next < contents.count ? contents[next] : .none)
    }
  }

  private func preview(
    _ document: Document, _ content: FetchedContent
  ) -> CheckReport.PreviewDocument? {
    switch content {
    case .none: return preview(document.id, document.body)
    case .members(let members):
      return preview(document.id, DocumentBody.appending(members, to: document.body))
    case .replaced(let newer): return preview(newer.id, newer.body)
    case .gone: return nil
    case .failed(let reason):
      warn("\(document.id): \(reason)")
      return preview(document.id, document.body)
    }
  }

  private func preview(_ id: DocumentID, _ body: [UInt8]) -> CheckReport.PreviewDocument {
    CheckReport.PreviewDocument(id: id.text, body: body)
  }
}
