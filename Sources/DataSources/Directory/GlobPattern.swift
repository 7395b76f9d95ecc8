internal import ConnectorKit

/// One pattern of the settings `include` and `exclude`, compiled.
///
/// `*` matches within a name, `**` across folders, `?` one character, `[a-z]` and `[!a-z]` a choice
/// of characters, `{a,b}` either text, `\` takes the next character as it is. A pattern without `/`
/// or `**` matches a name at any depth; with one the path from the folder's top. A `/` at the end matches
/// folders only, with everything in them.
struct GlobPattern: Sendable {
  /// One thing to match.
  private enum Token: Sendable {
    case byte(UInt8)
    case anyCharacter
    case anyName
    case anyPath
    /// No folder, or some, each with its `/`.
    case anyFolders
    case oneOf([ClosedRange<UInt32>], isNegated: Bool)
  }

  /// Matches folders only.
  let isForFolders: Bool
  /// Matches a path and not only its last name.
  let isForPaths: Bool
  /// The names at the beginning of a path that contain no wildcard.
  let literalFolders: [[UInt8]]
  private let tokens: [Token]

  /// Compiles a pattern that may have alternatives in braces.
  static func compile(_ text: String) throws(GlobError) -> [GlobPattern] {
    try alternatives(of: Array(text.utf8)).map { text throws(GlobError) in try GlobPattern(text) }
  }

  private init(_ text: [UInt8]) throws(GlobError) {
    let slash = UInt8(ascii: "/")
    var text = text[...]
    let isAnchored = text.first == slash
    while text.first == slash { text = text.dropFirst() }
    // `folder/**` is all that is in the folder, so the folder need not be listed either.
    let takesAll = text.count > 3 && text.suffix(3).elementsEqual("/**".utf8)
    if takesAll { text = text.dropLast(2) }
    isForFolders = text.last == slash
    while text.last == slash { text = text.dropLast() }
    guard !text.isEmpty else { throw GlobError(reason: "it names nothing") }
    isForPaths = isAnchored || takesAll || text.contains(slash) || text.contains("**".utf8)
    tokens = try Self.tokens(of: text)
    literalFolders = text.split(separator: slash, omittingEmptySubsequences: false).dropLast()
      .prefix { !$0.contains { "*?[\\".utf8.contains($0) } }.map(Array.init)
  }

  /// Whether the whole text matches.
  ///
  /// Goes back to the last `*`, and when that can't take more to the last `**`; going back further
  /// can never help.
  func matches(_ text: [UInt8]) -> Bool {
    var token = 0
    var position = 0
    var name: (token: Int, position: Int)?
    var path: (token: Int, position: Int)?
    while true {
      if token == tokens.count {
        if position == text.count { return true }
      } else {
        switch tokens[token] {
        case .anyName:
          name = (token + 1, position)
          token += 1
          continue
        case .anyPath, .anyFolders:
          path = (token, position)
          name = nil
          token += 1
          continue
        case .byte, .anyCharacter, .oneOf:
          if let length = Self.length(of: tokens[token], at: position, in: text) {
            token += 1
            position += length
            continue
          }
        }
      }
      if let retry = name, retry.position < text.count, text[retry.position] != 0x2F {
        name?.position += 1
        (token, position) = (retry.token, retry.position + 1)
      } else if let retry = path, let next = advance(retry, in: text) {
        path?.position = next
        name = nil
        (token, position) = (retry.token + 1, next)
      } else {
        return false
      }
    }
  }

  /// Where `**` may end after the place where it ended before.
  private func advance(_ retry: (token: Int, position: Int), in text: [UInt8]) -> Int? {
    guard retry.position < text.count else { return nil }
    guard case .anyFolders = tokens[retry.token] else { return retry.position + 1 }
    return text[retry.position...].firstIndex(of: 0x2F).map { $0 + 1 }
  }

  /// How many bytes a token takes; `nil` if it does not match.
  private static func length(of token: Token, at position: Int, in text: [UInt8]) -> Int? {
    guard position < text.count else { return nil }
    if case .byte(let byte) = token { return byte == text[position] ? 1 : nil }
    let (value, length) = character(at: position, in: text)
    guard value != 0x2F else { return nil }
    guard case .oneOf(let ranges, let isNegated) = token else { return length }
    return ranges.contains { $0.contains(value) } != isNegated ? length : nil
  }

