internal import Synchronization

/// The indices in use: they are opened when they are needed, and only few are kept open.
///
/// A handle costs up to four threads and a dozen open files, so a store of many indices must not
/// keep them all. One in use is never closed; of the others those that were used last stay.
final class IndexHandles: Sendable {
  private struct Entry {
    var handle: IndexHandle
    /// How many calls use it now.
    var users = 0
    /// When it was used last, as a count of uses.
    var lastUse = 0
  }

  private struct Contents {
    var entries: [String: Entry] = [:]
    var uses = 0
  }

  /// So many that nobody uses stay open.
  static let idle = 6

  private let directory: StoreDirectory
  private let limits: IndexLimits
  private let contents = Mutex(Contents())

  /// Makes handles for the indices of a store; none is open.
  init(_ directory: StoreDirectory, limits: IndexLimits) {
    self.directory = directory
    self.limits = limits
  }

  /// The handles that are open.
  var open: [IndexHandle] { contents.withLock { $0.entries.values.map(\.handle) } }

  /// Works on an index, which is not closed meanwhile.
  ///
  /// - Parameters:
  ///   - file: the name of its file.
  ///   - work: gets the handle.
  /// - Returns: what the work returned.
  /// - Throws: what the work threw.
  func use<Result: Sendable>(
    _ file: String, _ work: (IndexHandle) async throws -> Result
  ) async throws -> Result {
    let handle = take(file)
    do {
      let result = try await work(handle)
      await giveBack(file, handle)
      return result
    } catch {
      await giveBack(file, handle)
      throw error
    }
  }

  /// Works on an index only if it is open.
  func useIfOpen<Result: Sendable>(
    _ file: String, _ work: (IndexHandle) async throws -> Result
  ) async throws -> Result? {
    guard contents.withLock({ $0.entries[file] != nil }) else { return nil }
    return try await use(file, work)
  }

  /// Closes an index that was dropped.
  func close(_ file: String) async {
    let entry = contents.withLock { $0.entries.removeValue(forKey: file) }
    await entry?.handle.close()
  }

  private func take(_ file: String) -> IndexHandle {
    contents.withLock { contents in
      contents.uses += 1
      var entry =
        contents.entries[file]
        ?? Entry(handle: IndexHandle(path: directory.index(file), limits: limits))
      entry.users += 1
      entry.lastUse = contents.uses
      contents.entries[file] = entry
      return entry.handle
    }
  }

  private func giveBack(_ file: String, _ handle: IndexHandle) async {
    let surplus = contents.withLock { contents -> [IndexHandle] in
      if contents.entries[file]?.handle === handle { contents.entries[file]?.users -= 1 }
      let idle = contents.entries.filter { $0.value.users == 0 }
        .sorted { $0.value.lastUse > $1.value.lastUse }
      return idle.dropFirst(Self.idle).map { name, entry in
        contents.entries[name] = nil
        return entry.handle
      }
    }
    for handle in surplus { await handle.close() }
  }
}
