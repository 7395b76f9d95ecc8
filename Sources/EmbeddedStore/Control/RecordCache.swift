package import ConnectorProtocol
internal import Synchronization

/// What was read of records: connectors that need not be read again, and those that are damaged.
final class RecordCache: Sendable {
  private struct Contents {
    var connectors: [String: Versioned<Connector>] = [:]
    var damaged: [String: DamagedRecord] = [:]
  }

  private let contents = Mutex(Contents())

  /// A connector as it was read in a version; `nil` if it must be read.
  func connector(_ id: String, sequence: Int64) -> Versioned<Connector>? {
    contents.withLock { contents in
      guard let known = contents.connectors[id], known.version.sequenceNumber == sequence else {
        return nil
      }
      return known
    }
  }

  /// Takes all connectors that there are, and those of them that are damaged.
  func set(_ connectors: [Versioned<Connector>], damaged: [DamagedRecord]) {
    let all = Dictionary(connectors.map { ($0.record.id, $0) }, uniquingKeysWith: { $1 })
    contents.withLock { contents in
      contents.connectors = all
      contents.damaged = contents.damaged.filter { $0.value.table != .connectors }
      for record in damaged { contents.damaged[record.key] = record }
    }
  }

  /// Remembers a record that is damaged.
  func note(_ record: DamagedRecord) {
    contents.withLock { contents in
      guard contents.damaged.count < 1000 else { return }
      contents.damaged[record.key] = record
    }
  }

  /// Forgets the damaged records of a connector that was deleted.
  func forget(connectorID: String) {
    contents.withLock { contents in
      contents.damaged = contents.damaged.filter { $0.value.connectorID != connectorID }
    }
  }

  /// The damaged records that were met.
  var damaged: [DamagedRecord] {
    contents.withLock { contents in
      contents.damaged.sorted { $0.key < $1.key }.map(\.value)
    }
  }
}

extension DamagedRecord {
  fileprivate var key: String { "\(table.rawValue) \(id)" }

  /// A record of an embedded store that can't be read.
  init(
    _ table: Table, _ id: String, of path: String, connectorID: String? = nil, name: String? = nil,
    indexName: String? = nil, _ error: any Error
  ) {
    let reason = (error as? StoreError)?.message ?? "\(error)"
    let quoted = id.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    let command = "sqlite3 \(path) \"DELETE FROM \(table.rawValue) WHERE id = '\(quoted)'\""
    let removal =
      table == .connectors ? "delete the connector." : "remove the record with: \(command)"
    self.init(
      table, id: id, connectorID: connectorID, name: name, indexName: indexName,
      message: "The record \(id) in the table \(table.rawValue) of \(path) is damaged "
        + "(\(reason)) and is left as it is. Restore the file from a backup, or \(removal)")
  }

  /// The failure of whoever needs the record.
  var storeError: StoreError { StoreError(.corrupt, message) }
}

extension EmbeddedStore {
  /// The damaged records that were met while others were read.
  package func damagedRecords() async throws -> [DamagedRecord] { records.damaged }
}
