import ConnectorProtocol
import StoreContracts
import Testing

@Suite struct MemoryStoreTests {
  @Test(arguments: IndexStoreContract.all)
  func `the memory store keeps the index store contract`(
    _ rule: IndexStoreContract
  ) async throws {
    let stores = MemoryStores()
    try await rule.check(IndexStoreSubject(store: stores.index, connectors: stores.connectors))
  }
}
