import EmbeddedStore
import Glibc
import Testing
import TestFiles

@Suite struct FileCredentialStoreTests {
  @Test func `a key is read back, replaced and forgotten`() async throws {
    let directory = try TemporaryDirectory()
    let store = FileCredentialStore(directory: "\(directory.path)/a/credentials")
    #expect(try await store.apiKey(connectorID: "c") == nil)
    try await store.setAPIKey(nil, connectorID: "c")
    try await store.setAPIKey("first", connectorID: "c")
    #expect(try await store.apiKey(connectorID: "c") == "first")
    try await store.setAPIKey("second", connectorID: "c")
    let other = FileCredentialStore(directory: "\(directory.path)/a/credentials")
    #expect(try await other.apiKey(connectorID: "c") == "second")
    try await store.setAPIKey(nil, connectorID: "c")
    #expect(try await other.apiKey(connectorID: "c") == nil)
  }

  @Test func `only the owner may read, and nothing is left behind`() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/credentials"
    let store = FileCredentialStore(directory: path)
    for key in ["one", "two", "three"] { try await store.setAPIKey(key, connectorID: "c-1") }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(stat("\(path)/c-1.key", &status) == 0 && status.st_mode & 0o777 == 0o600)
    let names = try #require(opendir(path))
    defer { closedir(names) }
    var count = 0
    while readdir(names) != nil { count += 1 }
    #expect(count == 3)
  }

  @Test func `no identifier leads out of the directory or to another's key`() async throws {
    let directory = try TemporaryDirectory()
    let store = FileCredentialStore(directory: "\(directory.path)/credentials")
    let long = String(repeating: "x", count: 500)
    let identifiers = ["../up", "..", "a/b", "a_2fb", "a b", "", long + "1", long + "2", "ä", "\0"]
    for (index, identifier) in identifiers.enumerated() {
      try await store.setAPIKey("key \(index)", connectorID: identifier)
    }
    for (index, identifier) in identifiers.enumerated() {
      #expect(try await store.apiKey(connectorID: identifier) == "key \(index)", "\(identifier)")
    }
    #expect(access("\(directory.path)/up.key", F_OK) != 0)
  }
}
