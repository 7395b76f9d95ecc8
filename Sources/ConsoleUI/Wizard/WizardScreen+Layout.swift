internal import TerminalKit

/// Where the parts of the wizard stand.
struct WizardPlaces: Hashable, Sendable {
  /// The list of steps on wide screens; else empty.
  var rail: Rect
  /// The step's number, title and help line.
  var head: Rect
  var body: Rect
  /// What went wrong, or what is under way; empty if nothing is.
  var status: Rect
  var buttons: Rect
}

extension WizardScreen {
  /// The width from which on the steps stand in a list at the left.
  private static let railFrom = 96
  static let railWidth = 22

  /// Where the parts stand.
  func places(in area: Rect) -> WizardPlaces {
    let isWide = area.width >= Self.railFrom
    let parts = area.splitLeft(isWide ? Self.railWidth : 0)
    let page = parts.rest
    let headRows = area.height >= 16 ? 4 : 3
    let top = page.splitTop(headRows)
    let bottom = top.rest.splitBottom(area.height >= 16 ? 2 : 1)
    let statusRows = statusLines(width: page.width - 4).count
    let middle = bottom.rest.splitBottom(statusRows)
    let buttonRow = bottom.bottom.row(bottom.bottom.height - 1)
    return WizardPlaces(
      rail: parts.left, head: top.top, body: middle.rest,
      status: middle.bottom, buttons: buttonRow.inset(left: 2, right: 1))
  }

  /// What went wrong on this step, broken into rows.
  func statusLines(width: Int) -> [SafeText] {
    guard let failure, failure.step == step, pending == nil else {
      return pending == nil ? [] : [""]
    }
    return Array(SafeText(failure.message).wrapped(max(8, width - 2)).prefix(4))
  }

  /// The step whose place was clicked.
  func railStep(_ event: InputEvent, _ places: WizardPlaces) -> WizardStep? {
    guard case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress
    else { return nil }
    guard places.rail.contains(mouse.point) else { return nil }
    let index = mouse.point.y - places.rail.y - 1
    guard let target = WizardStep(rawValue: index), target <= reached else { return nil }
    return target
  }

  /// The field for the name and what is told about it.
  func namePlaces(_ body: Rect) -> (form: Rect, notes: Rect) {
    let parts = body.splitTop(min(2, body.height))
    return (parts.top, parts.rest)
  }

  /// The list of data sources; a note stands above it once the source is fixed.
  func sourcePlace(_ body: Rect) -> Rect { created == nil ? body : body.splitTop(2).rest }

  /// The form and, under it, what the connector service said.
  func configurationPlaces(
    _ body: Rect, _ context: ScreenContext
  ) -> (form: Rect, recheck: Rect) {
    let wanted = recheck.rows(width: body.width - 4, context).count
    guard wanted > 0 else { return (body, body.row(-1)) }
    let rows = min(wanted + 1, max(3, body.height / 2))
    let parts = body.splitBottom(rows)
    return (parts.rest, parts.bottom)
  }

  func summaryPlace(_ body: Rect) -> Rect { body.inset(right: 1) }
}
