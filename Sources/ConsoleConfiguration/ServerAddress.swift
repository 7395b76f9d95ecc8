/// Why a text can't be used: what is wrong and what to do, in full sentences, without secrets.
package struct AddressError: Error, Hashable, Sendable {
  package var message: String

  /// Makes an error.
  package init(_ message: String) { self.message = message }
}

/// Checks the URL of a server.
package enum ServerAddress {
  /// Checks a URL such as `https://host:9200/path`.
  ///
  /// - Parameter text: as a person typed it.
  /// - Returns: the URL without blanks around it and without slashes at its end.
  /// - Throws: ``AddressError`` if it is no URL of a server, or holds a user or a password.
  package static func checked(_ text: String) throws(AddressError) -> String {
    let url = trimmed(text)
    let parts = url.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["https:", "http:"].contains(parts[0].lowercased()) else {
      throw AddressError("“\(shown(url))” is no URL. Write it like https://host:9200.")
    }
    guard url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
      throw AddressError("The URL holds a blank or a control character. Take it out.")
    }
    let authority = parts[1].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else {
      throw AddressError(
        "The URL holds a user or a password, which others could see. Leave them out of it; they "
          + "have settings of their own.")
    }
    guard !parts[1].contains("?"), !parts[1].contains("#") else {
      throw AddressError("The URL has a part behind ? or #. Leave it out.")
    }
    try check(authority: authority)
    return parts[0].lowercased() + "//" + withoutSlashes(parts[1])
  }

  private static func check(authority: Substring) throws(AddressError) {
    var host = authority
    var port: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else {
        throw AddressError("A bracket is missing in the URL. Write it like https://[::1]:9200.")
      }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw AddressError("“\(shown(rest))” does not belong behind the host. Take it out.")
      }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty else {
      throw AddressError("The URL names no host. Write it like https://host:9200.")
    }
    guard let port else { return }
    guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port),
      (1...65_535).contains(number)
    else {
      throw AddressError("“\(shown(port))” is no port. Write a number from 1 to 65535.")
    }
  }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }

  private static func withoutSlashes(_ text: Substring) -> String {
    var text = text
    while text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }

  /// A short piece of what was typed, without what stands before an `@`.
  private static func shown(_ text: some StringProtocol) -> String {
    let secretEnd = text.lastIndex(of: "@").map { text.index(after: $0) }
    return String(text[(secretEnd ?? text.startIndex)...].prefix(60))
  }
}
