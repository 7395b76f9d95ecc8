internal import CCurl
internal import ConcurrencySupport

/// Looks at the certificates that a server shows, without trusting any.
package enum CertificateProbe {
  /// The fingerprint of the authority that vouches for a server, as the server itself shows it.
  ///
  /// Nothing but a TLS handshake is sent. Proves nothing: a person has to compare.
  /// - Parameter settings: which server.
  /// - Returns: 64 hexadecimal digits; `nil` if the server shows no authority within ten seconds.
  package static func authority(of settings: HTTPSettings) async -> String? {
    guard settings.isEncrypted else { return nil }
    let url = settings.baseURL
    return await withCheckedContinuation { continuation in
      startThread(name: "certificate") {
        var digest = [UInt8](repeating: 0, count: 32)
        let isFound = digest.withUnsafeMutableBufferPointer { digest in
          connector_curl_shown_authority(url, digest.baseAddress) == 1
        }
        continuation.resume(returning: isFound ? hexadecimal(digest) : nil)
      }
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
