internal import ConnectorKit
internal import ConnectorProtocol
internal import ElasticsearchStore
internal import EngineAPI
internal import HTTPClient

/// Looks at a server for the connections page and says what was found.
struct ConnectionPreflight: Sendable {
  /// A look ends after so long, whatever the server does.
  private static let limit = Duration.seconds(30)

  let connection: ElasticsearchConnection
  let monotonic: @Sendable () -> Duration
  let sleep: @Sendable (Duration) async throws -> Void

  /// Looks; ends early when its task is cancelled.
  func run() async -> PreflightReport {
    let start = monotonic()
    let sleep = sleep
    var report = await withTaskGroup(of: PreflightReport?.self) { group in
      group.addTask { await look() }
      group.addTask {
        try? await sleep(Self.limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? silence
    }
    report.took = monotonic() - start
    return report
  }

  private var silence: PreflightReport {
    PreflightReport(
      server: "",
      findings: [
        PreflightReport.Finding(
          .problem, "Connection",
          "The server did not answer everything within 30 s. Check its load and the network.")
      ], took: .zero)
  }

  private func look() async -> PreflightReport {
    let cluster: Cluster
    do {
      cluster = try Cluster(connection)
    } catch {
      return PreflightReport(
        server: "", findings: [.init(.problem, "Address", error.message)], took: .zero)
    }
    var report = PreflightReport(server: cluster.settings.server, findings: [], took: .zero)
    do {
      _ = try await HTTPClient(cluster.settings).send(
        HTTPRequest(.get, "/", credentials: cluster.credentials))
    } catch {
      report.findings.append(.init(.problem, subject(of: error), error.message))
      if error.kind.isAboutTrust {
        report.shownFingerprint = await CertificateProbe.authority(of: cluster.settings)
      }
      return report
    }
    report.findings.append(encryption(cluster.settings))
    do {
      add(try await cluster.store().preflight(), to: &report)
    } catch let error as StoreError {
      let isAboutUser = error.kind == .unauthorized
      report.findings.append(
        .init(.problem, isAboutUser ? "Who asks" : "Server", error.message))
    } catch {
      report.findings.append(.init(.problem, "Server", "The look was stopped. Try again."))
    }
    return report
  }

  private func subject(of error: HTTPError) -> String {
    switch error.kind {
    case .certificate: "Certificate"
    case .serverSpeaksPlainHTTP, .serverWantsTLS, .handshake: "Encryption"
    case .invalidURL, .nameResolution: "Address"
    default: "Connection"
    }
  }

  private func encryption(_ settings: HTTPSettings) -> PreflightReport.Finding {
    guard settings.isEncrypted else {
      return .init(
        settings.isLoopback ? .note : .warning, "Encryption",
        settings.isLoopback
          ? "Plain HTTP, within this machine."
          : "Plain HTTP: others on the way can read it all. Turn TLS on at the server.")
    }
    return switch settings.trust {
    case .systemAuthorities:
      .init(.good, "Certificate", "Verified by the authorities of this system.")
    case .authorities: .init(.good, "Certificate", "Verified by the authorities in the file.")
    case .authority: .init(.good, "Certificate", "Verified by the authority with the fingerprint.")
    case .certificate: .init(.good, "Certificate", "It is the very one with the fingerprint.")
    case .everything:
      .init(
        .warning, "Certificate",
        "Not verified: whoever is on the way can read and change everything.")
    }
  }

  private func add(_ preflight: Preflight, to report: inout PreflightReport) {
    let isOld = preflight.version < ElasticsearchStore.oldestVersion
    let name = preflight.clusterName.isEmpty ? "The cluster" : "“\(preflight.clusterName)”"
    report.findings.append(
      .init(
        isOld ? .note : .good, "Cluster", "\(name) runs Elasticsearch \(preflight.version)."))
    report.findings.append(
      preflight.license.map { .init(.good, "Licence", "It has the licence “\($0)”.") }
        ?? .init(.note, "Licence", "The server does not tell which licence it has."))
    if let user = preflight.userName {
      report.findings.append(.init(.good, "Who asks", "The server knows “\(user)”."))
    }
    report.findings += preflight.problems.map { problem in
      .init(.problem, isOld && problem.contains("too old") ? "Version" : "Privileges", problem)
    }
    if preflight.problems.isEmpty {
      report.findings.append(.init(.good, "Privileges", "None is missing."))
    }
    report.findings += preflight.notes.map { .init(.note, "Indices", $0) }
    if preflight.notes.isEmpty {
      report.findings.append(.init(.good, "Indices", "The indices of the records are there."))
    }
  }
}

extension HTTPError.Kind {
  /// Whether another authority or fingerprint would help.
  fileprivate var isAboutTrust: Bool {
    switch self {
    case .certificate(.untrusted), .certificate(.selfSigned), .certificate(.otherFingerprint):
      true
    default: false
    }
  }
}

extension HTTPSettings {
  /// Whether the server is this machine.
  fileprivate var isLoopback: Bool {
    let host = server.prefix { $0 != ":" }
    return host == "localhost" || host.hasPrefix("127.") || server.hasPrefix("[::1]")
  }
}
