internal import ConnectorKit

extension JSONValue {
  /// This record, as it is stored, with what changed and nothing else.
  ///
  /// What this program does not know, and what it knows and did not change, stays as another program
  /// wrote it, in whatever shape.
  /// - Parameters:
  ///   - before: how this program writes what it read from this record.
  ///   - after: how it writes what it made of that.
  /// - Returns: the record to store.
  func applying(before: JSONValue, after: JSONValue) -> JSONValue {
    if before == after { return self }
    if let stored = objectValue, let before = before.objectValue, let after = after.objectValue {
      return .object(Self.merge(stored, before, after))
    }
    guard let stored = arrayValue, let before = before.arrayValue, let after = after.arrayValue,
      let key = Self.identity(of: after)
    else { return after }
    return .array(Self.merge(stored, before, after, by: key))
  }

  private static func merge(
    _ stored: JSONObject, _ before: JSONObject, _ after: JSONObject
  ) -> JSONObject {
    var merged = JSONObject()
    for member in stored.members {
      let (old, new) = (before[member.name], after[member.name])
      if let new {
        merged[member.name] = old.map { member.value.applying(before: $0, after: new) } ?? new
      } else if old == nil {
        merged[member.name] = member.value
      }
    }
    for member in after.members
    where stored[member.name] == nil && before[member.name] != member.value {
      merged[member.name] = member.value
    }
    return merged
  }

  /// The name of the member by which elements of two arrays are the same one: domains of sync rules,
  /// and the rules in them.
  private static func identity(of elements: [JSONValue]) -> String? {
    ["domain", "id"].first { name in
      !elements.isEmpty && elements.allSatisfy { $0[name]?.stringValue != nil }
    }
  }

  private static func merge(
    _ stored: [JSONValue], _ before: [JSONValue], _ after: [JSONValue], by key: String
  ) -> [JSONValue] {
    func element(_ elements: [JSONValue], like other: JSONValue) -> JSONValue? {
      elements.first { $0[key] == other[key] }
    }
    let changed = after.map { new -> JSONValue in
      guard let kept = element(stored, like: new), let old = element(before, like: new) else {
        return new
      }
      return kept.applying(before: old, after: new)
    }
    // Other domains are not this program's; a rule that is not there any more was removed.
    guard key == "domain" else { return changed }
    return changed
      + stored.filter { element(before, like: $0) == nil && element(after, like: $0) == nil }
  }
}
