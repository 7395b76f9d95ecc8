internal import ConnectorKit

/// Looks again whether files exist that a listing did not contain.
struct SecondLook {
  /// So many files are looked through at most for each folder of long paths.
  private static let maximumSearch = 200_000

  let root: Descriptor
  let settings: DirectorySettings
  let fileSystem: FileSystem
  /// The mounted file systems that the listing saw, by escaped path.
  let mounts: [String: FolderIdentity]

  /// The documents whose file exists or may exist, and is still wanted; blocks.
  func stillExisting(_ ids: [DocumentID]) throws -> Set<DocumentID> {
    let unmounted = unmountedFolders()
    var existing: Set<DocumentID> = []
    var digested: [[UInt8]: Set<DocumentID>] = [:]
    for id in ids {
      try Task.checkCancellation()
      if let path = RecordIdentifier.path(of: id) {
        if mayExist(path, unmounted) { existing.insert(id) }
      } else if let folder = RecordIdentifier.directory(ofDigested: id) {
        digested[folder, default: []].insert(id)
      }
    }
    for (folder, ids) in digested {
      if lies(folder, in: unmounted) {
        existing.formUnion(ids)
      } else {
        existing.formUnion(try search(folder, for: ids))
      }
    }
    return existing
  }

  /// Whether a path leads to a file that belongs to the data source.
  ///
  /// `false` only if the folder that the name was looked up in answered that it is not there, that
  /// it is no file, or if the settings leave it out.
  private func mayExist(_ path: [UInt8], _ unmounted: [[UInt8]]) -> Bool {
    guard settings.filter.takes(path: path) else { return false }
    if lies(path, in: unmounted) { return true }
    do {
      return try fileSystem.status(
        of: path + [0], below: root, followingLinks: settings.followsLinks
      ).isRegular
    } catch {
      return !error.saysGone
    }
  }

  /// The folders on which a file system was mounted during the listing and is not now.
  private func unmountedFolders() -> [[UInt8]] {
    mounts.keys.compactMap { id in
      guard let path = RecordIdentifier.path(of: DocumentID(id)) else { return nil }
      let status = try? fileSystem.status(of: path + [0], below: root, followingLinks: false)
      return status?.isMountRoot == true ? nil : path
    }
  }

  private func lies(_ path: [UInt8], in folders: [[UInt8]]) -> Bool {
    folders.contains { path.starts(with: $0) && (path.count == $0.count || path[$0.count] == 0x2F) }
  }

  /// Walks a folder to find the files whose long paths the identifiers stand for.
  ///
  /// Whatever stays unread may hold them all.
  private func search(_ path: [UInt8], for ids: Set<DocumentID>) throws -> Set<DocumentID> {
    var found: Set<DocumentID> = []
    do {
      let folder = try fileSystem.openFile(
        path + [0], below: root, followingLinks: settings.followsLinks)
      let walk = FolderWalk(
        folder, try fileSystem.status(of: folder), names: FolderNames(path: path),
        settings: settings, fileSystem: fileSystem)
      while walk.documentCount <= Self.maximumSearch {
        let step = try walk.next()
        for event in step.events {
          switch event {
          case .documents(let documents, _): found.formUnion(documents.map(\.id))
          case .end(_, .partial): return ids
          default: break
          }
        }
        found.formIntersection(ids)
        if step.isLast { return found }
      }
    } catch let error as FileError where error.saysGone {
      return found
    } catch is FileError {
      return ids
    }
    return ids
  }
}
