/// Why no answer came, told so that a person can act on it.
package struct HTTPError: Error, Hashable, Sendable {
  /// What went wrong.
  package enum Kind: Hashable, Sendable {
    /// The URL can't be used.
    case invalidURL
    /// The host's name leads nowhere.
    case nameResolution
    /// Nothing listens there, or a firewall refuses.
    case refused
    /// The certificate is no good.
    case certificate(CertificateProblem)
    /// TLS was asked for, and the server speaks plain HTTP.
    case serverSpeaksPlainHTTP
    /// Plain HTTP was asked for, and the server seems to want TLS.
    case serverWantsTLS
    /// No common way of encryption was found, or the handshake broke off.
    case handshake
    case timeout(Timeout)
    /// The connection broke before the answer was whole.
    case truncated
    /// The answer was longer than allowed.
    case tooLarge
    case cancelled
    /// Anything else that libcurl tells.
    case other
  }

  /// What is wrong with a certificate.
  package enum CertificateProblem: Hashable, Sendable {
    case untrusted, selfSigned, expired, notYetValid, wrongHost
    /// It isn't the pinned one.
    case otherFingerprint
    /// The file of authorities can't be read.
    case unreadableAuthorities
  }

  /// Which limit was reached.
  package enum Timeout: Hashable, Sendable { case connect, idle, total }

  package var kind: Kind
  /// What went wrong and what to do about it: one sentence or two, without secrets.
  package var message: String
  /// Whether the server may have carried out the request.
  package var mayHaveBeenCarriedOut: Bool

  /// Makes an error.
  package init(_ kind: Kind, _ message: String, mayHaveBeenCarriedOut: Bool = false) {
    self.kind = kind
    self.message = message
    self.mayHaveBeenCarriedOut = mayHaveBeenCarriedOut
  }

  /// Whether the same request may work later without anybody changing anything.
  package var isTransient: Bool {
    switch kind {
    case .nameResolution, .refused, .timeout, .truncated, .other: true
    case .invalidURL, .certificate, .serverSpeaksPlainHTTP, .serverWantsTLS, .handshake,
      .tooLarge, .cancelled:
      false
    }
  }
}
