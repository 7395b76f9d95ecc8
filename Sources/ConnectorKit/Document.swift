/// What names a document in its index; Elasticsearch's `_id`.
///
/// At most ``maximumBytes`` bytes of UTF-8, never empty.
public struct DocumentID: Hashable, Sendable, CustomStringConvertible {
  /// Elasticsearch's limit on `_id`, in bytes of UTF-8.
  public static let maximumBytes = 512

  /// The identifier's text.
  public var text: String

  /// Makes an identifier; the limits are checked where documents enter the pipeline.
  public init(_ text: String) { self.text = text }

  /// The identifier's text.
  public var description: String { text }

  /// Whether both are the same bytes; `é` in one code point and in two are different identifiers,
  /// as they are different file names.
  public static func == (left: DocumentID, right: DocumentID) -> Bool {
    ExactString(left.text) == ExactString(right.text)
  }

  /// Feeds the bytes.
  public func hash(into hasher: inout Hasher) { ExactString(text).hash(into: &hasher) }
}

/// One unit of indexing on its way from a data source to an index.
public struct Document: Sendable {
  /// Its identity in the index: stable between runs, unique within the data source.
  public var id: DocumentID
  /// The fields as one JSON object in UTF-8, without line breaks outside strings.
  public var body: [UInt8]
  /// What tells two versions apart beyond `body`; empty if `body` alone tells.
  ///
  /// For example the inode and change time of a file whose content is fetched late.
  public var revision: [UInt8]
  /// How to fetch the content when the document is new or changed; `nil` if `body` is all.
  public var content: ContentReference?

  /// Makes a document.
  ///
  /// - Parameters:
  ///   - id: its identity in the index.
  ///   - body: the fields as one JSON object.
  ///   - revision: what tells two versions apart beyond `body`.
  ///   - content: how to fetch its content late.
  public init(
    id: DocumentID, body: [UInt8], revision: [UInt8] = [], content: ContentReference? = nil
  ) {
    self.id = id
    self.body = body
    self.revision = revision
    self.content = content
  }
}

/// A document's content, not fetched yet.
public struct ContentReference: Sendable {
  /// Where the data source finds it; only the data source reads this.
  public var handle: [UInt8]
  /// About how many bytes the fetched content will take; bounds the pipeline's memory.
  public var expectedBytes: Int

  /// Makes a reference.
  public init(handle: [UInt8], expectedBytes: Int) {
    self.handle = handle
    self.expectedBytes = expectedBytes
  }
}

/// What became of fetching one document's content.
public enum FetchedContent: Sendable {
  /// Members to append to the document's object: JSON text such as `"body":"…"`, without braces.
  case members([UInt8])
  /// There is nothing to add (a binary file, say).
  case none
  /// The document changed since it was listed: index this version instead, content included.
  case replaced(Document)
  /// The document is gone since it was listed; it counts as not seen.
  case gone
  /// The content can't be had; the document is indexed without it, tells why, and is tried again
  /// at the next sync. A full sentence.
  case failed(String)
}
