import ConnectorProtocol
import EmbeddedStore
import StoreContracts
import Testing
import TestFiles

@Suite struct ContractTests {
  @Test(arguments: IndexStoreContract.all)
  func `the embedded store keeps the index store contract`(
    _ rule: IndexStoreContract
  ) async throws {
    let directory = try TemporaryDirectory()
    let store = try await EmbeddedStore.open(directory: directory.path)
    try await rule.check(IndexStoreSubject(store: store, connectors: store))
  }

  @Test(arguments: ConnectorStoreContract.all)
  func `the embedded store keeps the connector store contract`(
    _ rule: ConnectorStoreContract
  ) async throws {
    let directory = try TemporaryDirectory()
    try await rule.check(try await EmbeddedStore.open(directory: directory.path))
  }

  @Test(arguments: KeyContract.all)
  func `the embedded store keeps the contract of keys`(_ rule: KeyContract) async throws {
    let directory = try TemporaryDirectory()
    let store = try await EmbeddedStore.open(directory: directory.path)
    try await rule.check(store, store)
  }
}
