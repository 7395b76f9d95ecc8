/// Finds UTF-16 and UTF-32 that begin without a byte order mark.
enum UnmarkedUnicode {
  /// Names the encoding.
  ///
  /// - Parameters:
  ///   - bytes: the text; the first 8 KiB decide.
  ///   - hasNULs: whether there are any: text with a single ASCII character has.
  /// - Returns: ICU's name of the encoding; `nil` if it is neither.
  static func encoding(of bytes: [UInt8], hasNULs: Bool) -> String? {
    guard bytes.count >= 2 else { return nil }
    if hasNULs, bytes.count.isMultiple(of: 4) {
      if isUTF32(bytes, bigEndian: false) { return "UTF-32LE" }
      if isUTF32(bytes, bigEndian: true) { return "UTF-32BE" }
    }
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let little = Tally(bytes, bigEndian: false)
    let big = Tally(bytes, bigEndian: true)
    let accepts: (Tally) -> Bool = { hasNULs ? $0.isText : $0.isEastAsian }
    switch (accepts(little), accepts(big)) {
    case (true, true): return big.isBetter(than: little) ? "UTF-16BE" : "UTF-16LE"
    case (true, false): return "UTF-16LE"
    case (false, true): return "UTF-16BE"
    case (false, false): return nil
    }
  }

  private static let sampleLength = 8192

  private static func isUTF32(_ bytes: [UInt8], bigEndian: Bool) -> Bool {
    var index = 0
    while index + 3 < min(bytes.count, sampleLength) {
      let unit = bytes[index..<index + 4]
      let value = (bigEndian ? Array(unit) : unit.reversed()).reduce(UInt32(0)) {
        $0 << 8 | UInt32($1)
      }
      guard let scalar = Unicode.Scalar(value), Tally.isPlausible(scalar) else { return false }
      index += 4
    }
    return true
  }

  /// How much of some bytes makes sense as UTF-16 of one byte order.
  private struct Tally {
    private var units = 0
    private var nonsense = 0
    /// Latin letters, digits, blanks.
    private var common = 0
    /// Han, kana, hangul and their punctuation.
    private var eastAsian = 0
    /// Kana and East Asian punctuation, of which every Chinese or Japanese text has some.
    private var kana = 0

    init(_ bytes: [UInt8], bigEndian: Bool) {
      var high: UInt16 = 0
      var index = 0
      while index + 1 < min(bytes.count, UnmarkedUnicode.sampleLength) {
        let first = UInt16(bytes[index])
        let second = UInt16(bytes[index + 1])
        let unit = bigEndian ? first << 8 | second : second << 8 | first
        index += 2
        units += 1
        if UTF16.isLeadSurrogate(unit) {
          if high != 0 { nonsense += 1 }
          high = unit
        } else if UTF16.isTrailSurrogate(unit) {
          if high == 0 { nonsense += 1 }
          high = 0
        } else {
          if high != 0 { nonsense += 1 }
          high = 0
          count(unit)
        }
      }
    }

    private mutating func count(_ unit: UInt16) {
      guard let scalar = Unicode.Scalar(unit), Self.isPlausible(scalar) else {
        nonsense += 1
        return
      }
      switch unit {
      case 0..<0x250: common += 1
      case 0x3000..<0x3100:
        eastAsian += 1
        kana += 1
      case 0x3400..<0xA000, 0xAC00..<0xD7A4, 0xFF00..<0xFFF0: eastAsian += 1
      default: break
      }
    }

    /// Whether nearly all makes sense.
    var isText: Bool { nonsense * 100 <= units && common + eastAsian > 0 }

    /// Whether all makes sense and is East Asian, as text without a single blank must be.
    var isEastAsian: Bool { nonsense == 0 && eastAsian == units && kana * 30 >= units }

    func isBetter(than other: Tally) -> Bool {
      (other.nonsense, common, kana) > (nonsense, other.common, other.kana)
    }

    static func isPlausible(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x09...0x0D, 0x1B, 0x20..<0x7F, 0xA0..<0x250: true
      case 0..<0x20, 0x7F..<0xA0: false
      default:
        switch scalar.properties.generalCategory {
        case .unassigned, .privateUse, .control, .surrogate: false
        default: true
        }
      }
    }
  }
}
