/// What became of dead letters that were sent again.
package struct DeadLetterRetry: Hashable, Sendable {
  /// Documents that are in the index now; their letters are gone.
  package var indexed = 0
  /// Documents that the index refused once more.
  package var refused = 0
  /// Documents that are not kept whole, or never got as far as the index: the next sync reads them.
  package var left = 0
  /// Why the index refused the last one, a full sentence.
  package var reason: String?

  /// Makes the outcome of a retry of nothing.
  package init() {}
}
