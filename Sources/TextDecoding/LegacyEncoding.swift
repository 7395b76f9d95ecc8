internal import CTextDecoding

/// Guesses encodings that are older than Unicode.
enum LegacyEncoding {
  /// ICU's name of the likeliest encoding; `windows-1252` if nothing is likely.
  static func detect(_ bytes: [UInt8]) -> String {
    var name = [CChar](repeating: 0, count: 64)
    let sample = bytes.prefix(65_536)
    let confidence = sample.withUnsafeBytes { buffer in
      text_decoding_detect(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, &name)
    }
    let end = name.firstIndex(of: 0) ?? name.endIndex
    let found = String(decoding: name[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return confidence == 0 ? "windows-1252" : supersets[found] ?? found
  }

  /// What is written under these names is in truth the Windows code page, as browsers know.
  static let supersets = [
    "ISO-8859-1": "windows-1252", "ISO-8859-9": "windows-1254", "EUC-KR": "windows-949",
    "US-ASCII": "windows-1252",
  ]
}

/// Finds the encoding that a text names itself.
enum DeclaredEncoding {
  /// The name behind `charset=`, `encoding=` or `coding:` in the first KiB.
  static func find(in bytes: [UInt8]) -> String? {
    let head = bytes.prefix(1024).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    for marker in ["charset=", "encoding=", "coding:", "coding="] {
      let wanted = Array(marker.utf8)
      guard head.count > wanted.count else { continue }
      for start in 0..<(head.count - wanted.count)
      where head[start] == wanted[0] && head[start...].starts(with: wanted) {
        let rest = head[(start + wanted.count)...].drop { [0x22, 0x27, 0x20].contains($0) }
        let name = rest.prefix { isNameByte($0) }
        if name.count >= 3 {
          let text = String(decoding: name, as: UTF8.self)
          return LegacyEncoding.supersets[text.uppercased()] ?? text
        }
      }
    }
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}

/// Converts text of any encoding that ICU knows.
enum EncodingConverter {
  /// The text as UTF-8, NULs as blanks; `nil` if ICU does not know the encoding.
  static func convert(_ bytes: ArraySlice<UInt8>, from encoding: String) -> [UInt8]? {
    guard let converter = text_decoding_open(encoding) else { return nil }
    defer { text_decoding_close(converter) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 2)
    let isComplete = bytes.withUnsafeBytes { source in
      appendAll(of: source, through: converter, to: &result)
    }
    return isComplete ? result : nil
  }

  private static func appendAll(
    of source: UnsafeRawBufferPointer, through converter: OpaquePointer, to result: inout [UInt8]
  ) -> Bool {
    guard let start = source.baseAddress?.assumingMemoryBound(to: CChar.self) else { return true }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { target in
      guard let base = target.baseAddress else { return false }
      var next: UnsafePointer<CChar>? = start
      while true {
        var position: UnsafeMutablePointer<CChar>? = base
        let status = text_decoding_convert(
          converter, &next, start + source.count, &position, base + target.count, 1)
        let written = position.map { $0 - base } ?? 0
        for index in 0..<written where target[index] == 0 { target[index] = 0x20 }
        result.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<written]))
        if status <= 0 { return status == 0 }
      }
    }
  }
}
