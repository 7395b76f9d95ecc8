internal import TerminalKit

/// Turns the bytes that a terminal sends into keys, pastes, mouse events and answers.
///
/// Pure: it knows no clock. Its owner tells it when an unfinished sequence has waited too long.
struct InputDecoder {
  /// Something that was read.
  enum Item: Hashable {
    case event(InputEvent)
    /// The ground's colour, 0 to 1 each, as an answer to a question.
    case ground(red: Double, green: Double, blue: Double)
    /// The answer that every terminal gives, behind the others.
    case attributes
  }

  /// Bytes of one paste; the rest is dropped.
  static let pasteLimit = 1 << 20
  /// Bytes of a sequence; a longer one is not one.
  static let sequenceLimit = 256

  /// Keys by the bytes that the terminal's description gives for them.
  private let described: [[UInt8]: Key]
  private let longestDescribed: Int
  private var buffer: [UInt8] = []
  private var start = 0
  /// What was pasted so far; `nil` outside of a paste.
  private var paste: [UInt8]?

  init(described: [[UInt8]: Key] = [:]) {
    self.described = described
    longestDescribed = described.keys.map(\.count).max() ?? 0
  }

  /// Whether bytes wait for others that complete them.
  var isUnfinished: Bool { start < buffer.count || paste != nil }

  var isPasting: Bool { paste != nil }

  /// Adds bytes that were read.
  mutating func feed(_ bytes: some Sequence<UInt8>) {
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next thing that was read; `nil` if there is none, or none complete.
  ///
  /// - Parameter isLate: whether bytes that wait for others have waited long enough, so that an
  ///   Esc is the key and not the beginning of something.
  /// - Returns: a key, a paste, a mouse event or an answer.
  mutating func next(isLate: Bool = false) -> Item? {
    while true {
      if paste != nil {
        guard let item = continuePaste(isLate: isLate) else { return nil }
        return item
      }
      guard start < buffer.count else { return nil }
      switch parse(isLate: isLate) {
      case .incomplete: return nil
      case .nothing(let length): start += length
      case .item(let item, let length):
        start += length
        return item
      case .paste(let length):
        start += length
        paste = []
      }
    }
  }

  enum Parsed {
    case item(Item, Int)
    case nothing(Int)
    case paste(Int)
    case incomplete

    static func key(_ key: Key, _ length: Int) -> Parsed { .item(.event(.key(key)), length) }
  }

  private func parse(isLate: Bool) -> Parsed {
    let bytes = buffer[start...]
    if let (key, length) = describedKey(bytes) { return .key(key, length) }
    if bytes[start] == 0x1B { return parseEscape(bytes, isLate: isLate) }
    return parseCharacter(bytes, isLate: isLate)
  }

  private func describedKey(_ bytes: ArraySlice<UInt8>) -> (Key, Int)? {
    for length in stride(from: min(longestDescribed, bytes.count), to: 1, by: -1) {
      if let key = described[Array(bytes.prefix(length))] { return (key, length) }
    }
    return nil
  }

  // MARK: Characters

  private func parseCharacter(_ bytes: ArraySlice<UInt8>, isLate: Bool) -> Parsed {
    let first = bytes[bytes.startIndex]
    if let key = Self.controlKey(first) { return .key(key, 1) }
    let length = Self.length(ofCharacter: first)
    guard length > 0 else { return .nothing(1) }
    guard bytes.count >= length else {
      let isBroken = bytes.dropFirst().contains { $0 & 0xC0 != 0x80 }
      return isBroken || isLate ? .nothing(1) : .incomplete
    }
    let text = String(validating: bytes.prefix(length), as: UTF8.self)
    guard let character = text?.first else { return .nothing(1) }
    // C1 controls have no meaning as input.
    if let scalar = character.unicodeScalars.first, (0x80..<0xA0).contains(scalar.value) {
      return .nothing(length)
    }
    return .key(.character(character), length)
  }

  private static func length(ofCharacter first: UInt8) -> Int {
    switch first {
    case 0x20..<0x7F: 1
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: 0
    }
  }

  static func controlKey(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x00: .control(" ")
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
    default: nil
    }
  }

  // MARK: Escapes

