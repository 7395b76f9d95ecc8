internal import CICU

/// Composes decomposed text (Unicode normalization form C) with buffers of fixed size.
final class Composer {
  private let normalizer: OpaquePointer
  private let source: UnsafeMutablePointer<UChar>
  private let target: UnsafeMutablePointer<UChar>
  private static let capacity = 1_024

  init() throws(TextAnalysisError) {
    var status = U_ZERO_ERROR
    guard let normalizer = icu_nfc(&status), status.rawValue <= 0 else {
      throw TextAnalysisError(
        "The ICU library can't normalise text (\(String(cString: icu_error_name(status)))); "
          + "install libicu again.")
    }
    self.normalizer = normalizer
    source = .allocate(capacity: Self.capacity)
    target = .allocate(capacity: Self.capacity)
  }

  deinit {
    source.deallocate()
    target.deallocate()
  }

  /// Gives the composed form of some characters, one by one.
  ///
  /// - Parameters:
  ///   - scalars: at most 256 UTF-16 code units; what goes beyond is left out.
  ///   - receive: gets each character of the result.
  func compose(
    _ scalars: (_ append: (UInt32) -> Void) -> Void, _ receive: (UInt32) -> Void
  ) {
    var count = 0
    scalars { scalar in
      guard count + 2 <= Self.capacity / 2 else { return }
      if scalar < 0x10000 {
        source[count] = UChar(scalar)
        count += 1
      } else {
        source[count] = UChar(0xD7C0 + (scalar >> 10))
        source[count + 1] = UChar(0xDC00 + (scalar & 0x3FF))
        count += 2
      }
    }
    var status = U_ZERO_ERROR
    let length = icu_normalize(
      normalizer, source, Int32(count), target, Int32(Self.capacity), &status)
    let succeeded = status.rawValue <= 0
    emit(succeeded ? target : source, succeeded ? Int(length) : count, receive)
  }

  private func emit(
    _ units: UnsafeMutablePointer<UChar>, _ count: Int, _ receive: (UInt32) -> Void
  ) {
    var index = 0
    while index < count {
      let unit = UInt32(units[index])
      index += 1
      if unit & 0xFC00 == 0xD800, index < count {
        receive((unit - 0xD7C0) << 10 + (UInt32(units[index]) - 0xDC00))
        index += 1
      } else {
        receive(unit)
      }
    }
  }
}
