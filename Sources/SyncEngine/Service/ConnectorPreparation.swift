internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// What a connector service writes into the record of a connector that it serves.
enum ConnectorPreparation {
  /// Declares service type, fields and features on a record.
  ///
  /// Values that are there stay. The status of a fresh record follows from its values.
  static func prepare(_ record: inout Connector, _ descriptor: DataSourceDescriptor) {
    record.serviceType = record.serviceType ?? descriptor.serviceType
    let declared = record.configuration.schema
    for field in descriptor.schema.fields
    where declared[field.key] == nil && record.configuration.values[field.key] == .null {
      record.configuration.values[field.key] = field.initialValue
    }
    record.configuration.schema = descriptor.schema
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

  /// Whether the record lacks a field that the data source declares.
  static func lacksFields(_ record: Connector, _ descriptor: DataSourceDescriptor) -> Bool {
    let declared = record.configuration.schema
    return descriptor.schema.fields.contains { declared[$0.key] == nil }
  }

  /// A record with all properties of its fields, of which servers before 8.8 keep the label only,
  /// and with values of the fields' kinds, which those servers keep as text.
  static func completed(_ record: Connector, _ descriptor: DataSourceDescriptor?) -> Connector {
    guard let descriptor, !record.configuration.schema.fields.isEmpty,
      !lacksFields(record, descriptor)
    else { return record }
    var record = record
    record.configuration.schema = descriptor.schema
    record.configuration.values = descriptor.schema.converted(record.configuration.values)
    return record
  }

  /// The labels of the fields whose values are missing or wrong.
  static func missingLabels(_ record: Connector) -> [String] {
    let schema = record.configuration.schema
    let keys = schema.problems(in: record.configuration.values).map(\.field)
    return schema.fields.filter { keys.contains($0.key) }.map(\.label)
  }
}
