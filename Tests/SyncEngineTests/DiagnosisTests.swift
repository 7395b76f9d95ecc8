import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct DiagnosisTests {
  @Test func `an index that can't be read is told before a sync needs it`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      await harness.stores.index.deleteIndex("search-docs")
      // Any change of the record makes the service look again.
      _ = try await harness.perform(.rename(connectorID: id, name: "Docs", description: nil))
      let problems = harness.service.snapshot().connector(id)?.problems ?? []
      #expect(problems.first?.severity == .error)
      #expect(problems.first?.title.hasPrefix("The index can't be read:") == true, "\(problems)")
    }
  }
}
