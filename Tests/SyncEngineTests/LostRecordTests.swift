import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

/// Records and keys that can't be read.
@Suite struct LostRecordTests {
  /// A credential store whose files nobody can read.
  private struct UnreadableKeys: CredentialStore {
    static let message = "The file of the key can't be read. Make it readable."

    func apiKey(connectorID: String) throws -> String? {
      throw StoreError(.invalid, Self.message)
    }
    func setAPIKey(_ encoded: String?, connectorID: String) {}
  }

  private static let gone =
    "The file /store/control.db was removed while the store was open. Restore it from a backup."

  @Test func `a job whose record is lost ends as failed instead of waiting for ever`()
    async throws
  {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let connectors = harness.stores.connectors
      let isLost = Shared(false)
      await harness.stores.index.setBeforeApply { _ in isLost.change { $0 = true } }
      await connectors.setBeforeWrite {
        if isLost.value { throw StoreError(.corrupt, Self.gone) }
      }
      let jobID = try await harness.start(id)
      try await harness.until("the snapshot shows that the sync failed") {
        let job = harness.service.snapshot().connector(id)?.activeJob?.job
        return job?.id == jobID && job?.status == .error && job?.error?.contains(Self.gone) == true
      }
    }
  }

  @Test func `a key that can't be read hides no connector and is told with its remedy`()
    async throws
  {
    let harness = Harness()
    var id = ""
    try await harness.run { id = try await $0.makeConnector() }
    let service = SyncService(
      settings: SyncService.Settings(mode: .requestsOnly, storeName: "memory"),
      catalog: harness.service.catalog, environment: harness.service.environment
    ) { [stores = harness.stores] in
      EngineStores(
        indices: stores.index, connectors: stores.connectors, credentials: UnreadableKeys())
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      try await harness.until("the store is open") {
        service.snapshot().service.phase == .running
      }
      let problems = service.snapshot().connector(id)?.problems
      #expect(problems?.contains { $0.title == UnreadableKeys.message } == true)
      await service.shutdown(deadline: .seconds(2))
      try await group.waitForAll()
    }
  }
}