  private func parseEscape(_ bytes: ArraySlice<UInt8>, isLate: Bool) -> Parsed {
    guard let second = bytes.dropFirst().first else {
      return isLate ? .key(.escape, 1) : .incomplete
    }
    let body = bytes.dropFirst(2)
    switch second {
    case 0x5B:
      if body.isEmpty { return isLate ? .key(.alt("["), 2) : .incomplete }
      return parseControlSequence(bytes, isLate: isLate)
    case 0x4F:
      guard let final = body.first else { return isLate ? .key(.alt("O"), 2) : .incomplete }
      return InputSequences.application(final).map { .key($0, 3) } ?? .nothing(3)
    case 0x5D, 0x50, 0x5F, 0x5E: return parseString(bytes, isLate: isLate)
    case 0x1B: return .key(.escape, 1)
    case 0x7F, 0x08: return .key(.control("w"), 2)
    case 0x0D, 0x0A: return .key(.enter, 2)
    default:
      switch parseCharacter(bytes.dropFirst(), isLate: isLate) {
      case .item(.event(.key(.character(let character))), let length):
        return .key(.alt(character), length + 1)
      case .item(let item, let length): return .item(item, length + 1)
      case .incomplete: return .incomplete
      default: return .key(.escape, 1)
      }
    }
  }

  /// `ESC [`, parameters, a final byte.
  private func parseControlSequence(_ bytes: ArraySlice<UInt8>, isLate: Bool) -> Parsed {
    let body = bytes.dropFirst(2)
    // The function keys of the Linux console.
    if body.first == 0x5B {
      guard let final = body.dropFirst().first else { return isLate ? .nothing(3) : .incomplete }
      let number = Int(final) - 0x40
      return (1...5).contains(number) ? .key(.function(number), 4) : .nothing(4)
    }
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return isLate || body.count > Self.sequenceLimit ? .nothing(bytes.count) : .incomplete
    }
    let length = end - bytes.startIndex + 1
    // Anything but a final byte breaks the sequence off.
    guard (0x40...0x7E).contains(body[end]) else { return .nothing(length - 1) }
    let parameters = body[body.startIndex..<end]
    if body[end] == 0x7E, parameters.elementsEqual("200".utf8) { return .paste(length) }
    guard let item = InputSequences.item(parameters, final: body[end]) else {
      return .nothing(length)
    }
    return .item(item, length)
  }

  /// `ESC ]` and the like: an answer, up to BEL or `ESC \`.
  private func parseString(_ bytes: ArraySlice<UInt8>, isLate: Bool) -> Parsed {
    let body = bytes.dropFirst(2)
    for index in body.indices {
      let isBell = body[index] == 0x07
      let isTerminated = body[index] == 0x5C && body[index - 1] == 0x1B
      guard isBell || isTerminated else { continue }
      let length = index - bytes.startIndex + 1
      let content = body[..<(isBell ? index : index - 1)]
      guard bytes[bytes.startIndex + 1] == 0x5D, let item = InputSequences.answer(content) else {
        return .nothing(length)
      }
      return .item(item, length)
    }
    if body.count > Self.sequenceLimit { return .nothing(bytes.count) }
    guard isLate else { return .incomplete }
    // Nobody answers so slowly: it was Alt and a character.
    let character = Character(Unicode.Scalar(bytes[bytes.startIndex + 1]))
    return body.isEmpty ? .key(.alt(character), 2) : .nothing(bytes.count)
  }

  // MARK: Pastes

  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

  private mutating func continuePaste(isLate: Bool) -> Item? {
    guard var paste else { return nil }
    var index = start
    while index < buffer.count {
      if buffer[index] == 0x1B {
        let rest = buffer[index...].prefix(Self.pasteEnd.count)
        if rest.elementsEqual(Self.pasteEnd) {
          start = index + Self.pasteEnd.count
          return endPaste(paste)
        }
        // The end may be cut in two.
        if !isLate, Self.pasteEnd.starts(with: rest) { break }
      }
      if paste.count < Self.pasteLimit { paste.append(buffer[index]) }
      index += 1
    }
    start = index
    if isLate { return endPaste(paste) }
    self.paste = paste
    return nil
  }

  private mutating func endPaste(_ bytes: [UInt8]) -> Item {
    paste = nil
    let text = String(decoding: bytes, as: UTF8.self)
    return .event(.paste(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")))
  }
}
