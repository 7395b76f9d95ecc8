package import ConnectorKit
package import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Builds a connector step by step.
///
/// Steps one to three are only remembered. The fourth makes the connector; from then on each step
/// saves what it asks when one goes on, except the schedule, which starts with the summary's Save.
package struct WizardScreen: ScreenModel {
  /// What exists since the fourth step.
  struct Created: Hashable, Sendable {
    var connectorID: String
    var indexName: String
    var serviceType: String
    /// As they are in the record.
    var language: Language
    var name: String
    var description: String
    var hasSavedConfiguration = false
    var hasSavedSchedule = false
  }

  /// A request that the wizard waits for, and where it goes on to afterwards.
  struct Pending: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
      case create
      case language(Language)
      case identity(name: String, description: String)
      case configuration(ConfigurationValues, thenRecheck: Bool)
      case schedule(thenSync: Bool)
      case delete
    }

    var tag: RequestTag
    var purpose: Purpose
    var destination: WizardStep
  }

  /// A refusal, shown on the step where it happened.
  struct Failure: Hashable, Sendable {
    var step: WizardStep
    var message: String
  }

  package internal(set) var step = WizardStep.name
  /// The furthest step that was reached.
  package internal(set) var reached = WizardStep.name
  package internal(set) var nameForm = FormModel(WizardScreen.nameFields)
  /// Whether it was tried to go on without a name.
  var showsEmptyName = false
  var languages = OptionPicker(
    Language.allCases.map { OptionPicker.Item($0.rawValue, $0.name, detail: $0.analysis) },
    noun: "languages", selected: Language.universal.rawValue)
  package internal(set) var language = Language.universal
  var sources = OptionPicker([], noun: "data sources")
  package internal(set) var sourceType: String?
  var created: Created?
  package internal(set) var card: KeyCard?
  var goesOnWithoutKey = false
  package internal(set) var identity = FormModel(SettingsForm.fields)
  /// What was typed for each data source, so that choosing another loses nothing.
  package internal(set) var configurations: [String: ConfigurationForm] = [:]
  var recheck = RecheckPanel()
  package internal(set) var check = CheckPanel()
  package internal(set) var schedule = ScheduleEditor(.full, Scheduling.Entry())
  var summary = ListState()
  var buttons = ButtonRow()
  var pending: Pending?
  var failure: Failure?

  static let nameFields = [
    FormField("name", "Index name").with {
      $0.isRequired = true
      $0.placeholder = "for example docs"
    }
  ]

  /// Makes the wizard at its first step.
  package init() {}

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    guard let created else { return ["New connector"] }
    return ["New connector", created.indexName]
  }

  /// What is typed as the index name, blanks at its ends left out.
  var typedName: String {
    let text = nameForm.text("name").drop { $0 == " " }
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// The index as it will be called; only the prefix while nothing is typed.
  var indexName: String { created?.indexName ?? IndexName.prefixed(typedName) }

  /// The chosen data source.
  func source(_ context: ScreenContext) -> CatalogEntry? {
    let type = created?.serviceType ?? sourceType
    return context.snapshot.catalog.first { $0.serviceType == type }
  }

  /// The form of the chosen data source.
  var configuration: ConfigurationForm? {
    get { (created?.serviceType ?? sourceType).flatMap { configurations[$0] } }
    set { if let type = created?.serviceType ?? sourceType { configurations[type] = newValue } }
  }

  /// The connector that has the index already; `nil` if none has.
  func owner(_ context: ScreenContext) -> ConnectorState? {
    guard created == nil, !typedName.isEmpty else { return nil }
    return context.snapshot.connectors.first { $0.record.indexName == indexName }
  }

  /// Everything that is wrong with the index name, one sentence each.
  func nameProblems(_ context: ScreenContext) -> [String] {
    guard created == nil else { return [] }
    var problems = IndexName.problems(in: indexName).map(\.message)
    if let owner = owner(context) {
      problems.append(
        "\(indexName) is the index of “\(owner.record.name)”. Press ^O to open that connector.")
    }
    return problems
  }

  /// Whether the index exists already without a connector, so that the new one takes it over.
  func isTakingOver(_ context: ScreenContext) -> Bool {
    created == nil && owner(context) == nil && context.snapshot.indexNames.contains(indexName)
  }

  /// Whether anything was typed or chosen that leaving would drop.
  var hasInput: Bool {
    if created != nil {
      return hasUnsavedIdentity || configuration?.isChanged == true || schedule.isChanged
    }
    return !nameForm.text("name").isEmpty || language != .universal || sourceType != nil
      || configurations.values.contains { $0.isChanged }
  }

  var hasUnsavedIdentity: Bool {
    guard let created else { return false }
    return identity.text("name") != created.name
      || identity.text("description") != created.description
  }

  package var unsavedChanges: String? {
    if card?.isUnkept == true, !goesOnWithoutKey {
      return "The API key was neither copied nor saved, and it is not shown again."
    }
    if let created {
      return hasInput
        ? "The connector of \(created.indexName) stays, but what you typed last is not saved."
        : nil
    }
    return hasInput ? "The connector is not made yet; what you typed would be lost." : nil
  }

  package var isEditingText: Bool {
    guard buttons.focus == nil, pending == nil else { return false }
    switch step {
    case .name: return created == nil && nameForm.isEditingText
    case .language: return languages.isFiltering
    case .source: return sources.isFiltering
    case .identity: return identity.isEditingText
    case .configuration: return configuration?.form.isEditingText ?? false
    case .schedule: return schedule.form.isEditingText
    case .apiKey, .check, .summary: return false
    }
  }

  /// The button with the focus; `nil` while the step itself has it.
  package var buttonFocus: String? { buttons.focus }

  package var movesByRows: Bool {
    switch step {
    case .apiKey: false
    case .name, .source: created == nil
    case .language, .identity, .configuration, .check, .schedule, .summary: true
    }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    refresh(context)
    return []
  }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? { configuration?.form.reveal?.until }
}
