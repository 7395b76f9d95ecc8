/// Copies text through the terminal to the clipboard of the machine it runs on (OSC 52).
struct Clipboard {
  /// Bytes that terminals commonly take.
  static let limit = 74_994

  private let environment: [String: String]

  init(environment: [String: String]) { self.environment = environment }

  private var terminalType: String { environment["TERM"] ?? "" }
  private var isInTmux: Bool { environment["TMUX"]?.isEmpty == false }
  private var isInScreen: Bool { !isInTmux && environment["STY"]?.isEmpty == false }

  /// Whether there is no hope at all.
  var isImpossible: Bool { terminalType == "linux" || terminalType.hasPrefix("vt") }

  /// One sentence on whether copying is likely to work.
  var note: String {
    if isImpossible { return "This terminal has no clipboard; save to a file instead." }
    if isInTmux {
      return "tmux passes a copy on only after “tmux set -g set-clipboard on”."
    }
    if isInScreen { return "GNU screen may not pass a copy on to your terminal." }
    switch environment["TERM_PROGRAM"] {
    case "Apple_Terminal": return "Terminal.app does not take copies; save to a file instead."
    case "iTerm.app":
      return "iTerm2 takes a copy if “Applications may access clipboard” is on."
    case "WezTerm", "ghostty", "vscode", "rio": return "Your terminal takes copies."
    default: break
    }
    if environment["VTE_VERSION"] != nil {
      return "Most terminals of GNOME do not take copies; save to a file if it fails."
    }
    let known = ["kitty", "alacritty", "foot", "wezterm", "ghostty", "contour"]
    if known.contains(where: { terminalType.contains($0) }) || environment["WT_SESSION"] != nil {
      return "Your terminal takes copies."
    }
    return "Whether a copy arrives depends on your terminal: try to paste it."
  }

  /// The bytes that make the terminal copy; `nil` if the text is too long.
  func sequence(copying text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.limit else { return nil }
    let command = Array("\u{1B}]52;c;".utf8) + Self.base64(bytes) + [0x07]
    if isInTmux {
      // For `set-clipboard on` as it is, and wrapped for `allow-passthrough on`.
      let doubled = command.flatMap { $0 == 0x1B ? [0x1B, 0x1B] : [$0] }
      return command + Array("\u{1B}Ptmux;".utf8) + doubled + Array("\u{1B}\\".utf8)
    }
    if isInScreen { return Self.chunkedForScreen(command) }
    return command
  }

  /// GNU screen passes strings on, but only short ones.
  private static func chunkedForScreen(_ command: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = command[...]
    while !rest.isEmpty {
      result += Array("\u{1B}P".utf8) + rest.prefix(240) + Array("\u{1B}\\".utf8)
      rest = rest.dropFirst(240)
    }
    return result
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= 8 * UInt32(3 - group.count)
      for place in 0..<4 {
        let isPadding = place > group.count
        let index = Int(bits >> UInt32(18 - 6 * place)) & 0x3F
        result.append(isPadding ? UInt8(ascii: "=") : alphabet[index])
      }
    }
    return result
  }
}
