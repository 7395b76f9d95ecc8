import ConnectorKit

/// A data source with three documents, slow enough that a service can be killed in the middle.
struct NumberSource: DataSource {
  static let serviceType = "numbers"

  static let descriptor = DataSourceDescriptor(
    serviceType: serviceType, name: "Numbers", summary: "Three documents",
    schema: ConfigurationSchema([
      ConfigurationField(
        "delay", label: "Milliseconds between documents", kind: .integer, order: 1,
        initialValue: .integer(20))
    ]),
    make: { values in
      guard case .integer(let delay) = values["delay"] else { return NumberSource(delay: 0) }
      return NumberSource(delay: delay)
    })

  let delay: Int64

  func check() async throws {}

  func extract(_ request: ExtractionRequest, into writer: any DocumentWriter) async throws {
    let scope = Scope(id: "", name: "Numbers")
    try await writer.begin(scope)
    for number in 0..<3 {
      try await Task.sleep(for: .milliseconds(delay))
      let document = Document(
        id: DocumentID("\(number)"), body: Array("{\"number\":\(number)}".utf8))
      try await writer.write([document], in: scope)
    }
    try await writer.end(scope, .complete)
  }
}
