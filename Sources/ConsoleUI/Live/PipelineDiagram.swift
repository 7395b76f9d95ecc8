package import EngineAPI
package import TerminalKit

/// The pipeline as boxes from left to right, each with what went through it and what waits for it.
package struct PipelineDiagram: Hashable, Sendable {
  private let progress: JobProgress
  /// Counts the pictures of the moving arrows; `nil` while nothing moves.
  private let step: Int?

  /// Makes the diagram of a job.
  package init(_ progress: JobProgress, step: Int?) {
    self.progress = progress
    self.step = step
  }

  /// Draws the boxes over the whole height of a rectangle: four rows at least, seven at most.
  package func draw(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    let stages = StageProgress.Stage.allCases
    let gap = area.width >= 130 ? 4 : area.width >= 76 ? 2 : 1
    let room = area.width - gap * (stages.count - 1)
    let width = min(32, room / stages.count)
    guard width >= 5, area.height >= 3 else { return }
    let used = width * stages.count + gap * (stages.count - 1)
    var x = area.x + (area.width - used) / 2
    let busiest = busiestStage
    for (index, stage) in stages.enumerated() {
      let box = Rect(x: x, y: area.y, width: width, height: area.height)
      draw(state(of: stage), isBusiest: stage == busiest, in: box, on: &frame, symbols: symbols)
      x += width
      if index < stages.count - 1 {
        let isFlowing = step != nil && state(of: stages[index + 1]).documents > 0
        drawArrow(
          Rect(x: x, y: area.y + 1, width: gap, height: 1), isFlowing: isFlowing, index: index,
          on: &frame, symbols: symbols)
        x += gap
      }
    }
  }

  private func state(of stage: StageProgress.Stage) -> StageProgress {
    progress.stages.first { $0.stage == stage } ?? StageProgress(stage: stage)
  }

  /// The stage that holds up the others: busy more than half of the time, and the most.
  private var busiestStage: StageProgress.Stage? {
    let busiest = progress.stages.max { $0.busy < $1.busy }
    guard let busiest, progress.elapsed > .zero else { return nil }
    return busiest.busy * 2 > progress.elapsed ? busiest.stage : nil
  }

  private func share(of stage: StageProgress) -> Double {
    guard progress.elapsed > .zero else { return 0 }
    return min(1, stage.busy / progress.elapsed)
  }

  private func draw(
    _ stage: StageProgress, isBusiest: Bool, in box: Rect, on frame: inout Frame,
    symbols: Symbols
  ) {
    let isActive = step != nil && (stage.documents > 0 || stage.queued > 0)
    let style = isBusiest ? Style(.warning) : Style(isActive ? .running : .border)
    let inside = frame.box(box, style: style, symbols: symbols)
    let name = SafeText(stage.stage.rawValue)
    let title = inside.width >= name.width + 2 ? " " + name + " " : name
    frame.write(
      title, in: Rect(x: inside.x, y: box.y, width: inside.width, height: 1),
      style: Style(isActive || isBusiest ? .title : .muted, isBold: isActive), symbols: symbols)
    for index in 0..<inside.height {
      let row = inside.row(index)
      switch index {
      case 0: drawCount(stage, isActive: isActive, in: row, on: &frame, symbols: symbols)
      case 1: drawQueue(stage, in: row, on: &frame, symbols: symbols)
      case 2:
        let percent = Frame.percentage(share(of: stage)).string
        frame.write(
          pair("busy", percent, width: row.width), in: row,
          style: isBusiest ? Style(.warning) : .muted, symbols: symbols)
      case 3:
        let queue = "\(Format.count(stage.queued))/\(Format.count(stage.capacity))"
        frame.write(
          pair("queue", stage.capacity > 0 ? queue : "", width: row.width), in: row,
          style: .muted, symbols: symbols)
      default: break
      }
    }
  }

  /// A word at the left and a value at the right, or the value alone where that is too tight.
  private func pair(_ word: String, _ value: String, width: Int) -> SafeText {
    let right = SafeText(value)
    let left = SafeText(word)
    guard !right.isEmpty else { return .empty }
    guard left.width + 1 + right.width <= width else {
      return right.padded(to: width, alignment: .trailing)
    }
    return left.padded(to: width - right.width) + right
  }

  private func drawCount(
    _ stage: StageProgress, isActive: Bool, in row: Rect, on frame: inout Frame,
    symbols: Symbols
  ) {
    let text = Format.count(stage.documents, fitting: row.width)
    frame.write(
      SafeText(text), in: row, alignment: .trailing,
      style: Style(isActive ? .text : .muted, isBold: isActive), symbols: symbols)
  }

  /// How full the queue before the stage is; a full one pushes back on the stage before.
  private func drawQueue(
    _ stage: StageProgress, in row: Rect, on frame: inout Frame, symbols: Symbols
  ) {
    guard stage.capacity > 0 else {
      let note = stage.stage == .extract ? "source" : ""
      frame.write(SafeText(note), in: row, alignment: .trailing, style: .muted)
      return
    }
    let fill = Double(stage.queued) / Double(stage.capacity)
    frame.progressBar(
      fill, in: row, style: Style(fill >= 0.9 ? .warning : .running), symbols: symbols)
  }

  private func drawArrow(
    _ area: Rect, isFlowing: Bool, index: Int, on frame: inout Frame, symbols: Symbols
  ) {
    guard !area.isEmpty else { return }
    let style = Style(isFlowing ? .running : .border, isBold: isFlowing)
    frame.fill(area, with: symbols.horizontal.string, style: style)
    frame.write(
      symbols.running, at: Point(x: area.right - 1, y: area.y), style: style, clip: area)
    guard isFlowing, area.width > 1, let step else { return }
    // A dot that wanders along the arrow.
    let place = (step + index) % (area.width * 2)
    guard place < area.width - 1 else { return }
    frame.write(
      symbols.separator, at: Point(x: area.x + place, y: area.y), style: style, clip: area)
  }
}
