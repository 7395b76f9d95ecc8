/// Reads one third-party system.
///
/// Life: the engine makes one for a check or a job from the configuration, calls `check` or
/// `extract`, then `close` exactly once. Methods run on the shared pool: put blocking calls on a
/// ``BlockingPool``.
public protocol DataSource: Sendable {
  /// Reaches the system, signs in and tests the privileges that a sync needs.
  ///
  /// - Throws: ``SyncError`` that says which setting or privilege is wrong.
  func check() async throws

  /// Reads everything, scope by scope, into the writer.
  ///
  /// What can't be read ends its scope as partial; throwing ends the job with an error.
  /// - Parameters:
  ///   - request: what to read.
  ///   - writer: takes the documents.
  /// - Throws: ``SyncError``, or `CancellationError` once the job was cancelled.
  func extract(_ request: ExtractionRequest, into writer: any DocumentWriter) async throws

  /// Fetches the content of new and changed documents.
  ///
  /// - Parameter documents: documents whose ``Document/content`` is not `nil`, as they were written.
  /// - Returns: one result for each document, in the same order.
  /// - Throws: ``SyncError`` if the source as a whole fails; one item's failure is a result.
  func fetchContent(of documents: [Document]) async throws -> [FetchedContent]

  /// Looks again whether records still exist, just before their documents are deleted.
  ///
  /// - Parameter ids: documents that the last complete listing did not contain.
  /// - Returns: those whose record does exist, or may exist; they are kept.
  /// - Throws: ``SyncError`` if nothing can be looked up; then nothing is deleted.
  func stillExisting(_ ids: [DocumentID]) async throws -> Set<DocumentID>

  /// Releases connections.
  func close() async
}

extension DataSource {
  /// Fetches nothing: for sources whose documents carry all in their body.
  public func fetchContent(of documents: [Document]) async throws -> [FetchedContent] {
    documents.map { _ in .none }
  }

  /// Trusts the listing: for sources that can't look up one record.
  public func stillExisting(_ ids: [DocumentID]) async throws -> Set<DocumentID> { [] }

  /// Does nothing.
  public func close() async {}
}

/// What a job asks of a data source.
public struct ExtractionRequest: Sendable {
  /// Full or incremental.
  public enum Kind: Sendable {
    /// Everything.
    case full
    /// What changed since the cursor.
    case incremental(since: SyncCursor)
  }

  /// Full or incremental.
  public var kind: Kind
  /// At most so many documents are wanted, for a preview; `nil` means all.
  public var limit: Int?
  /// What the last completed full sync left behind with ``DocumentWriter/mark(_:)``.
  public var lastCursor: SyncCursor?

  /// Makes a request.
  public init(_ kind: Kind = .full, limit: Int? = nil, lastCursor: SyncCursor? = nil) {
    self.kind = kind
    self.limit = limit
    self.lastCursor = lastCursor
  }
}

/// What the catalogue knows of a kind of data source.
public struct DataSourceDescriptor: Sendable {
  /// The stable key, for example `postgresql`.
  public var serviceType: String
  /// The name that people see.
  public var name: String
  /// One line on what it reads.
  public var summary: String
  /// The settings it needs.
  public var schema: ConfigurationSchema
  /// What it can do.
  public var features: DataSourceFeatures
  /// Makes a data source from checked settings.
  public var make: @Sendable (ConfigurationValues) throws -> any DataSource
  /// Finds what the schema alone can't tell, such as a pattern that can't be read.
  ///
  /// It is called with checked settings before they are saved, so it is quick and does not touch
  /// the source; `nil` if the schema tells everything.
  public var validate: (@Sendable (ConfigurationValues) -> [ConfigurationProblem])?

  /// Makes a descriptor.
  public init(
    serviceType: String, name: String, summary: String, schema: ConfigurationSchema,
    features: DataSourceFeatures = DataSourceFeatures(),
    make: @escaping @Sendable (ConfigurationValues) throws -> any DataSource,
    validate: (@Sendable (ConfigurationValues) -> [ConfigurationProblem])? = nil
  ) {
    self.serviceType = serviceType
    self.name = name
    self.summary = summary
    self.schema = schema
    self.features = features
    self.make = make
    self.validate = validate
  }

  /// Everything that is wrong with settings: what the schema finds, else what ``validate`` finds.
  public func problems(in values: ConfigurationValues) -> [ConfigurationProblem] {
    let problems = schema.problems(in: values)
    guard problems.isEmpty, let validate else { return problems }
    return validate(schema.resolved(values))
  }
}

/// What a kind of data source can do beyond a full sync.
public struct DataSourceFeatures: Hashable, Sendable {
  /// Whether documents can be filtered by basic sync rules.
  public var basicRules: Bool
  /// Whether it takes advanced sync rules.
  public var advancedRules: Bool
  /// Whether it can read only what changed.
  public var incrementalSync: Bool

  /// Makes a set of features.
  public init(
    basicRules: Bool = true, advancedRules: Bool = false, incrementalSync: Bool = false
  ) {
    self.basicRules = basicRules
    self.advancedRules = advancedRules
    self.incrementalSync = incrementalSync
  }
}
