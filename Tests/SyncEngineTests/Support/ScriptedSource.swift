import ConcurrencySupport
import ConnectorKit
import Synchronization

/// A data source that does what a test says.
final class ScriptedSource: DataSource {
  /// What the source does, shared by all of its lives.
  final class Script: Sendable {
    struct State {
      var steps: [Step] = []
      var check: (@Sendable () async throws -> Void)?
      var fetch: (@Sendable ([Document]) async throws -> [FetchedContent])?
      var stillExisting: (@Sendable ([DocumentID]) async throws -> Set<DocumentID>)?
      var extractions = 0
      var fetched: [DocumentID] = []
      var lookedUp: [DocumentID] = []
      var closed = 0
      var requests: [ExtractionRequest] = []
    }

    let state = Mutex(State())

    var steps: [Step] {
      get { state.withLock { $0.steps } }
      set { state.withLock { $0.steps = newValue } }
    }

    var closed: Int { state.withLock { $0.closed } }
    var extractions: Int { state.withLock { $0.extractions } }
    var fetched: [DocumentID] { state.withLock { $0.fetched } }
    var lookedUp: [DocumentID] { state.withLock { $0.lookedUp } }
    var lastRequest: ExtractionRequest? { state.withLock { $0.requests.last } }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
  }

  enum Step: Sendable {
    case begin(String)
    case write([Document], in: String)
    case end(String, ScopeEnd)
    case mark(SyncCursor)
    case run(@Sendable () async throws -> Void)
  }

  let script: Script

  init(_ script: Script) { self.script = script }

  func check() async throws { try await script.state.withLock { $0.check }?() }

  func extract(_ request: ExtractionRequest, into writer: any DocumentWriter) async throws {
    let steps = script.state.withLock { state in
      state.extractions += 1
      state.requests.append(request)
      return state.steps
    }
    for step in steps {
      switch step {
      case .begin(let id): try await writer.begin(Scope(id: id, name: id))
      case .write(let documents, let id):
        try await writer.write(documents, in: Scope(id: id, name: id))
      case .end(let id, let end): try await writer.end(Scope(id: id, name: id), end)
      case .mark(let cursor): try await writer.mark(cursor)
      case .run(let work): try await work()
      }
    }
  }

  func fetchContent(of documents: [Document]) async throws -> [FetchedContent] {
    let fetch = script.state.withLock { state in
      state.fetched += documents.map(\.id)
      return state.fetch
    }
    return try await fetch?(documents) ?? documents.map { _ in .none }
  }

  func stillExisting(_ ids: [DocumentID]) async throws -> Set<DocumentID> {
    let answer = script.state.withLock { state in
      state.lookedUp += ids
      return state.stillExisting
    }
    return try await answer?(ids) ?? []
  }

  func close() async { script.state.withLock { $0.closed += 1 } }
}

extension Array where Element == ScriptedSource.Step {
  /// One scope, listed whole.
  static func listing(_ documents: [Document], scope: String = "") -> [ScriptedSource.Step] {
    [.begin(scope), .write(documents, in: scope), .end(scope, .complete)]
  }
}

extension Document {
  /// A document with a number in its body.
  static func sample(_ id: String, _ number: Int = 0) -> Document {
    Document(id: DocumentID(id), body: Array(#"{"n":\#(number),"title":"Title \#(id)"}"#.utf8))
  }

  /// Documents `0` to `count`.
  static func samples(_ range: Range<Int>, _ number: Int = 0) -> [Document] {
    range.map { .sample("doc-\($0)", number) }
  }
}
