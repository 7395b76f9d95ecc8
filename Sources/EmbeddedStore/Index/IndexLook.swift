internal import ConcurrencySupport
internal import ConnectorProtocol
internal import Glibc

/// Asks indices how much they hold without keeping them open.
///
/// The answer is remembered as long as the files are the same: a store of many indices that nobody
/// writes costs two calls of the system each.
actor IndexLook {
  /// What tells that nothing was written since.
  private struct Stamp: Hashable {
    private var values: [Int] = []

    init(_ path: String) {
      for suffix in ["", "-wal"] {
        var status = stat()
        guard stat(path + suffix, &status) == 0 else {
          values.append(-1)
          continue
        }
        values += [
          Int(status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
          status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
        ]
      }
    }
  }

  private static let capacity = 10_000

  private let executor = ThreadExecutor(name: "index-look")
  private let limits: Connection.Limits
  private var known: [String: (stamp: Stamp, statistics: IndexStatistics)] = [:]

  /// Makes one that knows nothing yet.
  init(limits: Connection.Limits) { self.limits = limits }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// How much is in the index at a path.
  ///
  /// - Throws: ``StoreError``.
  func statistics(_ path: String) throws -> IndexStatistics {
    let stamp = Stamp(path)
    if let known = known[path], known.stamp == stamp { return known.statistics }
    known[path] = nil
    let statistics = try mappingErrors {
      let connection = try IndexDatabase.open(path: path, mode: .read, limits: limits)
      return try connection.read { try connection.statistics() }
    }
    // Closing it may have emptied the log.
    if known.count >= Self.capacity { known = [:] }
    known[path] = (Stamp(path), statistics)
    return statistics
  }
}
