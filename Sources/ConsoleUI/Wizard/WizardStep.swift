/// The steps of building a connector, in their order.
package enum WizardStep: Int, Hashable, Sendable, CaseIterable, Comparable {
  case name, language, source, apiKey, identity, configuration, check, schedule, summary

  /// Whether the left step comes first.
  package static func < (left: WizardStep, right: WizardStep) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Counted from 1.
  package var number: Int { rawValue + 1 }

  /// The step after; `nil` after the last.
  package var next: WizardStep? { WizardStep(rawValue: rawValue + 1) }

  /// The step before; `nil` before the first.
  package var previous: WizardStep? { WizardStep(rawValue: rawValue - 1) }

  /// The heading.
  package var title: String {
    switch self {
    case .name: "Index name"
    case .language: "Language analyzer"
    case .source: "Data source"
    case .apiKey: "API key"
    case .identity: "Name and description"
    case .configuration: "Configuration"
    case .check: "Check"
    case .schedule: "Sync schedule"
    case .summary: "Summary"
    }
  }

  /// One or two words for the rail.
  package var shortTitle: String {
    switch self {
    case .name: "Index name"
    case .language: "Language"
    case .source: "Data source"
    case .apiKey: "API key"
    case .identity: "Name"
    case .configuration: "Configuration"
    case .check: "Check"
    case .schedule: "Schedule"
    case .summary: "Summary"
    }
  }

  /// One sentence on what the step is for.
  package var help: String {
    switch self {
    case .name:
      "The index that holds the documents. It keeps this name."
    case .language:
      "How words are cut and matched. It can be changed later."
    case .source:
      "Where the documents come from."
    case .apiKey:
      "With this key the connector writes into its index."
    case .identity:
      "What lists call the connector. It can be changed later."
    case .configuration:
      "What the source needs to know. Saved with the connector."
    case .check:
      "Reads the first ten documents. Nothing is indexed yet."
    case .schedule:
      "When syncs run by themselves. By hand works at any time."
    case .summary:
      "Look it over, then save. Enter on a line goes back to its step."
    }
  }
}
