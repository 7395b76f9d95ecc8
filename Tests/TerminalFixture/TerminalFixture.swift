import CursesTerminal
import Glibc
import TerminalKit

/// A program that shows what its terminal reports, for the tests of the terminal.
@main
struct TerminalFixture {
  private let terminal: CursesTerminal
  private var lines: [String] = []
  private var cursor: Point?
  private var isGallery = false
  private var count = 0

  static func main() {
    CursesTerminal.blockSignals()
    var options = CursesTerminal.Options()
    options.isASCII = CommandLine.arguments.contains("--ascii")
    do throws(TerminalError) {
      let terminal = try CursesTerminal(options: options)
      var fixture = TerminalFixture(terminal: terminal)
      fixture.run()
      let closing = terminal.close()
      print("closed: \(closing)")
    } catch {
      print(error.message)
      exit(2)
    }
  }

  private mutating func run() {
    draw()
    while true {
      guard let event = terminal.nextEvent(timeout: .seconds(60)) else { return }
      count += 1
      lines.append("event \(count): \(Self.description(of: event))")
      switch event {
      case .hangUp, .terminate:
        if CommandLine.arguments.contains("--stubborn"), event == .hangUp { continue }
        return
      case .input(.key(let key)): if !react(to: key) { return }
      default: break
      }
      draw()
    }
  }

  private static func description(of event: TerminalEvent) -> String {
    switch event {
    case .input(.key(let key)): "key <\(key)>"
    case .input(.paste(let text)): "paste \(text.count) <\(SafeText(text.prefix(40)).string)>"
    case .input(.resize(let size)): "resize \(size.width)x\(size.height)"
    case .input(.mouse(let mouse)): "mouse \(mouse.kind) \(mouse.point.x),\(mouse.point.y)"
    default: "\(event)"
    }
  }

  private mutating func react(to key: Key) -> Bool {
    switch key {
    case .character("q"): return false
    case .character("c"):
      var numbers: [Int] = []
      numbers.reserveCapacity(1)
      print(numbers[count], terminator: "")
    case .character("x"): exit(7)
    case .character("e"):
      let complaint = "a library complains\n"
      _ = write(STDERR_FILENO, complaint, complaint.utf8.count)
    case .control("z"): terminal.suspendToShell()
    case .character("y"): lines.append("copy: \(terminal.copy("copied text"))")
    case .character("b"): terminal.ring()
    case .character("w"):
      let wakeUp = terminal.wakeUp
      startThread { wakeUp.signal() }
    case .character("f"): flood()
    case .character("g"): isGallery.toggle()
    case .character("C"): cursor = Point(x: 5, y: 2)
    default: break
    }
    return true
  }

  /// Draws many different frames as fast as it can.
  private mutating func flood() {
    let start = ContinuousClock.now
    for step in 0..<2_000 {
      var frame = Frame(size: terminal.size)
      for y in 0..<frame.size.height {
        let text = String(repeating: "step \(step) \(y) ", count: 12)
        frame.write(SafeText(text), at: Point(x: 0, y: y), clip: frame.rect)
      }
      terminal.draw(frame)
    }
    lines.append("flooded in \((ContinuousClock.now - start) / .milliseconds(1)) ms")
  }

  private func draw() {
    var frame = Frame(size: terminal.size)
    let symbols = Symbols.set(isASCII: terminal.isASCII)
    if isGallery {
      Gallery(symbols: symbols).draw(on: &frame)
      terminal.draw(frame)
      return
    }
    let inner = frame.box(
      frame.rect, title: "Fixture", note: StyledText(SafeText("\(terminal.size.width)")),
      symbols: symbols)
    frame.write("success", in: inner.row(0), style: Style(.success), symbols: symbols)
    frame.write(
      "selection", in: inner.row(0).inset(left: 10), style: Style(.selection), symbols: symbols)
    frame.write(
      "match", in: inner.row(0).inset(left: 22), style: Style(.match), symbols: symbols)
    frame.write("日本語 e\u{301}x 👩‍👩‍👧 🇩🇪 ❤\u{FE0F}|", in: inner.row(1), symbols: symbols)
    frame.write(
      "bad \u{1B}[31m\u{202E}text\n", in: inner.row(2), symbols: symbols)
    frame.write(
      "\(terminal.depth) \(terminal.theme.ground)", in: inner.row(3), symbols: symbols)
    let rows = inner.inset(top: 4)
    for (index, line) in lines.suffix(rows.height).enumerated() {
      frame.write(SafeText(line), in: rows.row(index), symbols: symbols)
    }
    frame.cursor = cursor
    terminal.draw(frame)
  }

  private init(terminal: CursesTerminal) { self.terminal = terminal }
}

/// Runs something on a thread of its own.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument = argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  pthread_detach(thread)
}
