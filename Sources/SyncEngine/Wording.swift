internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI

/// Numbers and errors as sentences have them.
enum Wording {
  /// What to tell people about an error: its message, never what it looks like in code.
  static func message(of error: any Error) -> String {
    switch error {
    case let error as StoreError: error.message
    case let error as SyncError: error.message
    case let error as EngineFailure: error.message
    case let error as SyncRuleError: error.message
    case let error as ConfigurationProblem: error.message
    case is CancellationError: "It was interrupted."
    case let error as any CustomStringConvertible: sentence(error.description)
    default: "An unexpected error of the kind \(type(of: error)) occurred."
    }
  }

  /// A number and what it counts, for example `1 document` or `4,242 documents`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number.grouped) \(noun)\(number == 1 ? "" : "s")"
  }

  /// How long ago something was, for example `12 s ago`.
  static func age(_ duration: Duration) -> String {
    let seconds = Int(max(0, duration.seconds))
    switch seconds {
    case ..<2: return "just now"
    case ..<60: return "\(seconds) s ago"
    case ..<3600: return "\(seconds / 60) min ago"
    case ..<86_400: return "\(seconds / 3600) h ago"
    default: return "\(Wording.count(seconds / 86_400, "day")) ago"
    }
  }

  private static func sentence(_ text: String) -> String {
    guard let last = text.last, !".!?".contains(last) else { return text }
    return text + "."
  }
}

/// A full disk, told as what happened and one remedy with one amount.
struct SpaceShortage: Hashable, Sendable {
  /// What happened; a full sentence.
  var event: String
  /// What to do; a full sentence.
  var remedy: String

  private static let remedies = (start: "Free ", end: "; the sync then goes on by itself.")

  /// Tells a shortage, given the message of its error and the bytes that are needed.
  ///
  /// Advice that the message gives is left out: it is the remedy's.
  init(message: String, needed: Int?) {
    let advice = message.firstRange(of: ". " + Self.remedies.start)
    event = advice.map { String(message[..<$0.lowerBound]) + "." } ?? message
    let amount = needed.map { "at least \((max(0, $0) >> 20) + 1) MB" } ?? "some space"
    remedy = Self.remedies.start + amount + Self.remedies.end
  }

  /// Reads what ``text`` made; `nil` if it did not.
  init?(text: String) {
    guard text.hasSuffix(Self.remedies.end),
      let advice = text.firstRange(of: ". " + Self.remedies.start)
    else { return nil }
    event = String(text[..<advice.lowerBound]) + "."
    remedy = String(text[advice.upperBound...])
    remedy = Self.remedies.start + remedy
  }

  /// Both sentences.
  var text: String { "\(event) \(remedy)" }
}

extension Int {
  /// The number with commas between its thousands.
  var grouped: String {
    let digits = String(magnitude)
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
