internal import ConnectorKit
package import ConnectorProtocol
package import TerminalKit

/// Edits when the jobs of one type run, and shows when that would be.
///
/// An expression that was made elsewhere is kept to the letter until the person changes something.
package struct ScheduleEditor: Hashable, Sendable {
  package let type: JobType
  /// The schedule that is saved.
  package private(set) var saved: Scheduling.Entry
  package var form = FormModel()
  /// The record as it was last looked at; it lags behind what was saved from here.
  private var seen: Scheduling.Entry
  /// What the fields say when nothing was touched since `saved` was filled in.
  private var untouched: [String: String] = [:]

  /// Makes an editor with a saved schedule filled in.
  package init(_ type: JobType, _ entry: Scheduling.Entry) {
    self.type = type
    saved = entry
    seen = entry
    fill(entry)
    form.enter(atEnd: false)
  }

  /// The schedule as it is typed.
  package var entry: Scheduling.Entry {
    Scheduling.Entry(isEnabled: form.flag("enabled"), interval: interval)
  }

  /// Whether anything differs from what is saved.
  package var isChanged: Bool { entry != saved }

  /// The expression as it is typed; the saved one to the letter while no detail was touched.
  package var interval: String {
    isTouched ? ScheduleFields.expression(form) : saved.interval
  }

  private var isTouched: Bool {
    ScheduleFields.keys(for: form.text("frequency")).contains { form.text($0) != untouched[$0] }
      || form.text("frequency") != untouched["frequency"]
  }

  /// Takes what was just saved from here.
  package mutating func didSave() {
    saved = entry
    form.forgetVisits()
    remember()
  }

  /// Takes the record as it is now, and keeps what the person has typed.
  ///
  /// - Returns: whether somebody else changed it.
  @discardableResult
  package mutating func rebase(_ entry: Scheduling.Entry) -> Bool {
    guard entry != seen else { return false }
    seen = entry
    guard entry != saved else { return false }
    if isChanged {
      let typed = self.entry
      saved = entry
      // Once the fields differ from what is saved, they count as touched.
      if typed.interval != entry.interval { untouched = [:] }
    } else {
      saved = entry
      fill(entry)
    }
    refresh()
    return true
  }

  /// Puts the saved schedule back.
  package mutating func discard() {
    fill(saved)
    form.forgetVisits()
  }

  private mutating func fill(_ entry: Scheduling.Entry) {
    form.set("enabled", entry.isEnabled)
    ScheduleFields.fill(&form, from: entry.interval)
    remember()
    refresh()
  }

  private mutating func remember() {
    untouched = ["frequency": form.text("frequency")]
    for key in ScheduleFields.allKeys { untouched[key] = form.text(key) }
  }

  /// Finds out anew which fields there are and what is wrong.
  private mutating func refresh() {
    form.setFields(ScheduleFields.fields(form, type))
    var problems: [FormProblem] = []
    if entry.isEnabled { problems = ScheduleFields.problems(form) }
    if !isTouched { problems = problems.filter { $0.key == "expression" } }
    form.setProblems(problems)
  }

  /// Takes an event.
  package mutating func update(
    _ event: InputEvent, in area: Rect, _ context: ScreenContext
  ) -> FormModel.Outcome {
    let frequency = form.text("frequency")
    let before = interval
    let outcome = form.update(event, in: places(in: area).form, context)
    guard outcome == .changed else { return outcome }
    if form.text("frequency") != frequency, form.text("frequency") == ScheduleFields.custom {
      form.set("expression", before)
    }
    refresh()
    return outcome
  }

  /// The schedule in a few words, for example `Every day at 03:00 UTC`.
  package var summary: String { Self.summary(of: entry) }

  /// A schedule in a few words.
  package static func summary(of entry: Scheduling.Entry) -> String {
    entry.isEnabled ? ScheduleForm(expression: entry.interval).summary : "Off"
  }

  // MARK: - Drawing

  /// Where the fields and the next runs stand: side by side if there is room.
  private func places(in area: Rect) -> (form: Rect, preview: Rect) {
    if area.width >= 100 {
      let parts = area.splitLeft(area.width / 2)
      return (parts.left.inset(right: 2), parts.rest)
    }
    let wanted = min(form.stops.count * 2 + 3, area.height / 2 + 1)
    let rows = max(min(wanted, area.height - 4), min(area.height, 4))
    let parts = area.splitTop(area.height - rows >= 8 ? rows : max(4, area.height - 8))
    return (parts.top, parts.rest)
  }

  /// Why there are no next runs: told at once, even while the person is still typing.
  private var previewProblem: String? {
    guard let problem = form.problems.first else { return nil }
    return form.shownProblem(problem.key) == nil
      ? problem.message : "None until the schedule is fixed."
  }

  /// Draws the fields and the next runs.
  package func draw(
    in area: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool = true
  ) {
    let places = places(in: area)
    SchedulePreview(entry: entry, problem: previewProblem)
      .draw(in: places.preview, on: &frame, context)
    form.draw(in: places.form, on: &frame, context, isFocused: isFocused)
  }
}
