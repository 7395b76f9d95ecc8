/// Numbers from a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes text that looks like English to an index: 50,000 words whose frequencies follow Zipf's law,
/// the commonest of them English function words, most others with English endings.
///
/// A draw is one look into a table, so that making text takes little of a benchmark's time.
struct TextGenerator: Sendable {
  /// A slot of ``slotSize`` bytes for each word: the word and a space.
  private var slots: [UInt8] = []
  /// How many bytes of each slot are used.
  private var lengths: [UInt8] = []
  /// Words by chance.
  private var draws: [UInt16] = []

  private static let drawBits: UInt64 = 20
  private static let slotSize = 16

  init(vocabulary: Int = 50_000, seed: UInt64 = 1) {
    var random = SplitMix(seed: seed)
    for word in Self.words(vocabulary, &random) {
      let bytes = Array(word.utf8.prefix(Self.slotSize - 1)) + [0x20]
      lengths.append(UInt8(bytes.count))
      slots += bytes + [UInt8](repeating: 0, count: Self.slotSize - bytes.count)
    }
    drawWords(vocabulary)
  }

  private mutating func drawWords(_ vocabulary: Int) {
    let total = (1...vocabulary).reduce(0.0) { $0 + 1 / Double($1) }
    let count = 1 << Self.drawBits
    draws.reserveCapacity(count)
    var sum = 0.0
    for rank in 0..<vocabulary {
      sum += 1 / Double(rank + 1)
      let end = min(count, Int((sum / total * Double(count)).rounded()))
      while draws.count < end { draws.append(UInt16(rank)) }
    }
    while draws.count < count { draws.append(0) }
  }

  /// Appends words until so many bytes are reached, ending with a full stop.
  func append(_ byteCount: Int, to bytes: inout [UInt8], _ random: inout SplitMix) {
    let room = byteCount + 2 * Self.slotSize + byteCount / 16
    bytes += [UInt8](unsafeUninitializedCapacity: room) { target, count in
      guard let base = target.baseAddress else { return }
      count = write(byteCount, to: base, &random)
    }
  }

  private func write(
    _ byteCount: Int, to target: UnsafeMutablePointer<UInt8>, _ random: inout SplitMix
  ) -> Int {
    slots.withUnsafeBytes { slots in
      var count = 0
      var sentence = 0
      while count < byteCount {
        let number = random.next()
        for shift: UInt64 in [0, 20, 40] where count < byteCount {
          let draw = number >> shift & ((1 << Self.drawBits) - 1)
          let rank = Int(draws[Int(draw)])
          let word = slots.loadUnaligned(
            fromByteOffset: rank * Self.slotSize, as: SIMD16<UInt8>.self)
          UnsafeMutableRawPointer(target + count).storeBytes(of: word, as: SIMD16<UInt8>.self)
          count += Int(lengths[rank])
          sentence += 1
        }
        if sentence > 12, count < byteCount {
          target[count - 1] = UInt8(ascii: ".")
          target[count] = 0x20
          count += 1
          sentence = 0
        }
      }
      target[count - 1] = UInt8(ascii: ".")
      return count
    }
  }

  private static func words(_ count: Int, _ random: inout SplitMix) -> [String] {
    let common = """
      the of and to a in is that for it as was with be by on not he his but at are this have from \
      or had an they which one you were all her she there would their we him been has when who \
      will no more if out so up said what its about than into them can only other time new some \
      could these two may first then do any like my now over such our man me even most made after
      """
    let commonWords = common.split { $0 == " " || $0 == "\n" }.map(String.init)
    var words = commonWords
    var seen = Set(words)
    let endings = ["", "", "", "s", "s", "ing", "ed", "er", "ly", "ness", "ation", "ment", "ies"]
    while words.count < count {
      // Rarer words are longer, as in a language.
      let syllables = 1 + Int.random(in: 0...(words.count < 2_000 ? 1 : 2), using: &random)
      var word = ""
      for _ in 0..<syllables { word += syllable(&random) }
      word += endings.randomElement(using: &random) ?? ""
      if word.utf8.count > 2, seen.insert(word).inserted { words.append(word) }
    }
    return words
  }

  private static func syllable(_ random: inout SplitMix) -> String {
    let onsets = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w", "st", "tr"]
    let moreOnsets = ["pl", "gr", "ch", "sh", "br", "cl", "th", "qu", "v", "k"]
    let vowels = ["a", "e", "i", "o", "u", "ea", "ou", "ai"]
    let codas = ["", "n", "r", "t", "l", "s", "m", "nd", "ck", "st"]
    let onset = (onsets + moreOnsets).randomElement(using: &random) ?? ""
    let vowel = vowels.randomElement(using: &random) ?? ""
    return onset + vowel + (codas.randomElement(using: &random) ?? "")
  }
}
