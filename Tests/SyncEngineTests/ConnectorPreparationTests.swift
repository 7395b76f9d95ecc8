import ConnectorKit
import ConnectorProtocol
import Testing

@testable import SyncEngine

@Suite struct ConnectorPreparationTests {
  private let descriptor = DataSourceDescriptor(
    serviceType: "files", name: "Files", summary: "Files",
    schema: ConfigurationSchema([
      ConfigurationField("exclude", label: "Exclude", kind: .list, order: 1),
      ConfigurationField("size", label: "Size", kind: .integer, order: 2),
      ConfigurationField("hidden", label: "Hidden", kind: .bool, order: 3),
      ConfigurationField("path", label: "Path", order: 4),
    ]), make: { _ in throw SyncError(.bug, at: .connect, "It is not made.") })

  @Test func `values that an old server keeps as text get the kinds of their fields`() {
    var record = Connector(
      id: "1", name: "Docs", indexName: "search-docs", serviceType: "files")
    record.configuration.schema = ConfigurationSchema(
      ["exclude", "size", "hidden", "path"].enumerated().map {
        ConfigurationField($1, label: $1, order: $0)
      })
    record.configuration.values = ConfigurationValues([
      "exclude": .string(".git/,.hg/"), "size": .string("10"), "hidden": .string("false"),
      "other": .string("7"),
    ])
    let completed = ConnectorPreparation.completed(record, descriptor)
    #expect(completed.configuration.schema == descriptor.schema)
    #expect(
      completed.configuration.values
        == ConfigurationValues([
          "exclude": .list([".git/", ".hg/"]), "size": .integer(10), "hidden": .bool(false),
          "other": .string("7"),
        ]))
  }
}
