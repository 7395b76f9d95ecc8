import TerminalKit

extension Frame {
  /// The rows without trailing blanks.
  var rows: [String] {
    (0..<size.height).map { y in
      var row = (0..<size.width).map { self[$0, y].text }.joined()
      while row.last == " " { row.removeLast() }
      return row
    }
  }

  var text: String { rows.joined(separator: "\n") }

  /// Draws on a new frame and returns what it shows.
  static func drawing(_ width: Int, _ height: Int, _ body: (inout Frame) -> Void) -> String {
    var frame = Frame(size: Size(width: width, height: height))
    body(&frame)
    return frame.text
  }
}

/// A generator whose numbers come from a seed alone.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
