/// The first bytes of formats that are not text although much of them may look like it.
///
/// Formats full of NULs and control characters need no signature; some have one all the same, so
/// that their files need not be read whole.
enum BinarySignature {
  static func matches(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let candidates = byFirstByte[Int(first)] else { return false }
    return candidates.contains { bytes.starts(with: $0) }
  }

  private static let signatures: [[UInt8]] = [
    Array("%PDF-".utf8), Array("GIF87a".utf8), Array("GIF89a".utf8),
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],  // PNG
    [0xFF, 0xD8, 0xFF],  // JPEG
    [0x50, 0x4B, 0x03, 0x04], [0x50, 0x4B, 0x05, 0x06], [0x50, 0x4B, 0x07, 0x08],  // ZIP
    [0x1F, 0x8B], [0x1F, 0x9D], [0x1F, 0xA0],  // gzip, compress
    Array("BZh".utf8) + [0x31], Array("BZh9".utf8),
    [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],  // xz
    [0x28, 0xB5, 0x2F, 0xFD], [0x04, 0x22, 0x4D, 0x18],  // zstd, lz4
    [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C],  // 7z
    Array("Rar!".utf8) + [0x1A, 0x07],
    [0x7F, 0x45, 0x4C, 0x46],  // ELF
    [0xCF, 0xFA, 0xED, 0xFE], [0xCE, 0xFA, 0xED, 0xFE], [0xCA, 0xFE, 0xBA, 0xBE],  // Mach-O, Java
    Array("OggS".utf8), Array("fLaC".utf8), Array("ID3".utf8), Array("wOFF".utf8),
    Array("wOF2".utf8), Array("OTTO".utf8),
    [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],  // Office before 2007
    Array("SQLite format 3".utf8) + [0], Array("!<arch>\n".utf8), Array("8BPS".utf8),
    [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A],  // TIFF
    [0x00, 0x61, 0x73, 0x6D],  // WebAssembly
    [0xDE, 0x12, 0x04, 0x95], [0x95, 0x04, 0x12, 0xDE],  // gettext
  ]

  private static let byFirstByte: [[[UInt8]]?] = {
    var table = [[[UInt8]]?](repeating: nil, count: 256)
    for signature in signatures {
      guard let first = signature.first else { continue }
      table[Int(first), default: []].append(signature)
    }
    return table
  }()
}

extension [[[UInt8]]?] {
  fileprivate subscript(index: Int, default empty: [[UInt8]]) -> [[UInt8]] {
    get { self[index] ?? empty }
    set { self[index] = newValue }
  }
}
