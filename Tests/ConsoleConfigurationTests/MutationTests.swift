import Testing

@testable import ConsoleConfiguration

/// Whatever a file holds, reading it ends, stays small and tells what is wrong.
@Suite struct MutationTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return bits ^ (bits >> 31)
    }
  }

  private static let pieces = [
    "\n", ": ", "- ", "  ", "\t", "[", "]", "{", "}", "&a ", "*a", "<<: ", "'", "\"", "|\n", ">",
    "---\n",
    "...\n", "#", "!!str ", "!x ", "?", ",", "$", "${A}", "${", "null", "%", "@", "\u{0}", "\u{85}",
    "ä",
    "elasticsearch", "connectors", "service.", "\u{2028}",
  ].map { Array($0.utf8) }

  private func mutated(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
      case 2:
        let from = Int.random(in: 0...bytes.count, using: &random)
        bytes.insert(contentsOf: Array(bytes[from..<min(bytes.count, from + 60)]), at: place)
      case 3: bytes.removeSubrange(place...)
      default:
        bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
      }
      if bytes.isEmpty { bytes = Array("a: b".utf8) }
    }
    return bytes
  }

  private let start = Array(
    """
    common: &a {idling: 3, heartbeat: 40}
    elasticsearch:
      host: "https://es:9200"
      api_key: ${A}
      bulk.chunk_size: 30
    service: {<<: *a, log_level: debug}
    connectors:
      - connector_id: one
        service_type: dir
        api_key: 'aWQ6a2V5'
    sources: [x, y]

    """.utf8)

  @Test(arguments: 0..<8)
  func `a damaged file is read to its end`(_ seed: Int) {
    var random = Random(state: UInt64(seed))
    for round in 0..<250 {
      let bytes = mutated(round.isMultiple(of: 3) ? Array(elasticExample.utf8) : start, &random)
      let found = settings(bytes: bytes, environment: ["A": "aWQ6a2V5"])
      let broken = found.problems.filter { problem in
        !problem.message.hasSuffix(".") || problem.place == nil || problem.message.count > 2000
      }
      guard broken.isEmpty else {
        Issue.record("seed \(seed), round \(round): \(broken.map(\.description)) of \(bytes)")
        return
      }
      #expect(found.listing.count >= Setting.all.count { $0.unused == nil })
    }
  }
}
