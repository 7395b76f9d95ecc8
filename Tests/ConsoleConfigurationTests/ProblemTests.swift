import Testing

@testable import ConsoleConfiguration

@Suite struct ProblemTests {
  @Test(arguments: [
    (
      "\nservce.heartbeat: 3",
      "warning config.yml:2: There is no setting servce.heartbeat. Did you mean service.heartbeat?"
    ),
    (
      "elasticsearch:\n  hsot: x",
      "config.yml:2: There is no setting elasticsearch.hsot. Did you mean elasticsearch.host?"
    ),
    (
      "service.idling: 5\nservice:\n  idling: 6",
      "warning config.yml:3: service.idling was set before, in line 1; this one counts"
    ),
    (
      "service.idling: soon",
      "error config.yml:1: service.idling takes seconds from 1 to 3600; “soon” is none"
    ),
    ("service.idling: 1e3", "takes seconds"), ("service.idling: -5", "takes seconds"),
    ("service.idling: [5]", "service.idling takes a value, not a list"),
    ("elasticsearch.bulk.chunk_size: 1", "takes a whole number from 2 to 100000"),
    ("elasticsearch.bulk.chunk_size: 99999999999999999999", "takes a whole number"),
    ("service.log_level: LOUD", "takes DEBUG, INFO, WARNING, ERROR; “LOUD” is none"),
    ("service.worker_mode: perhaps", "takes true or false; “perhaps” is none"),
    ("service: 5", "error config.yml:1: service is a group of settings, not a value"),
    ("service: [a]", "service is a group of settings, not a list"),
    ("- a", "error config.yml:1: The file holds no settings"), ("hello", "holds no settings"),
    ("connectors: a", "connectors takes a list, not a value"),
    ("connectors: [a]", "Each item of connectors is a group"),
    ("connectors:\n  - service_type: dir", "error config.yml:2: A connector has no connector_id"),
    ("connectors: [{connector_id: changeme, service_type: dir}]", "changeme stands for"),
    ("connectors: [{connector_id: a}]", "note config.yml:1: The connector a has no service_type"),
    ("service_type: dir", "belong to a connector_id, which is missing"),
    ("service.max_errors: 5", "note config.yml:1: service.max_errors is not used here: errors"),
    ("sources: {a: b}", "sources is not used here"),
    (
      "service.idling: ${NO}",
      "error config.yml:1: service.idling refers to the environment variable NO"
    ),
    ("native_service_types: [a]", "write service.service_types"),
  ])
  func `what is wrong is told with its line and what to do`(_ text: String, _ words: String) {
    settings(text).expectOnly(words)
  }

  @Test func `all problems are told at once, the worst first`() {
    let report = settings("sources: {}\na: 1\nservice.idling: x\nb: 2").report
    #expect(
      report.map { $0.prefix(16) } == [
        "error config.yml", "warning config.y", "warning config.y", "note config.yml:",
      ])
    #expect(report[1].contains("yml:2") && report[2].contains("yml:4"))
  }

  @Test func `a connector that is named twice counts as the later says`() {
    let found = settings(
      "connectors:\n  - {connector_id: a, service_type: dir}\n  - {connector_id: a, service_type: s3}"
    )
    #expect(found.connectors.map(\.serviceType) == ["s3"])
    found.expectOnly("config.yml:3: The connector a is in line 2 already")
  }

  @Test func `a variable that is none of ours is told`() {
    let found = settings(environment: [
      "CONNECTOR_CONSOLE_PASWORD": "x", "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH": "y", "HOME": "/",
    ])
    found.expectOnly(
      "CONNECTOR_CONSOLE_PASWORD: There is no such variable. Did you mean CONNECTOR_CONSOLE_PASSWORD?"
    )
  }

  @Test func `a flag's value is refused under the flag's name`() {
    let flags = ["service.log_level": SettingsSources.FlagValue("--log-level", "loud")]
    settings(flags: flags).expectOnly("error --log-level: service.log_level takes")
  }

  @Test func `no secret is in the listing or in a problem`() {
    let text = """
      elasticsearch:
        host: https://es
        api_key: canary1
        username: u
        password: canary2
        bearer_token: canary3
      connectors:
        - connector_id: a
          service_type: dir
          api_key: canary4
      api_key: canary5
      """
    let found = settings(
      text,
      environment: [
        "CONNECTOR_CONSOLE_PASSWORD": "canary6", "CONNECTOR_CONSOLE_API_KEY": "canary7",
        "CONNECTOR_CONSOLE_BEARER_TOKEN": "canary8",
      ])
    let shown = "\(found.listing) \(found.report)"
    #expect(!shown.contains("canary"), "\(shown)")
    #expect(shown.contains(SettingListing.mask))
  }
}
