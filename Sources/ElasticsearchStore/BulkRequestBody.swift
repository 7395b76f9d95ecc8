internal import ConnectorKit
internal import ConnectorProtocol
internal import Glibc

/// Where this program keeps what it must know of a document again: a member of the document.
///
/// `_connector_console` holds `d`, the low half of the digest of the `_id`, indexed so that digests
/// lead back to ids; `f`, the fingerprint; and `s`, the scope. `f` and `s` are in doc values only, so
/// the walk over known documents reads no document. They live in the document and not beside it, so
/// that document and fingerprint can't part, whichever of them a crash spares, and so that a
/// snapshot, a reindex or a second machine keeps them.
enum OwnMember {
  static let name = "_connector_console"

  /// A document's body with the flags of its pipeline, where there is one, and with this program's
  /// member at its end.
  ///
  /// - Returns: `false` if the document is no JSON object.
  static func added(
    to operation: IndexOperation, flags: IngestPipeline? = nil, into body: inout [UInt8]
  ) -> Bool {
    let document = operation.body.span
    var end = document.count - 1
    while end > 0, document[end] <= 0x20 { end -= 1 }
    var start = 0
    while start < end, document[start] <= 0x20 { start += 1 }
    guard end > start, document[start] == UInt8(ascii: "{"), document[end] == UInt8(ascii: "}")
    else { return false }
    var last = end - 1
    while document[last] <= 0x20 { last -= 1 }
    if Self.hasLineBreak(operation.body) {
      // A line break can only be space between values, and would end the line of the request.
      body.append(contentsOf: operation.body[..<end].map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    } else {
      body.append(contentsOf: operation.body[..<end])
    }
    if last != start { body.append(UInt8(ascii: ",")) }
    if let flags { append(flags, to: &body) }
    body.append(literal: "\"_connector_console\":{\"d\":")
    body.append(decimal: Int64(bitPattern: operation.digest.low))
    body.append(literal: ",\"f\":")
    body.append(decimal: Int64(bitPattern: operation.fingerprint))
    body.append(literal: ",\"s\":")
    body.append(json: operation.scope)
    body.append(literal: "}}")
    return true
  }

  private static func hasLineBreak(_ document: [UInt8]) -> Bool {
    unsafe document.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      return unsafe memchr(start, 0x0A, bytes.count) != nil
        || memchr(start, 0x0D, bytes.count) != nil
    }
  }

  /// What the pipeline reads to know what to do; it takes the members away again.
  private static func append(_ flags: IngestPipeline, to body: inout [UInt8]) {
    let members = [
      ("_extract_binary_content", flags.extractBinaryContent),
      ("_reduce_whitespace", flags.reduceWhitespace),
      ("_run_ml_inference", flags.runMLInference),
    ]
    for (name, value) in members { body.append(contentsOf: "\"\(name)\":\(value),".utf8) }
  }

  /// A stored document as the data source wrote it.
  static func removed(from source: [UInt8]) -> [UInt8] {
    if let whole = cutFromEnd(source) { return whole }
    // A pipeline or another program wrote the document anew.
    guard let tree = try? JSONValue(parsing: source), var object = tree.objectValue,
      object[name] != nil
    else { return source }
    object[name] = nil
    return Array(JSONValue.object(object).text.utf8)
  }

  /// Cuts the member off where this program puts it: at the end.
  private static func cutFromEnd(_ source: [UInt8]) -> [UInt8]? {
    let marker = Array("\"\(name)\":{".utf8)
    guard source.count > marker.count, source.last == UInt8(ascii: "}") else { return nil }
    var start = source.count - marker.count
    while start > 0, !(source[start] == marker[0] && source[start...].starts(with: marker)) {
      start -= 1
    }
    guard start > 0 else { return nil }
    // What follows must be this member whole and the end; a value that merely contains the marker
    // is followed by more.
    var reader = JSONReader(Array(source[(start + marker.count - 1)..<(source.count - 1)]))
    guard let value = try? reader.readDocument(), let members = value.objectValue?.members,
      members.map(\.name) == ["d", "f", "s"]
    else { return nil }
    let hasOthers = source[start - 1] == UInt8(ascii: ",")
    let opening = source[..<start].drop { $0 <= 0x20 }
    guard hasOthers || opening.dropFirst().allSatisfy({ $0 <= 0x20 }) else { return nil }
    let end = hasOthers ? start - 1 : start
    return source[..<end] + [UInt8(ascii: "}")]
  }
}

/// The body of one `_bulk` request.
struct BulkRequestBody {
  private(set) var bytes: [UInt8] = []
  /// The operations that are in the body, by their place in the request.
  private(set) var sent: [Int] = []

  private let flags: IngestPipeline?

  /// The bytes of an operation in a request, rather too many than too few.
  static func greatestSize(of operation: BulkOperation) -> Int {
    switch operation {
    case .index(let document):
      document.body.count + document.id.text.utf8.count + document.scope.utf8.count + 256
    case .delete(_, let id): id.text.utf8.count + 64
    }
  }

  /// Encodes operations; those that are no JSON objects are left out.
  ///
  /// - Parameters:
  ///   - operations: what the server shall do.
  ///   - flags: the settings of the pipeline that documents pass, if they pass one.
  init(_ operations: ArraySlice<BulkOperation>, flags: IngestPipeline? = nil) {
    self.flags = flags
    bytes.reserveCapacity(operations.reduce(0) { $0 + Self.greatestSize(of: $1) })
    sent.reserveCapacity(operations.count)
    for (place, operation) in zip(operations.indices, operations) { add(operation, place) }
  }

  private mutating func add(_ operation: BulkOperation, _ place: Int) {
    let mark = bytes.count
    switch operation {
    case .index(let document):
      bytes.append(literal: "{\"index\":{\"_id\":")
      bytes.append(json: document.id.text)
      bytes.append(literal: "}}\n")
      guard OwnMember.added(to: document, flags: flags, into: &bytes) else {
        bytes.removeSubrange(mark...)
        return
      }
      bytes.append(0x0A)
    case .delete(_, let id):
      bytes.append(literal: "{\"delete\":{\"_id\":")
      bytes.append(json: id.text)
      bytes.append(literal: "}}\n")
    }
    sent.append(place)
  }
}

extension [UInt8] {
  /// Adds text as it stands.
  fileprivate mutating func append(literal text: StaticString) {
    text.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }

  /// Adds a number in decimal digits.
  fileprivate mutating func append(decimal value: Int64) {
    var rest = value.magnitude
    if value < 0 { append(UInt8(ascii: "-")) }
    let first = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    self[first...].reverse()
  }

  /// Adds a text as a JSON string.
  fileprivate mutating func append(json text: String) {
    let bytes = text.utf8.span
    var isPlain = true
    for index in bytes.indices {
      let byte = bytes[index]
      if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        isPlain = false
      }
    }
    if isPlain {
      append(UInt8(ascii: "\""))
      append(contentsOf: text.utf8)
      append(UInt8(ascii: "\""))
    } else {
      var writer = JSONWriter(capacity: text.utf8.count + 16)
      writer.string(text)
      append(contentsOf: writer.bytes)
    }
  }
}
