import Foundation
import Glibc
import HTTPClient
import HTTPTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
  private static let authority = try? CertificateSet()

  private func outcome(_ server: TLSServer, _ trust: TLSTrust, scheme: String = "https") async
    -> HTTPError.Kind?
  {
    var settings = HTTPSettings(baseURL: "\(scheme)://localhost:\(server.port)", trust: trust)
    settings.timeouts.total = .seconds(20)
    do {
      let answer = try await HTTPClient(settings).send(HTTPRequest(.get, "/"))
      #expect(answer.status == 200)
      return nil
    } catch {
      #expect(error.message.hasSuffix("."))
      return error.kind
    }
  }

  @Test func `a certificate of a known authority is taken, in every way to name it`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "good")
    let root = try #require(CertificateFingerprint(files.fingerprint("root")))
    let leaf = try #require(CertificateFingerprint(files.fingerprint("good")))
    #expect(await outcome(server, .authorities(file: files.path("root.crt"))) == nil)
    #expect(await outcome(server, .authority(fingerprint: root)) == nil)
    #expect(await outcome(server, .certificate(fingerprint: leaf)) == nil)
    #expect(await outcome(server, .everything) == nil)
  }

  @Test func `an unknown authority is refused by default`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "good")
    #expect(await outcome(server, .systemAuthorities) == .certificate(.selfSigned))
    let alone = try TLSServer(files, certificate: "good", withChain: false)
    #expect(await outcome(alone, .systemAuthorities) == .certificate(.untrusted))
  }

  @Test func `another fingerprint is refused`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "good")
    let other = try #require(CertificateFingerprint(files.fingerprint("self")))
    let kind = HTTPError.Kind.certificate(.otherFingerprint)
    #expect(await outcome(server, .authority(fingerprint: other)) == kind)
    #expect(await outcome(server, .certificate(fingerprint: other)) == kind)
  }

  @Test func `an authority's fingerprint does not make up for dates and names`() async throws {
    let files = try #require(Self.authority)
    let root = try #require(CertificateFingerprint(files.fingerprint("root")))
    let trusts = [
      TLSTrust.authority(fingerprint: root), .authorities(file: files.path("root.crt")),
    ]
    for (certificate, problem) in [
      ("expired", HTTPError.CertificateProblem.expired), ("elsewhere", .wrongHost),
    ] {
      let server = try TLSServer(files, certificate: certificate)
      for trust in trusts {
        let kind = await outcome(server, trust)
        #expect(kind == .certificate(problem))
      }
    }
  }

  @Test func `a self-signed certificate is refused, or taken by its fingerprint`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "self", withChain: false)
    let own = try #require(CertificateFingerprint(files.fingerprint("self")))
    #expect(await outcome(server, .systemAuthorities) == .certificate(.selfSigned))
    #expect(await outcome(server, .certificate(fingerprint: own)) == nil)
    #expect(await outcome(server, .authority(fingerprint: own)) == nil)
    #expect(await outcome(server, .authorities(file: files.path("self.crt"))) == nil)
  }

  @Test func `a file that is no certificate is named`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "good")
    for name in ["missing.crt", "good.key"] {
      #expect(
        await outcome(server, .authorities(file: files.path(name)))
          == .certificate(.unreadableAuthorities))
    }
  }

  @Test func `plain HTTP on a TLS port and the reverse are told`() async throws {
    let files = try #require(Self.authority)
    let server = try TLSServer(files, certificate: "good")
    #expect(await outcome(server, .everything, scheme: "http") == .serverWantsTLS)
    let plain = ScriptedServer { _, connection in connection.answer() }
    let settings = HTTPSettings(baseURL: "https://127.0.0.1:\(plain.port)", trust: .everything)
    await #expect {
      try await HTTPClient(settings).send(HTTPRequest(.get, "/"))
    } throws: { ($0 as? HTTPError)?.kind == .serverSpeaksPlainHTTP }
  }

  @Test func `a fingerprint is 64 digits with or without colons`() {
    let digits = String(repeating: "aB", count: 32)
    #expect(CertificateFingerprint(digits)?.bytes == Array(repeating: 0xAB, count: 32))
    let colons = Array(repeating: "ab", count: 32).joined(separator: ":")
    #expect(CertificateFingerprint(colons) == CertificateFingerprint(digits))
    for text in ["", "ab", digits + "a", String(digits.dropLast()) + "g", "+" + digits.dropFirst()]
    {
      #expect(CertificateFingerprint(text) == nil)
    }
  }
}

/// An authority and certificates, made with openssl.
final class CertificateSet: Sendable {
  private let directory: String

  init() throws {
    directory = NSTemporaryDirectory() + "certificates-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    try selfSigned("root", name: "/CN=Test authority", extra: [])
    try selfSigned("self", name: "/CN=localhost", extra: ["subjectAltName=DNS:localhost"])
    try signed("good", host: "localhost", days: "30")
    try signed("elsewhere", host: "elsewhere.example", days: "30")
    try signed("expired", host: "localhost", days: "-1")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func fingerprint(_ name: String) throws -> String {
    let text = try openssl(
      ["x509", "-in", path("\(name).crt"), "-noout", "-fingerprint", "-sha256"])
    return String(text.split(separator: "=").last ?? "")
  }

  private func selfSigned(_ name: String, name subject: String, extra: [String]) throws {
    let extensions = extra.flatMap { ["-addext", $0] }
    try openssl(
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", subject, "-keyout",
        path("\(name).key"), "-out", path("\(name).crt"),
      ] + extensions)
  }

  private func signed(_ name: String, host: String, days: String) throws {
    try openssl([
      "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(host)", "-keyout",
      path("\(name).key"), "-out", path("\(name).csr"),
    ])
    try Data("subjectAltName=DNS:\(host)".utf8).write(
      to: URL(fileURLWithPath: path("\(name).ext")))
    try openssl([
      "x509", "-req", "-in", path("\(name).csr"), "-CA", path("root.crt"), "-CAkey",
      path("root.key"), "-CAcreateserial", "-days", days, "-extfile", path("\(name).ext"), "-out",
      path("\(name).crt"),
    ])
  }

  @discardableResult
  private func openssl(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  struct Failure: Error {
    var arguments: [String]
  }
}

/// `openssl s_server` with a page for everybody.
final class TLSServer: @unchecked Sendable {
  let port: Int
  private let process = Process()

  init(_ files: CertificateSet, certificate: String, withChain: Bool = true) throws {
    let (probe, free) = ScriptedServer.listen(backlog: 1)
    close(probe)
    port = free
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    let chain = withChain ? ["-cert_chain", files.path("root.crt")] : []
    process.arguments =
      [
        "s_server", "-accept", "127.0.0.1:\(free)", "-www", "-cert",
        files.path("\(certificate).crt"), "-key", files.path("\(certificate).key"),
      ] + chain
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Until it listens.
    for _ in 0..<500 where !ScriptedServer.canConnect(free) { usleep(10_000) }
  }

  deinit { process.terminate() }
}
