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

  /// Larger contents are not fetched for a preview, in bytes.
  private static let largestContent = 1 << 20

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
    var previews: [CheckReport.PreviewDocument] = []
    var leftOut = 0
    for document in documents {
      guard let content = document.content else {
        previews.append(preview(document.id, document.body))
        continue
      }
      guard content.expectedBytes <= Self.largestContent else {
        leftOut += 1
        previews.append(preview(document.id, document.body))
        continue
      }
      // One after the other, for all of them are kept.
      let contents = try await session.call { try await $0.fetchContent(of: [document]) }
      if let shown = preview(document, contents.first ?? .none) { previews.append(shown) }
    }
    if leftOut > 0 {
      warn(
        "\(Wording.count(leftOut, "document")) of more than 1 MiB \(leftOut == 1 ? "is" : "are") "
          + "shown without content; a sync reads it.")
    }
    return previews
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
