/// A word that was read and waits for its stem.
///
/// While some words wait, the processor fetches what is known of them: the table of stems is larger
/// than its nearer caches, and waiting for each in turn would take most of the time.
struct WaitingWord {
  /// The word's bytes, which become the token's; must be first.
  var key: WordKey
  /// Must follow: a suffix of the longest word is written over it.
  var digest: UInt64
  var start: Int
  var end: Int
  var length: Int

  /// How many words wait at most; a power of two.
  static let limit = 8
}
