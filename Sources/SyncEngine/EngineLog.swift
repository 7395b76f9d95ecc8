package import EngineAPI
internal import ConnectorKit
internal import Synchronization

/// Takes the lines of the engine's log, to write them to a file, say.
package protocol LogSink: Sendable {
  /// Takes a line; must not wait for a disk.
  func write(_ line: LogLine)
}

/// The newest log lines of every connector, kept in memory.
final class EngineLog: Sendable {
  /// Lines kept of one connector, and of what belongs to none.
  static let capacity = 1000

  private struct Ring {
    var lines: [(number: Int, line: LogLine)] = []
    var next = 0

    mutating func append(_ line: LogLine, number: Int) {
      if lines.count < EngineLog.capacity {
        lines.append((number, line))
      } else {
        lines[next] = (number, line)
        next = (next + 1) % EngineLog.capacity
      }
    }
  }

  private struct State {
    var rings: [String: Ring] = [:]
    var count = 0
  }

  private let state = Mutex(State())
  private let sink: (any LogSink)?
  private let now: @Sendable () -> Timestamp

  /// Makes an empty log.
  init(sink: (any LogSink)?, now: @escaping @Sendable () -> Timestamp) {
    self.sink = sink
    self.now = now
  }

  /// Adds a line.
  @discardableResult
  func write(
    _ level: LogLine.Level, _ message: String, connectorID: String? = nil, jobID: String? = nil
  ) -> LogLine {
    let line = LogLine(
      at: now(), level: level, connectorID: connectorID, jobID: jobID, message: message)
    state.withLock { state in
      state.count += 1
      state.rings[connectorID ?? "", default: Ring()].append(line, number: state.count)
    }
    sink?.write(line)
    return line
  }

  /// The newest lines of a connector, or of all if it is `nil`, oldest first.
  func lines(connectorID: String?, limit: Int) -> [LogLine] {
    let rings = state.withLock { state in
      connectorID.map { [state.rings[$0] ?? Ring()] } ?? Array(state.rings.values)
    }
    let ordered = rings.flatMap(\.lines).sorted { $0.number < $1.number }
    return ordered.suffix(max(0, limit)).map(\.line)
  }

  /// Forgets a connector's lines.
  func forget(_ connectorID: String) {
    state.withLock { _ = $0.rings.removeValue(forKey: connectorID) }
  }
}
