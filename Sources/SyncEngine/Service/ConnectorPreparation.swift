internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// What a connector service writes into the record of a connector that it serves.
enum ConnectorPreparation {
  /// Declares service type, fields and features on a record.
  ///
  /// Values that are there stay; fields that the record has and the data source has not go. The
  /// status of a fresh record follows from its values.
  static func prepare(_ record: inout Connector, _ descriptor: DataSourceDescriptor) {
    record.serviceType = record.serviceType ?? descriptor.serviceType
    if record.configuration.schema != descriptor.schema {
      record.configuration.schema = descriptor.schema
      for field in descriptor.schema.fields
      where record.configuration.values[field.key] == .null && field.initialValue != .null {
        record.configuration.values[field.key] = field.initialValue
      }
    }
    let features = descriptor.features
    record.features =
      record.features
      ?? ConnectorFeatures(
        basicRules: features.basicRules, advancedRules: features.advancedRules,
        incrementalSync: features.incrementalSync)
    guard record.status == .created else { return }
    let isComplete = missingLabels(record).isEmpty
    record.status = isComplete ? .configured : .needsConfiguration
  }

  /// The labels of the fields whose values are missing or wrong.
  static func missingLabels(_ record: Connector) -> [String] {
    let schema = record.configuration.schema
    let keys = schema.problems(in: record.configuration.values).map(\.field)
    return schema.fields.filter { keys.contains($0.key) }.map(\.label)
  }
}
