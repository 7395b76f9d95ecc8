package import ConnectorKit

extension DeadLetter {
  /// Reads a dead letter.
  ///
  /// - Throws: ``StoreError`` with ``StoreError/Kind-swift.enum/invalid`` if it names no job.
  package init(json: JSONValue) throws(StoreError) {
    guard let jobID = json.text("job_id") else {
      throw StoreError(.invalid, "A dead letter names no job.")
    }
    let plain = json.text("payload").map { Array($0.utf8) }
    let encoded = json.text("payload_base64").flatMap { Base64.decode($0) }
    self.init(
      jobID: jobID, connectorID: json.text("connector_id") ?? "",
      documentID: json.text("document_id") ?? "", stage: json.text("stage") ?? "",
      reason: json.text("reason") ?? "",
      at: json.moment("at") ?? Timestamp(millisecondsSince1970: 0),
      payload: plain ?? encoded ?? [], scope: json.text("scope"))
  }

  /// The dead letter as JSON; a payload that was cut within a character is in base64.
  package var json: JSONValue {
    var object = JSONObject()
    object["job_id"] = .string(jobID)
    object["connector_id"] = .string(connectorID)
    object["document_id"] = .string(documentID)
    object["stage"] = .string(stage)
    object["reason"] = .string(reason)
    object["at"] = .optional(at)
    if let scope { object["scope"] = .string(scope) }
    if let text = String(validating: payload, as: UTF8.self) {
      object["payload"] = .string(text)
    } else {
      object["payload_base64"] = .string(Base64.encode(payload))
    }
    return .object(object)
  }
}
