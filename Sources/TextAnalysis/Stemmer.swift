internal import CSnowball
internal import ConnectorProtocol

/// A Snowball stemmer, for use on one thread at a time.
final class Stemmer {
  private let handle: OpaquePointer

  /// Makes the stemmer of an algorithm, for example `english`.
  init(algorithm: String) throws(TextAnalysisError) {
    guard let handle = sb_stemmer_new(algorithm, "UTF_8") else {
      throw TextAnalysisError(
        "The Snowball library has no \(algorithm) stemmer; install libstemmer again.")
    }
    self.handle = handle
  }

  deinit { sb_stemmer_delete(handle) }

  /// The stem of a word, valid until the next call; `nil` if memory ran out or nothing is left.
  func stem(_ word: UnsafePointer<UInt8>, _ count: Int) -> UnsafeBufferPointer<UInt8>? {
    guard let stem = sb_stemmer_stem(handle, word, Int32(count)) else { return nil }
    let length = Int(sb_stemmer_length(handle))
    return length > 0 ? UnsafeBufferPointer(start: stem, count: length) : nil
  }
}

extension Language {
  /// The Snowball algorithm that stems the language's words, or those in Latin letters among them.
  var stemmerAlgorithm: String {
    switch self {
    case .universal, .english, .chinese, .japanese, .korean, .thai: "english"
    case .danish: "danish"
    case .dutch: "dutch"
    case .french: "french"
    case .german: "german"
    case .italian: "italian"
    case .portuguese, .brazilian: "portuguese"
    case .russian: "russian"
    case .spanish: "spanish"
    }
  }
}
