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
      "The index that will hold the documents. Its name cannot be changed later."
    case .language:
      "How the words of the documents are cut and matched. It can be changed later."
    case .source:
      "Where the documents come from."
    case .apiKey:
      "The key with which the connector writes into its index."
    case .identity:
      "What the connector is called on these screens. It can be changed at any time."
    case .configuration:
      "What the data source needs to know. The values are saved with the connector."
    case .check:
      "Connects to the source and shows the first ten documents. Nothing is indexed."
    case .schedule:
      "When syncs run by themselves. You can always start one by hand."
    case .summary:
      "Look it over, go back to any line, then save."
    }
  }
}
