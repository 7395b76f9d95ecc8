package import ConnectorKit
internal import DataSources

/// The data sources that this program has.
package enum DataSourceCatalog {
  /// All of them, in the order in which they are offered.
  package static let all: [DataSourceDescriptor] = [
    DirectoryDescriptor.descriptor
  ]
}
