import ConnectorKit
import ConsoleConfiguration
import Synchronization
import Testing

@testable import CommandLineInterface

/// What `config check` and `config show` print, line by line.
@Suite struct ConfigurationReportTests {
  private final class Output: CommandOutput {
    private let texts = Mutex((output: "", errors: ""))

    var columns: Int? { nil }
    var errorColumns: Int? { nil }
    var output: String { texts.withLock(\.output) }
    var errors: String { texts.withLock(\.errors) }

    func write(_ text: String) { texts.withLock { $0.output += text } }
    func writeError(_ text: String) { texts.withLock { $0.errors += text } }
  }

  private let file = """
    elasticsearch:
      host: https://es:9200
      api_key: aWQ6c2VjcmV0
      username: "a: b$$"
    connectors:
      - connector_id: one
        service_type: dir
        api_key: aWQ6c2VjcmV0
    service.max_errors: 3
    """

  private func settings(_ text: String) -> ConsoleSettings {
    SettingsReader.read(
      SettingsSources(
        flags: ["connector_console.log": .init("--log", "/l")],
        environment: ["CONNECTOR_CONSOLE_LOG_LEVEL": "debug"],
        file: .init(path: "config.yml", bytes: Array(text.utf8)), standardDirectory: "/state"))
  }

  private func printed(
    _ text: String, json: Bool = false, _ print: (ConfigurationReport) -> Void
  ) -> Output {
    let output = Output()
    var options = GlobalOptions()
    options.format = json ? .json : .table
    print(ConfigurationReport(settings(text), options: options, output: output))
    return output
  }

  @Test func `the settings that count are shown with their origin and without secrets`() {
    let shown = printed(file) { $0.show(withOrigins: true) }.output
    #expect(
      shown == """
        elasticsearch.host: https://es:9200         # config.yml:2
        elasticsearch.api_key: ••••                 # config.yml:3
        elasticsearch.username: "a: b$$"            # config.yml:4
        elasticsearch.verify_certs: true            # default
        elasticsearch.request_timeout: 240          # default
        elasticsearch.bulk.queue_max_size: 2048     # default
        elasticsearch.bulk.queue_max_mem_size: 4    # default
        elasticsearch.bulk.chunk_size: 1000         # default
        elasticsearch.bulk.chunk_max_mem_size: 3    # default
        elasticsearch.bulk.max_concurrency: 4       # default
        elasticsearch.bulk.concurrent_downloads: 4  # default
        connectors:                                 # config.yml:5
          - connector_id: one
            service_type: dir
            api_key: ••••
        service.worker_mode: false                  # default
        service.idling: 5                           # default
        service.heartbeat: 300                      # default
        service.preflight_idle: 5                   # default
        service.max_concurrent_content_syncs: 4     # default
        service.job_cleanup_interval: 300           # default
        service.log_level: debug                    # CONNECTOR_CONSOLE_LOG_LEVEL
        connector_console.store: /state             # default
        connector_console.log: /l                   # --log
        connector_console.log_format: text          # default
        service.max_errors: 3                       # config.yml:9; not used here: errors do not end the service.

        """)
  }

  @Test func `what is shown can be read again and means the same`() {
    let shown = printed(file) { $0.show(withOrigins: false) }.output
    let again = printed(shown) { $0.show(withOrigins: false) }.output
    #expect(again == shown)
  }

  @Test func `JSON tells key, value and origin`() throws {
    let shown = printed(file, json: true) { $0.show(withOrigins: false) }.output
    let json = try JSONValue(parsing: Array(shown.utf8))
    guard case .array(let all)? = json["settings"] else {
      Issue.record("no list: \(shown)")
      return
    }
    #expect(
      all.first == [
        "key": "elasticsearch.host", "value": "https://es:9200",
        "origin": ["kind": "file", "name": "config.yml", "line": 2],
      ])
    #expect(!shown.contains("aWQ6"))
  }

  @Test func `the check tells problems, then what the server said`() {
    var server = ServerReport(address: "Elasticsearch at es:9200")
    server.version = "8.19.21"
    server.clusterName = "prod"
    server.userName = "me\u{1B}[2J"
    server.problems = ["The cluster privilege monitor is missing: grant it to the user or key."]
    let text = "elasticsearch.host: https://es\nservce: {}"
    let checked = printed(text) { $0.check(store: server.address, server: server) }.output
    #expect(
      checked == """
        config.yml:2: warning: There is no setting servce. Did you mean service? Correct or remove it.
        The settings can be used: Elasticsearch at es:9200.
        It answers: version 8.19.21, cluster prod, as me␛[2J.
        error: The cluster privilege monitor is missing: grant it to the user or key.

        """)
  }

  @Test func `settings that can't be used are complained of on standard error`() {
    let output = printed("service.idling: x\nservce: 1") { $0.complain() }
    #expect(output.output == "")
    #expect(
      output.errors == """
        connector-console: config.yml:1: service.idling takes seconds from 1 to 3600; “x” is none. \
        Correct it.
        connector-console config check tells more.

        """)
    let json = printed("service.idling: x", json: true) { $0.check(store: "", server: nil) }.output
    #expect(json.hasPrefix("{\"usable\":false,\"problems\":[{\"severity\":\"error\""))
  }
}
