internal import ConnectorKit

/// An API key in clear: what the store never keeps.
struct APIKeySecret {
  var id: String
  var secret: String

  /// A new key: an id of 20 characters and a secret of 32, which is 190 random bits.
  static func random() -> APIKeySecret {
    APIKeySecret(id: RandomBytes.text(20), secret: RandomBytes.text(32))
  }

  /// The key as a service gives it: base64 of `id:secret`; `nil` if it is no such thing.
  init?(encoded: String) {
    guard encoded.utf8.count < 1024, let bytes = Base64.decode(encoded),
      let text = String(validating: bytes, as: UTF8.self),
      let colon = text.firstIndex(of: ":")
    else { return nil }
    id = String(text[..<colon])
    secret = String(text[text.index(after: colon)...])
  }

  private init(id: String, secret: String) {
    self.id = id
    self.secret = secret
  }

  /// Base64 of `id:secret`, as Elasticsearch shows it.
  var encoded: String { Base64.encode(Array("\(id):\(secret)".utf8)) }

  /// What the store keeps: SHA-256 of salt and secret.
  ///
  /// A slow hash protects secrets that people choose; this one is random and cannot be guessed.
  func hash(salt: [UInt8]) -> [UInt8] { SHA256.hash(salt + Array(secret.utf8)) }

  /// Whether the secret has a hash; takes the same time wherever they differ.
  func matches(hash expected: [UInt8], salt: [UInt8]) -> Bool {
    let actual = hash(salt: salt)
    guard actual.count == expected.count else { return false }
    var difference: UInt8 = 0
    for (left, right) in zip(actual, expected) { difference |= left ^ right }
    return difference == 0
  }
}

/// Random numbers from the system, fit for secrets.
enum RandomBytes {
  /// So many random bytes.
  static func make(_ count: Int) -> [UInt8] {
    // On Linux this generator is `getrandom(2)`.
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// So many random characters that need no escape in a URL, 6 bits each.
  static func text(_ count: Int) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    let alphabet = Array((letters + "0123456789-_").utf8)
    return String(decoding: make(count).map { alphabet[Int($0 & 63)] }, as: UTF8.self)
  }

  /// A random number.
  static func number() -> UInt64 {
    make(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
