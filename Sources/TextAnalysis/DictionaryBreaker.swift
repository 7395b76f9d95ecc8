internal import CICU

/// Finds words in scripts that put no spaces between them, with ICU's dictionaries.
final class DictionaryBreaker {
  private let breaker: OpaquePointer
  private let text: UnsafeMutablePointer<UChar>
  /// The byte offset of each UTF-16 code unit, and of the end.
  private let offsets: UnsafeMutablePointer<Int>
  private var count = 0

  /// How many UTF-16 code units fit in.
  static let capacity = 4_096

  init(locale: String) throws(TextAnalysisError) {
    var status = U_ZERO_ERROR
    guard let breaker = icu_word_breaker_open(locale, &status), status.rawValue <= 0 else {
      throw TextAnalysisError(
        "The ICU library has no word dictionary for \"\(locale)\" "
          + "(\(String(cString: icu_error_name(status)))); install libicu again.")
    }
    self.breaker = breaker
    text = .allocate(capacity: Self.capacity)
    offsets = .allocate(capacity: Self.capacity + 1)
  }

  deinit {
    icu_breaker_close(breaker)
    text.deallocate()
    offsets.deallocate()
  }

  /// Forgets the text.
  func removeAll() { count = 0 }

  /// Adds a character that begins at a byte offset; `false` if it is full.
  func append(_ scalar: UInt32, at offset: Int) -> Bool {
    guard count + 2 <= Self.capacity else { return false }
    offsets[count] = offset
    if scalar < 0x10000 {
      text[count] = UChar(scalar)
      count += 1
    } else {
      text[count] = UChar(0xD7C0 + (scalar >> 10))
      text[count + 1] = UChar(0xDC00 + (scalar & 0x3FF))
      offsets[count + 1] = offset
      count += 2
    }
    return true
  }

  /// Calls for every word with its byte offsets.
  ///
  /// - Parameters:
  ///   - end: the byte offset of the end of the text.
  ///   - body: gets start and end of each word; returns `false` to stop.
  func forEachWord(end: Int, _ body: (Int, Int) -> Bool) {
    offsets[count] = end
    var status = U_ZERO_ERROR
    icu_breaker_set_text(breaker, text, Int32(count), &status)
    guard status.rawValue <= 0 else {
      _ = body(offsets[0], end)
      return
    }
    var start = Int(icu_breaker_first(breaker))
    while true {
      let next = Int(icu_breaker_next(breaker))
      guard next > start, next <= count else { return }
      guard body(offsets[start], offsets[next]) else { return }
      start = next
    }
  }
}
