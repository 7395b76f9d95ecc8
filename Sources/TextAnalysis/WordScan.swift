/// How far the reading of one word has come.
struct WordScan {
  /// What to do with the next character.
  enum Step {
    /// The word ends before it.
    case stop
    /// It belongs to the word.
    case take
    /// It belongs to the word if a character of the right kind follows.
    case takeIfFollowed
  }

  /// Where the next character is.
  var position: Int
  /// Bytes of the folded word.
  var length = 0
  /// UTF-16 code units read.
  var units = 0
  /// Whether there is anything but connectors.
  var hasContent = false
  var hasQuote = false
  /// Whether the word must be composed.
  var composes = false
  var isHangulOnly = true
  var isKatakanaOnly = true
  /// The last character that was no mark.
  private var last = WordClass.other
  /// The one before it.
  private var former = WordClass.other

  init(start: Int) { position = start }

  /// Takes a character into the word.
  @inline(__always)
  mutating func take(
    _ info: CharacterInfo, _ bytes: Int, _ units: Int, into word: UnsafeMutablePointer<UInt8>
  ) {
    composes = composes || info.flags.contains(.composes)
    hasQuote = hasQuote || info.folded == 0x27
    length += info.write(to: word + length)
    position += bytes
    self.units += units
    guard info.wordClass != .extend else { return }
    former = last
    last = info.wordClass
    isHangulOnly = isHangulOnly && last == .hangul
    isKatakanaOnly = isKatakanaOnly && last == .katakana
    switch last {
    case .letter, .hangul, .hebrew, .numeric, .katakana: hasContent = true
    default: break
    }
  }

  /// Decides about the next character, which is no mark.
  ///
  /// Source: Unicode Standard Annex 29, rules WB5 to WB13b.
  @inline(__always)
  func step(_ next: WordClass) -> Step {
    if isPunctuation(last) {
      let fits = isLetter(former) ? isLetter(next) : next == .numeric
      return fits ? .take : .stop
    }
    return stepBehindWord(next)
  }

  @inline(__always)
  private func stepBehindWord(_ next: WordClass) -> Step {
    switch next {
    case .letter, .hangul, .hebrew, .numeric: last == .katakana ? .stop : .take
    case .katakana:
      last == .katakana || last == .connector || last == .other ? .take : .stop
    case .connector: .take
    case .midLetter: isLetter(last) ? .takeIfFollowed : .stop
    case .midNumber: last == .numeric ? .takeIfFollowed : .stop
    case .midNumberLetter: isLetter(last) || last == .numeric ? .takeIfFollowed : .stop
    case .singleQuote:
      last == .hebrew ? .take : isLetter(last) || last == .numeric ? .takeIfFollowed : .stop
    case .doubleQuote: last == .hebrew ? .takeIfFollowed : .stop
    case .other, .extend, .han, .hiragana, .complex, .pictograph, .regionalIndicator: .stop
    }
  }

  /// Whether punctuation joins the word with what follows.
  @inline(__always)
  func isJoined(by punctuation: WordClass, to follower: WordClass) -> Bool {
    if punctuation == .doubleQuote { return follower == .hebrew }
    return isLetter(last) ? isLetter(follower) : last == .numeric && follower == .numeric
  }

  @inline(__always)
  private func isPunctuation(_ wordClass: WordClass) -> Bool {
    switch wordClass {
    case .midLetter, .midNumber, .midNumberLetter, .singleQuote, .doubleQuote: true
    default: false
    }
  }

  @inline(__always)
  private func isLetter(_ wordClass: WordClass) -> Bool {
    wordClass == .letter || wordClass == .hangul || wordClass == .hebrew
  }
}
