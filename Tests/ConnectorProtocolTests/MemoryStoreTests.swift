import ConnectorProtocol
import StoreContracts
import Testing

@Suite struct MemoryStoreTests {
  private let stores = MemoryStores()

  @Test(arguments: IndexStoreContract.all)
  func `the memory store keeps the index store contract`(
    _ rule: IndexStoreContract
  ) async throws {
    try await rule.check(IndexStoreSubject(store: stores.index, connectors: stores.connectors))
  }

  @Test(arguments: ConnectorStoreContract.all)
  func `the memory store keeps the connector store contract`(
    _ rule: ConnectorStoreContract
  ) async throws {
    try await rule.check(stores.connectors)
  }

  @Test(arguments: KeyContract.all)
  func `the memory stores keep the contract of keys`(_ rule: KeyContract) async throws {
    try await rule.check(stores.index, stores.connectors)
  }

  @Test(arguments: CredentialStoreContract.all)
  func `the memory store keeps the credential store contract`(
    _ rule: CredentialStoreContract
  ) async throws {
    try await rule.check(stores.credentials)
  }
}