  /// A character and its length; a byte that is not UTF-8 counts as one beyond all characters.
  private static func character(at position: Int, in text: [UInt8]) -> (UInt32, Int) {
    let first = text[position]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    let bytes = text[position..<min(position + length, text.count)]
    let decoded = String(decoding: bytes, as: UTF8.self).unicodeScalars
    if let scalar = decoded.first, decoded.count == 1, bytes.count == length,
      scalar.value != 0xFFFD || Array(bytes) == [0xEF, 0xBF, 0xBD]
    {
      return (scalar.value, length)
    }
    return (0x11_0000 + UInt32(first), 1)
  }
}

/// What is wrong with a pattern.
struct GlobError: Error, Equatable {
  /// The end of a sentence that says why the pattern can't be used.
  var reason: String
}

extension GlobPattern {
  private static func tokens(of text: ArraySlice<UInt8>) throws(GlobError) -> [Token] {
    var tokens: [Token] = []
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "*"): tokens.append(stars(in: text, from: &index))
      case UInt8(ascii: "?"): tokens.append(.anyCharacter)
      case UInt8(ascii: "["): tokens.append(try characterClass(in: text, from: &index))
      case UInt8(ascii: "\\"):
        guard index < text.endIndex else {
          throw GlobError(reason: "it ends with a backslash")
        }
        tokens.append(.byte(text[index]))
        index += 1
      default: tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// What follows a first `*`.
  private static func stars(in text: ArraySlice<UInt8>, from index: inout Int) -> Token {
    let start = index - 1
    while index < text.endIndex, text[index] == UInt8(ascii: "*") { index += 1 }
    guard index - start > 1 else { return .anyName }
    let beginsName = start == text.startIndex || text[start - 1] == 0x2F
    guard beginsName, index < text.endIndex, text[index] == 0x2F else { return .anyPath }
    index += 1
    return .anyFolders
  }

  private static func characterClass(
    in text: ArraySlice<UInt8>, from index: inout Int
  ) throws(GlobError) -> Token {
    let rest = String(decoding: text[index...], as: UTF8.self).unicodeScalars
    var scalars = Array(rest)[...]
    let isNegated = scalars.first == "!" || scalars.first == "^"
    if isNegated { scalars = scalars.dropFirst() }
    var members: [UInt32] = []
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = scalars.popFirst(), scalar != "]" || isFirst {
      isFirst = false
      if scalar == "-", let low = members.last, let high = scalars.first, high != "]" {
        scalars = scalars.dropFirst()
        guard low <= high.value else {
          throw GlobError(reason: "a range in brackets is written backwards")
        }
        ranges.append(low...high.value)
        continue
      }
      members.append(scalar.value)
    }
    let consumed = rest.dropLast(scalars.count)
    guard consumed.last == "]", !members.isEmpty else {
      throw GlobError(reason: "a bracket [ is not closed")
    }
    index += String(String.UnicodeScalarView(consumed)).utf8.count
    return .oneOf(ranges + members.map { $0...$0 }, isNegated: isNegated)
  }

  /// The texts that braces stand for.
  private static func alternatives(of text: [UInt8]) throws(GlobError) -> [[UInt8]] {
    guard let open = text.unescapedIndex(of: UInt8(ascii: "{")) else { return [text] }
    var depth = 0
    var parts: [ArraySlice<UInt8>] = []
    var start = open + 1
    var index = open
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 1:
        parts.append(text[start..<index])
        start = index + 1
      default: break
      }
      if depth == 0 { break }
      index += 1
    }
    guard index < text.count else { throw GlobError(reason: "a brace { is not closed") }
    parts.append(text[start..<index])
    var all: [[UInt8]] = []
    for part in parts {
      all += try alternatives(of: Array(text[..<open] + part + text[(index + 1)...]))
      guard all.count <= 256 else {
        throw GlobError(reason: "its braces stand for more than 256 patterns")
      }
    }
    return all
  }
}

extension [UInt8] {
  fileprivate func unescapedIndex(of wanted: UInt8) -> Int? {
    var index = 0
    while index < count {
      if self[index] == wanted { return index }
      index += self[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
