internal import CICU

/// What the word boundary rules know of a character.
///
/// Source: Unicode Standard Annex 29, table "Word_Break Property Values". Han, Hiragana, Hangul,
/// South East Asian letters and pictographs are told apart from `Other` and `ALetter`, as Lucene's
/// standard tokenizer does.
enum WordClass: UInt8 {
  /// A word never contains it.
  case other
  case letter, hangul, hebrew, numeric, katakana, connector
  case midLetter, midNumber, midNumberLetter, singleQuote, doubleQuote
  /// Extend, Format and the zero width joiner: belong to what they follow.
  case extend
  /// Stand for a word each.
  case han, hiragana
  /// Thai, Lao, Khmer, Burmese: words without spaces between them.
  case complex
  /// Emoji and other symbols stand for a word each, too; two regional indicators make a flag.
  case pictograph, regionalIndicator
}

/// All that the analysis needs to know of one character.
struct CharacterInfo {
  /// What is special about a character.
  struct Flags: OptionSet {
    let rawValue: UInt8

    /// ``CharacterInfo/folded`` holds up to four ASCII bytes, the first one lowest.
    static let expands = Flags(rawValue: 1)
    /// May change when the text is composed.
    static let composes = Flags(rawValue: 2)
  }

  /// The character after width folding, lower-casing and ASCII folding.
  var folded: UInt32
  var wordClass: WordClass
  var flags: Flags
}

/// The properties of all characters, filled from ICU as they are needed, 256 at a time.
///
/// Belongs to one thread. Takes 36 KB, and 2 KB for each block of characters that was seen.
final class CharacterTable {
  private let blocks: UnsafeMutablePointer<UnsafeMutablePointer<CharacterInfo>?>
  private let folding: [UInt32: UInt32]
  private static let blockCount = 0x110000 / 256

  init() {
    blocks = .allocate(capacity: Self.blockCount)
    blocks.initialize(repeating: nil, count: Self.blockCount)
    folding = ASCIIFolding.table()
  }

  deinit {
    for index in 0..<Self.blockCount { blocks[index]?.deallocate() }
    blocks.deallocate()
  }

  /// The properties of a scalar value.
  @inline(__always)
  subscript(scalar: UInt32) -> CharacterInfo {
    if let block = blocks[Int(scalar >> 8)] { return block[Int(scalar & 0xFF)] }
    return fill(Int(scalar >> 8))[Int(scalar & 0xFF)]
  }

  @inline(never)
  private func fill(_ number: Int) -> UnsafeMutablePointer<CharacterInfo> {
    let block = UnsafeMutablePointer<CharacterInfo>.allocate(capacity: 256)
    for index in 0..<256 {
      (block + index).initialize(to: info(of: UInt32(number << 8 | index)))
    }
    blocks[number] = block
    return block
  }

  private func info(of scalar: UInt32) -> CharacterInfo {
    let character = UChar32(bitPattern: scalar)
    var flags: CharacterInfo.Flags = []
    let quickCheck = icu_property(character, UCHAR_NFC_QUICK_CHECK)
    if quickCheck != Int32(bitPattern: UNORM_YES.rawValue) { flags.insert(.composes) }
    var folded = widthFolded(scalar)
    // Half-width sound marks become combining ones, which composing joins to their letters.
    if folded == 0x3099 || folded == 0x309A { flags.insert(.composes) }
    folded = UInt32(bitPattern: icu_lowercase(UChar32(bitPattern: folded)))
    if let ascii = folding[folded] {
      folded = ascii
      if ascii > 0xFF { flags.insert(.expands) }
    }
    return CharacterInfo(folded: folded, wordClass: wordClass(of: character), flags: flags)
  }

  /// Turns full-width ASCII and half-width Katakana into their ordinary forms, as Lucene's
  /// `CJKWidthFilter` does.
  func widthFolded(_ scalar: UInt32) -> UInt32 {
    guard (0xFF01...0xFF5E).contains(scalar) || (0xFF65...0xFF9F).contains(scalar) else {
      return scalar
    }
    return UInt32(bitPattern: icu_width_folded(UChar32(bitPattern: scalar)))
  }

  private func wordClass(of character: UChar32) -> WordClass {
    let lineBreak = icu_property(character, UCHAR_LINE_BREAK)
    if lineBreak == Int32(bitPattern: U_LB_COMPLEX_CONTEXT.rawValue) { return .complex }
    let script = icu_property(character, UCHAR_SCRIPT)
    let wordBreak = UInt32(bitPattern: icu_property(character, UCHAR_WORD_BREAK))
    switch wordBreak {
    case U_WB_ALETTER.rawValue: return script == USCRIPT_HANGUL.rawValue ? .hangul : .letter
    case U_WB_HEBREW_LETTER.rawValue: return .hebrew
    case U_WB_NUMERIC.rawValue: return .numeric
    case U_WB_KATAKANA.rawValue: return .katakana
    case U_WB_EXTENDNUMLET.rawValue: return .connector
    case U_WB_MIDLETTER.rawValue: return .midLetter
    case U_WB_MIDNUM.rawValue: return .midNumber
    case U_WB_MIDNUMLET.rawValue: return .midNumberLetter
    case U_WB_SINGLE_QUOTE.rawValue: return .singleQuote
    case U_WB_DOUBLE_QUOTE.rawValue: return .doubleQuote
    case U_WB_EXTEND.rawValue, U_WB_FORMAT.rawValue, U_WB_ZWJ.rawValue: return .extend
    case U_WB_REGIONAL_INDICATOR.rawValue: return .regionalIndicator
    default: break
    }
    if script == USCRIPT_HAN.rawValue { return .han }
    if script == USCRIPT_HIRAGANA.rawValue { return .hiragana }
    return icu_property(character, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ? .pictograph : .other
  }
}
