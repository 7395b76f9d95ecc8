package import ConnectorKit

extension DigestKey {
  /// The digest of a document's `_id`: SipHash-1-3 with 128 bits over its UTF-8.
  package func digest(of id: DocumentID) -> DocumentDigest {
    let (low, high) = SipHash(key: self, isWide: true).digest(of: id.text.utf8.span)
    return DocumentDigest(low: low, high: high)
  }

  /// Tells two versions of a document apart; never 0.
  ///
  /// - Parameters:
  ///   - body: the document's fields, as the source wrote them.
  ///   - revision: what tells two versions apart beyond the body.
  /// - Returns: SipHash-1-3 with 64 bits, or 1 where that is 0.
  package func fingerprint(body: [UInt8], revision: [UInt8]) -> UInt64 {
    var fingerprint = SipHash(key: self, isWide: false).digest(of: body.span).low
    if !revision.isEmpty {
      // Chained, so that no byte can move from the body to the revision unnoticed.
      let chained = DigestKey(low: low ^ fingerprint, high: high)
      fingerprint = SipHash(key: chained, isWide: false).digest(of: revision.span).low
    }
    return fingerprint == 0 ? 1 : fingerprint
  }
}
