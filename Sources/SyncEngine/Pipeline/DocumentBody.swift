internal import ConnectorKit

/// Joins a document's fields and the members that were fetched late.
enum DocumentBody {
  /// An object with members appended to it: JSON text such as `"body":"…"`, without braces.
  static func appending(_ members: [UInt8], to object: [UInt8]) -> [UInt8] {
    guard !members.isEmpty, let end = object.lastIndex(of: UInt8(ascii: "}")) else { return object }
    var body: [UInt8] = []
    body.reserveCapacity(end + members.count + 2)
    body.append(contentsOf: object[..<end])
    if !isEmptyObject(object[..<end]) { body.append(UInt8(ascii: ",")) }
    body.append(contentsOf: members)
    body.append(UInt8(ascii: "}"))
    return body
  }

  private static func isEmptyObject(_ start: ArraySlice<UInt8>) -> Bool {
    let last = start.last { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    return last == UInt8(ascii: "{")
  }
}
