import ConnectorKit

/// A data source whose documents are made up: about 500 bytes each, the same at every run.
struct GeneratedSource: DataSource {
  let generator: TextGenerator
  let documentCount: Int
  /// Documents handed over at a time.
  var groupSize = 250

  func check() async throws {}

  @concurrent
  func extract(_ request: ExtractionRequest, into writer: any DocumentWriter) async throws {
    let scope = Scope(id: "", name: "generated")
    let end = min(documentCount, request.limit ?? .max)
    try await writer.begin(scope)
    writer.estimate(total: end)
    var number = 0
    while number < end {
      let group = (number..<min(end, number + groupSize)).map(document)
      try await writer.write(group, in: scope)
      number += groupSize
    }
    try await writer.end(scope, .complete)
  }

  /// One of the documents.
  func document(_ number: Int) -> Document {
    var random = SplitMix(seed: UInt64(number) &* 0xA24B_AED4_963E_E407 &+ 1)
    var body: [UInt8] = []
    body.reserveCapacity(560)
    body += #"{"title":""#.utf8
    generator.append(36, to: &body, &random)
    body += #"","size":"#.utf8
    body += String(random.next() >> 44).utf8
    body += #","_timestamp":"2024-03-"#.utf8
    let day = 10 + Int(random.next() % 20)
    body += "\(day)".utf8
    body += #"T09:30:00Z","body":""#.utf8
    generator.append(390, to: &body, &random)
    body += #""}"#.utf8
    return Document(id: DocumentID("document-\(number)"), body: body)
  }
}
