internal import TerminalKit

/// What the sequences of xterm and its kin mean.
enum InputSequences {
  /// `ESC O` and a byte: keys in application mode, and the keypad's.
  static func application(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final - UInt8(ascii: "P")) + 1)
    // rxvt sends Ctrl and an arrow so.
    case UInt8(ascii: "c"): .alt("f")
    case UInt8(ascii: "d"): .alt("b")
    case UInt8(ascii: "j")...UInt8(ascii: "y"):
      .character(Character(Unicode.Scalar(final - 0x40)))
    default: nil
    }
  }

  /// `ESC [`, parameters and a final byte.
  static func item(_ parameters: ArraySlice<UInt8>, final: UInt8) -> InputDecoder.Item? {
    if parameters.first == UInt8(ascii: "<") {
      return mouse(parameters.dropFirst(), isPress: final == UInt8(ascii: "M")).map {
        .event(.mouse($0))
      }
    }
    if parameters.first == UInt8(ascii: "?") {
      return final == UInt8(ascii: "c") ? .attributes : nil
    }
    return key(numbers(parameters), final: final).map { .event(.key($0)) }
  }

  static func numbers(_ parameters: ArraySlice<UInt8>) -> [Int] {
    parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
      // Subparameters behind a colon are of no use here.
      let digits = part.prefix { (0x30...0x39).contains($0) }
      guard digits.count <= 7 else { return 0 }
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
  }

  private static func key(_ numbers: [Int], final: UInt8) -> Key? {
    let modifiers = numbers.count > 1 ? max(0, numbers[1] - 1) : 0
    // Alt or Ctrl with an arrow goes by words.
    let isByWord = modifiers & 0b110 != 0
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return isByWord ? .alt("f") : .right
    case UInt8(ascii: "D"): return isByWord ? .alt("b") : .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "Z"): return .backTab
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      return .function(Int(final - UInt8(ascii: "P")) + 1)
    case UInt8(ascii: "u"): return unicodeKey(numbers.first ?? 0, modifiers)
    case UInt8(ascii: "~"):
      if numbers.first == 27, numbers.count > 2 { return unicodeKey(numbers[2], modifiers) }
      return tildeKey(numbers.first ?? 0, isByWord: isByWord)
    default: return nil
    }
  }

  private static func tildeKey(_ number: Int, isByWord: Bool) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: isByWord ? .alt("d") : .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23, 24: .function(number - 12)
    default: nil
    }
  }

  /// A key as its character and modifiers, which some terminals send for all keys.
  private static func unicodeKey(_ code: Int, _ modifiers: Int) -> Key? {
    guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else {
      return nil
    }
    switch code {
    case 27: return .escape
    case 13, 57_414: return .enter
    case 9: return modifiers & 1 != 0 ? .backTab : .tab
    case 127, 8: return modifiers & 0b110 != 0 ? .control("w") : .backspace
    case 57_344...63_743: return nil
    default: break
    }
    guard code >= 32, !(0x7F..<0xA0).contains(code) else { return nil }
    let character = Character(scalar)
    let lower = character.lowercased().first ?? character
    if modifiers & 0b100 != 0 { return .control(lower) }
    if modifiers & 0b010 != 0 { return .alt(character) }
    let upper = character.uppercased()
    return .character(modifiers & 1 != 0 && upper.count == 1 ? upper.first ?? character : character)
  }

  /// A mouse event in the SGR encoding; releases and motions are none.
  private static func mouse(_ parameters: ArraySlice<UInt8>, isPress: Bool) -> MouseEvent? {
    let numbers = numbers(parameters)
    guard numbers.count == 3, isPress else { return nil }
    let point = Point(x: numbers[1] - 1, y: numbers[2] - 1)
    // Shift, Alt and Ctrl are left out of account.
    switch numbers[0] & ~0b11100 {
    case 0: return MouseEvent(.press, at: point)
    case 64: return MouseEvent(.wheelUp, at: point)
    case 65: return MouseEvent(.wheelDown, at: point)
    default: return nil
    }
  }

  /// The content of an operating system command: `11;rgb:RRRR/GGGG/BBBB`.
  static func answer(_ content: ArraySlice<UInt8>) -> InputDecoder.Item? {
    let text = String(decoding: content, as: UTF8.self)
    guard text.hasPrefix("11;rgb") else { return nil }
    let parts = text.drop { $0 != ":" }.dropFirst().split(separator: "/")
    let values = parts.prefix(3).compactMap { part -> Double? in
      guard (1...4).contains(part.count), let value = Int(part, radix: 16) else { return nil }
      return Double(value) / Double((1 << (4 * part.count)) - 1)
    }
    guard values.count == 3 else { return nil }
    return .ground(red: values[0], green: values[1], blue: values[2])
  }
}
