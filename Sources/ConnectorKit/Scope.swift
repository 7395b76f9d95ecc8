/// A part of a data source that is listed as a whole: a table, bucket, share or folder.
///
/// Scopes form a tree by their ids: `a/b` lies within `a`, and everything lies within the empty
/// id. A document that was indexed under a scope and is not seen again may be deleted only if that
/// scope ended complete; if the scope did not even begin, the nearest enclosing scope that did
/// decides. So a vanished folder is deleted by its parent's complete listing, and an unreadable
/// one (begun, then ended partial) keeps all that lies below it.
public struct Scope: Hashable, Sendable {
  /// A stable name, unique within the data source; empty for the source as a whole.
  ///
  /// A `/` that does not separate levels must be escaped.
  public var id: String
  /// The name that people see.
  public var name: String

  /// Makes a scope.
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

/// How the listing of a scope ended.
///
/// Only a complete listing can lead to deletions.
public enum ScopeEnd: Hashable, Sendable {
  /// Everything in the scope was written.
  case complete
  /// Something could not be read; the reason is a full sentence.
  case partial(reason: String)
}
