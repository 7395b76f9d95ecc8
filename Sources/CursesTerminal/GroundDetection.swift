internal import TerminalKit

/// Finds out whether a terminal is dark or light.
enum GroundDetection {
  /// Reads `COLORFGBG`, which rxvt, Konsole and others set: the last number is the ground's.
  static func ground(fromVariable value: String?) -> Ground? {
    guard let last = value?.split(separator: ";").last, let color = Int(last) else { return nil }
    switch color {
    case 0...6, 8: return .dark
    case 7, 9...15: return .light
    default: return nil
    }
  }

  /// Judges a colour by its brightness to the eye; parts are 0 to 1.
  static func ground(red: Double, green: Double, blue: Double) -> Ground {
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue
    return brightness > 0.5 ? .light : .dark
  }

  /// Whether a terminal may be asked; some would show the question.
  static func canAsk(_ environment: [String: String]) -> Bool {
    let type = environment["TERM"] ?? ""
    // GNU screen does not pass questions on.
    if type.hasPrefix("screen"), environment["TMUX"]?.isEmpty != false { return false }
    let known = [
      "xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty",
      "konsole", "gnome", "vte", "st-", "contour",
    ]
    return known.contains { type.hasPrefix($0) }
  }

  /// Asks for the ground's colour, and then for what every terminal answers.
  static let question: [UInt8] = Array("\u{1B}]11;?\u{1B}\\\u{1B}[c".utf8)
}
