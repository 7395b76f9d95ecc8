internal import CCurl

/// Puts into words why libcurl gave a request up.
struct CurlFailure {
  let code: CURLcode
  let transfer: Transfer
  let settings: HTTPSettings

  private var server: String { settings.server }

  var error: HTTPError {
    var error = classified
    error.mayHaveBeenCarriedOut = transfer.mayHaveBeenCarriedOut
    return error
  }

  private var classified: HTTPError {
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL where speaksOldHTTP: broken
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      HTTPError(
        .invalidURL,
        "The address \(server) can't be used: write it like https://host:9200.")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      HTTPError(
        .nameResolution,
        "The name of \(server) leads nowhere: check the spelling and the name service.")
    case CURLE_COULDNT_CONNECT:
      HTTPError(
        .refused,
        "Nothing answers at \(server): check that the server runs, the port, and the firewall.")
    case CURLE_OPERATION_TIMEDOUT: timeout
    case CURLE_PEER_FAILED_VERIFICATION: certificate
    case CURLE_SSL_CACERT_BADFILE:
      HTTPError(
        .certificate(.unreadableAuthorities),
        "The file of certificate authorities can't be read: check its path, and that it is PEM.")
    case CURLE_SSL_CONNECT_ERROR: handshake
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
      CURLE_WEIRD_SERVER_REPLY:
      broken
    case CURLE_WRITE_ERROR where transfer.exceededLimit:
      HTTPError(
        .tooLarge, "The answer of \(server) is longer than allowed: ask for less at a time.")
    default:
      HTTPError(.other, "The request to \(server) failed: \(reason). Try again later.")
    }
  }

  /// An answer without a status line, which is what TLS looks like to an HTTP client.
  private var speaksOldHTTP: Bool { transfer.curlText.contains("HTTP/0.9") }

  private var reason: String {
    let text = transfer.curlText
    let known = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    return String(known.prefix(200))
  }

  private var timeout: HTTPError {
    if !transfer.mayHaveBeenCarriedOut {
      return HTTPError(
        .timeout(.connect),
        "No connection to \(server) came about in time: check the address and the firewall.")
    }
    if transfer.curlText.contains("too slow") {
      return HTTPError(
        .timeout(.idle),
        "\(server) went silent in the middle of a request: check its load and the network.")
    }
    return HTTPError(
      .timeout(.total),
      "\(server) took too long to answer: check its load, or allow more time.")
  }

  private var broken: HTTPError {
    if !settings.isEncrypted, speaksOldHTTP || code == CURLE_GOT_NOTHING {
      return HTTPError(
        .serverWantsTLS,
        "\(server) does not answer plain HTTP, it seems to want TLS: write https:// before it.")
    }
    return HTTPError(
      .truncated,
      "The connection to \(server) broke before the answer was whole: try again, and look into "
        + "the server's log if it stays so.")
  }

  private var handshake: HTTPError {
    let text = transfer.curlText
    if text.contains("wrong version number") || text.contains("http request") {
      return HTTPError(
        .serverSpeaksPlainHTTP,
        "\(server) speaks plain HTTP, not TLS: write http:// before it, or turn TLS on there.")
    }
    if transfer.verifyResult != 0 { return certificate }
    return HTTPError(
      .handshake,
      "No encrypted connection to \(server) came about (\(reason)): check its TLS settings.")
  }

  private var certificate: HTTPError {
    let problem = certificateProblem
    return HTTPError(.certificate(problem), "The certificate of \(server) \(words(for: problem))")
  }

  private var certificateProblem: HTTPError.CertificateProblem {
    switch Int32(transfer.verifyResult) {
    case X509_V_ERR_CERT_HAS_EXPIRED: .expired
    case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      .selfSigned
    case X509_V_ERR_APPLICATION_VERIFICATION, X509_V_ERR_CERT_UNTRUSTED: .otherFingerprint
    // libcurl compares names itself and leaves its first value then.
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH, X509_V_ERR_UNSPECIFIED,
      X509_V_OK:
      .wrongHost
    default: .untrusted
    }
  }

  private func words(for problem: HTTPError.CertificateProblem) -> String {
    switch problem {
    case .expired: "has expired: renew it on the server, and check this machine's clock."
    case .notYetValid: "is not valid yet: check the clocks of both machines."
    case .selfSigned:
      "is its own authority: give its CA file or its fingerprint if you know it is the right one."
    case .otherFingerprint:
      "has another fingerprint than the one given: check the fingerprint, or who answers there."
    case .wrongHost:
      "is made out to another name: use the name in it, or have one made for this name."
    case .untrusted, .unreadableAuthorities:
      "comes from an unknown authority: give the CA file, or the authority's fingerprint."
    }
  }
}
