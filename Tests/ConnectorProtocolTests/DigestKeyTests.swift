import ConnectorKit
import Testing

@testable import ConnectorProtocol

/// Vectors: an independent implementation that agrees with the reference code on SipHash-2-4 and
/// with two published ones of SipHash-1-3 (the first lines of 64 and of 128 bits).
@Suite struct DigestKeyTests {
  private let key = DigestKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

  private static let narrow: [(Int, UInt64)] = [
    (0, 0xabac_0158_050f_c4dc), (1, 0xc9f4_9bf3_7d57_ca93), (7, 0xd392_7d98_9bb1_1140),
    (8, 0x3690_9511_8d29_9a8e), (15, 0xd320_d86d_2a51_9956), (16, 0xcc4f_dd1a_7d90_8b66),
    (63, 0x9d19_9062_b7bb_b3a8), (500, 0x920e_fc10_669b_a7a6),
  ]

  private static let wide: [(Int, UInt64, UInt64)] = [
    (0, 0xbea5_8827_b2bc_7ee7, 0x0130_30dd_6adb_62fd),
    (1, 0xa8ed_d360_0437_6ffc, 0x63f0_2f2b_cc73_055e),
    (8, 0xb4da_e3d5_e1fe_12aa, 0x99c7_f935_ab16_4f72),
    (15, 0x6c52_bdb2_0555_7ec1, 0x0901_7e1e_eccd_2129),
    (31, 0x8b85_3c5b_1c96_ea42, 0x1090_a7df_50e5_c317),
    (500, 0xa0f2_2b04_fe73_6216, 0xf8e3_c0f2_8200_2b00),
  ]

  private func message(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 & 127) } }

  @Test(arguments: narrow)
  func `a fingerprint without a revision is SipHash-1-3`(_ count: Int, _ expected: UInt64) {
    #expect(key.fingerprint(body: message(count), revision: []) == expected)
  }

  @Test(arguments: wide)
  func `a digest is SipHash-1-3 with 128 bits`(_ count: Int, _ low: UInt64, _ high: UInt64) {
    let id = DocumentID(String(decoding: message(count), as: UTF8.self))
    #expect(key.digest(of: id) == DocumentDigest(low: low, high: high))
  }

  @Test func `no byte moves from body to revision unnoticed`() {
    let fingerprints = Set(
      (0...8).map { split in
        key.fingerprint(
          body: Array(message(8)[..<split]), revision: Array(message(8)[split...]))
      })
    #expect(fingerprints.count == 9)
  }

  @Test func `identifiers that are canonically equivalent have different digests`() {
    let composed = DocumentID("caf\u{E9}")
    let decomposed = DocumentID("cafe\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(key.digest(of: composed) != key.digest(of: decomposed))
  }
}
