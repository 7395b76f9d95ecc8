/// How many cells a character takes, and what must not be drawn.
enum CharacterWidth {
  /// What drawing has to know of a character.
  enum Kind: Equatable {
    /// Takes one or two cells.
    case spacing(Int)
    /// Goes onto the character before it.
    case mark
    /// A C0 control or DEL; shown as its picture.
    case control
    /// Invisible or changing the direction; shown as a dot.
    case format
    /// Without a meaning that a terminal could know; shown as a replacement character.
    case unknown
    case variationSelector, zeroWidthJoiner, zeroWidthNonJoiner
  }

  /// What kind of character it is.
  static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.value {
    case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300, 0x2190..<0x2300, 0x2500..<0x25FD: .spacing(1)
    case 0..<0x20, 0x7F: .control
    case 0x4E00..<0xA000, 0xAC00..<0xD7A4, 0x20000..<0x2A6E0: .spacing(2)
    case 0x80..<0xA0: .unknown
    // A no-break space looks like a space; a soft hyphen is invisible or not, as terminals like.
    case 0xA0: .spacing(1)
    case 0xAD: .format
    case 0x1160...0x11FF, 0xD7B0...0xD7FB: .mark
    case 0x200C: .zeroWidthNonJoiner
    case 0x200D: .zeroWidthJoiner
    case 0x180B...0x180D, 0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: .variationSelector
    // Fillers that draw nothing.
    case 0x115F, 0x3164, 0xFFA0, 0x2800: .format
    default: kindByCategory(scalar)
    }
  }

  private static func kindByCategory(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: .mark
    case .format: isVisibleFormat(scalar.value) ? .spacing(1) : .format
    case .lineSeparator, .paragraphSeparator: .format
    case .control, .surrogate, .privateUse, .unassigned: .unknown
    default: .spacing(isWide(scalar.value) ? 2 : 1)
    }
  }

  /// Arabic and Syriac number signs and the like, which have a glyph.
  private static func isVisibleFormat(_ value: UInt32) -> Bool {
    switch value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD: true
    default: false
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= wideRanges[0].lowerBound else { return false }
    var low = 0
    var high = wideRanges.count
    while low < high {
      let middle = (low + high) / 2
      let range = wideRanges[middle]
      if range.contains(value) { return true }
      if value < range.lowerBound { high = middle } else { low = middle + 1 }
    }
    return false
  }

  /// East Asian wide and full-width characters and emoji shown as such, ascending.
  ///
  /// Taken from `wcwidth` of glibc 2.36 (Unicode 15.0); unassigned gaps are closed, because
  /// unassigned characters are never drawn.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
    0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
    0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
    0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
    0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
    0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
    0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3096, 0x309B...0xA4C6, 0xA960...0xA97C,
    0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
    0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
    0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4,
    0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E,
    0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
    0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC,
    0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF,
    0x1FA70...0x1FAF6, 0x20000...0x3134A,
  ]
}
