/// The drawing characters of the console, as Unicode or as ASCII.
///
/// Every symbol takes one cell in both sets, so that a page looks the same in either.
package struct Symbols: Hashable, Sendable {
  package let isASCII: Bool
  package let ellipsis: SafeText

  package let horizontal, vertical: SafeText
  package let topLeft, topRight, bottomLeft, bottomRight: SafeText
  package let teeLeft, teeRight, teeDown, teeUp, cross: SafeText

  package let arrowUp, arrowDown, arrowLeft, arrowRight: SafeText
  /// Points at what is selected.
  package let pointer: SafeText
  /// Opens a list below a field.
  package let dropdown: SafeText
  /// Text goes on beyond the left and right ends of a field.
  package let moreLeft, moreRight: SafeText
  /// Between the parts of a path.
  package let breadcrumb: SafeText
  /// Between short pieces of information.
  package let separator: SafeText

  package let bulletFull, bulletEmpty, bulletHalf: SafeText
  package let radioOn, radioOff, checkOn, checkOff: SafeText
  package let check, failure, canceled, warning, information: SafeText
  package let paused, running: SafeText
  package let mask: SafeText

  /// A spinner's pictures in order.
  package let spinner: [SafeText]
  /// Rising from an eighth of a cell to a whole one.
  package let verticalBlocks: [SafeText]
  /// Growing to the right from an eighth of a cell to a whole one.
  package let horizontalBlocks: [SafeText]
  package let barEmpty: SafeText
  package let scrollTrack, scrollThumb: SafeText

  /// The set to draw with.
  package static func set(isASCII: Bool) -> Symbols { isASCII ? ascii : unicode }

  package static let unicode = Symbols(isASCII: false)
  package static let ascii = Symbols(isASCII: true)

  private init(isASCII: Bool) {
    func pick(_ unicode: SafeText, _ ascii: SafeText) -> SafeText { isASCII ? ascii : unicode }
    func pickAll(_ unicode: String, _ ascii: String) -> [SafeText] {
      (isASCII ? ascii : unicode).map { SafeText(String($0)) }
    }
    self.isASCII = isASCII
    ellipsis = pick("…", "~")
    horizontal = pick("─", "-")
    vertical = pick("│", "|")
    topLeft = pick("╭", "+")
    topRight = pick("╮", "+")
    bottomLeft = pick("╰", "+")
    bottomRight = pick("╯", "+")
    teeLeft = pick("├", "+")
    teeRight = pick("┤", "+")
    teeDown = pick("┬", "+")
    teeUp = pick("┴", "+")
    cross = pick("┼", "+")
    arrowUp = pick("↑", "^")
    arrowDown = pick("↓", "v")
    arrowLeft = pick("←", "<")
    arrowRight = pick("→", ">")
    pointer = pick("▸", ">")
    dropdown = pick("▾", "v")
    moreLeft = pick("‹", "<")
    moreRight = pick("›", ">")
    breadcrumb = pick("›", ">")
    separator = pick("·", "-")
    bulletFull = pick("●", "*")
    bulletEmpty = pick("○", "o")
    bulletHalf = pick("◐", "%")
    radioOn = pick("◉", "*")
    radioOff = pick("○", "o")
    checkOn = pick("■", "x")
    checkOff = pick("□", "_")
    check = pick("✓", "+")
    failure = pick("✗", "x")
    canceled = pick("⊘", "/")
    warning = pick("▲", "!")
    information = pick("◆", "i")
    paused = pick("‖", "=")
    running = pick("▶", ">")
    mask = pick("•", "*")
    spinner = pickAll("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\")
    verticalBlocks = pickAll("▁▂▃▄▅▆▇█", "_.,-=+*#")
    horizontalBlocks = pickAll("▏▎▍▌▋▊▉█", "#")
    barEmpty = pick("─", ".")
    scrollTrack = pick("│", "|")
    scrollThumb = pick("┃", "#")
  }

  /// The spinner's picture at a step; steps count on for ever.
  package func spinnerFrame(_ step: Int) -> SafeText {
    spinner[((step % spinner.count) + spinner.count) % spinner.count]
  }
}
