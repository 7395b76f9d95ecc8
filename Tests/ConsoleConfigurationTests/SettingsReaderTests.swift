import EngineAPI
import Testing

@testable import ConsoleConfiguration

@Suite struct SettingsReaderTests {
  @Test(arguments: [
    "elasticsearch.host: https://es:9200\nelasticsearch.bulk.chunk_size: 300\nservice.heartbeat: 60",
    "elasticsearch:\n  host: https://es:9200\n  bulk:\n    chunk_size: 300\nservice:\n  heartbeat: 60",
    "elasticsearch:\n  host: https://es:9200\n  bulk.chunk_size: 300\nservice: {heartbeat: 60}",
    "elasticsearch.bulk: {chunk_size: 300}\nelasticsearch:\n  host: 'https://es:9200/'\n"
      + "service.heartbeat: \"60\"",
    "x: &s {heartbeat: 60}\nservice: *s\nelasticsearch: {host: https://es:9200, bulk.chunk_size: 300}",
  ])
  func `keys may be dotted, nested or both`(_ text: String) {
    let settings = settings(text)
    #expect(settings.connection?.address == .url("https://es:9200"))
    #expect(settings.bulk.chunkOperations == 150)
    #expect(settings.service.heartbeat == .seconds(60))
    #expect(settings.isUsable, "\(settings.report)")
  }

  @Test func `without anything the embedded index is used, and nothing is wrong`() {
    let settings = settings("")
    #expect(settings.store == .embedded(directory: "/state"))
    #expect(settings.report == [])
    #expect(settings.connectors == [] && settings.serviceTypes == [])
    #expect(settings.log == LogSettings(level: .info, format: .text, file: nil))
  }

  @Test func `the settings that count by default are those of the list`() {
    let settings = settings("elasticsearch:\n  username: a\n  password: b")
    #expect(settings.connection?.address == .url("http://localhost:9200"))
    #expect(settings.requestTimeout == .seconds(240))
    #expect(
      settings.bulk
        == BulkLimits(
          queueOperations: 2048, queueBytes: 4 << 20, chunkOperations: 500, chunkBytes: 3 << 20,
          requests: 4, downloads: 4))
    #expect(
      settings.service
        == ServiceTimes(
          idling: .seconds(5), heartbeat: .seconds(300), preflightAttempts: nil,
          preflightIdle: .seconds(5), concurrentSyncs: 4,
          jobCleanupInterval: .seconds(300)))
  }

  @Test func `flags count more than variables, and these more than the file`() {
    let file = "elasticsearch.host: https://file\nservice.log_level: ERROR"
    let variables = ["CONNECTOR_CONSOLE_ELASTICSEARCH": "https://variable"]
    let flags = ["elasticsearch.host": SettingsSources.FlagValue("--elasticsearch", "https://flag")]
    #expect(settings(file).connection?.address == .url("https://file"))
    #expect(settings(file, environment: variables).connection?.address == .url("https://variable"))
    let all = settings(file, flags: flags, environment: variables)
    #expect(all.connection?.address == .url("https://flag"))
    #expect(all.log.level == .error)
    #expect(all.listing.first?.origin == .flag("--elasticsearch"))
  }

  @Test func `every setting has a variable of its own, and some a short one`() {
    let settings = settings(environment: [
      "CONNECTOR_CONSOLE_ELASTICSEARCH_BULK_CHUNK_SIZE": "20", "CONNECTOR_CONSOLE_USER": "u",
      "CONNECTOR_CONSOLE_PASSWORD": "p", "CONNECTOR_CONSOLE_ELASTICSEARCH_HOST": "https://es",
      "CONNECTOR_CONSOLE_LOG_LEVEL": "debug", "CONNECTOR_CONSOLE_STORE": "/s",
    ])
    #expect(settings.bulk.chunkOperations == 10)
    #expect(settings.connection?.credentials == .basic(user: "u", password: "p"))
    #expect(settings.log.level == .debug)
    #expect(settings.directory == "/s")
    #expect(settings.report == [])
  }

  @Test func `credentials in variables alone do not lead to a cluster`() {
    let settings = settings(environment: ["CONNECTOR_CONSOLE_API_KEY": "aWQ6a2V5"])
    #expect(settings.store == .embedded(directory: "/state"))
  }

  @Test func `values take variables, and whole lists as well`() {
    let settings = settings(
      "elasticsearch.host: https://${HOST}:${PORT|9200}\nconnectors: ${LIST}\n"
        + "elasticsearch.password: 'p$$x'\nelasticsearch.username: $USER",
      environment: [
        "HOST": "es", "USER": "me # not a comment",
        "LIST": "[{connector_id: a, service_type: dir}, {connector_id: b}]",
      ])
    #expect(settings.connection?.address == .url("https://es:9200"))
    #expect(
      settings.connection?.credentials == .basic(user: "me # not a comment", password: "p$x"))
    #expect(settings.connectors.map(\.id) == ["a", "b"])
  }

  @Test func `an empty or null value is no value`() {
    let settings = settings(
      "elasticsearch:\n  host: https://es\n  api_key: null\n  username: ~\n  password:\n"
        + "  ca_certs: $NONE\n  cloud_id: ''\nconnectors: null\nservice:\n",
      environment: ["NONE": ""])
    #expect(settings.connection == ElasticsearchConnection(address: .url("https://es")))
    #expect(settings.report == [])
  }

  @Test func `connectors are read in both forms`() {
    let settings = settings(
      """
      connectors:
        - connector_id: a
          service_type: dir
          api_key: "id:key"
        - {connector_id: 17, service_type: mysql}
      connector_id: c
      service_type: s3
      api_key: aWQ6a2V5
      """)
    #expect(
      settings.connectors == [
        ConfiguredConnector(id: "a", serviceType: "dir", apiKey: "aWQ6a2V5"),
        ConfiguredConnector(id: "17", serviceType: "mysql", apiKey: nil),
        ConfiguredConnector(id: "c", serviceType: "s3", apiKey: "aWQ6a2V5"),
      ])
    #expect(settings.connectorKeys == ["a": "aWQ6a2V5", "c": "aWQ6a2V5"])
    #expect(settings.store == .embedded(directory: "/state"))
    #expect(settings.report == [])
  }

  @Test func `all connectors of some types are served when asked`() {
    let file = "service: {worker_mode: true, service_types: [dir, mysql]}"
    #expect(settings(file).serviceTypes == ["dir", "mysql"])
    let flag = ["service.service_types": SettingsSources.FlagValue("--service-type", "dir, s3")]
    #expect(settings(flags: flag).serviceTypes == ["dir", "s3"])
    let off = settings("service: {service_types: [dir]}")
    #expect(off.serviceTypes == [])
    off.expectOnly("note config.yml:1: service.service_types counts with service.worker_mode: true")
    settings("service.worker_mode: true").expectOnly("service.service_types names none")
    let both = settings(file + "\nconnectors: [{connector_id: a, service_type: dir}]")
    #expect(both.isUsable && both.serviceTypes == ["dir", "mysql"])
    settings(file + "\nconnectors: [{connector_id: a, service_type: s3}]")
      .expectOnly("the connector a is not of them")
  }

  @Test func `every key of Elastic's example is known`() {
    let settings = settings(elasticExample)
    #expect(settings.isUsable)
    #expect(settings.problems.allSatisfy { $0.severity == .note }, "\(settings.report)")
    #expect(settings.connection?.credentials == .basic(user: "elastic", password: "changeme"))
  }
}

/// The keys of Elastic's `config.yml.example` with their defaults, as the service's versions had them.
let elasticExample = """
  connectors: []
  connector_id: null
  service_type: null
  elasticsearch.host: http://localhost:9200
  elasticsearch.api_key: null
  elasticsearch.username: elastic
  elasticsearch.password: changeme
  elasticsearch.ssl: true
  elasticsearch.verify_certs: true
  elasticsearch.ca_certs: null
  elasticsearch.retry_on_timeout: true
  elasticsearch.request_timeout: 120
  elasticsearch.max_wait_duration: 60
  elasticsearch.initial_backoff_duration: 1
  elasticsearch.backoff_multiplier: 2
  elasticsearch.log_level: INFO
  elasticsearch.max_retries: 5
  elasticsearch.retry_interval: 10
  elasticsearch.headers: {X-A: b}
  elasticsearch.bulk.display_every: 100
  elasticsearch.bulk.queue_max_size: 1024
  elasticsearch.bulk.queue_max_mem_size: 25
  elasticsearch.bulk.queue_refresh_interval: 1
  elasticsearch.bulk.queue_refresh_timeout: 60
  elasticsearch.bulk.chunk_max_mem_size: 5
  elasticsearch.bulk.chunk_size: 500
  elasticsearch.bulk.max_concurrency: 5
  elasticsearch.bulk.concurrent_downloads: 10
  elasticsearch.bulk.max_retries: 5
  elasticsearch.bulk.retry_interval: 10
  elasticsearch.bulk.enable_operations_logging: false
  elasticsearch.bulk.error_monitor.enabled: true
  elasticsearch.bulk.error_monitor.max_total_errors: 1000
  elasticsearch.feature_use_connectors_api: true
  service.idling: 30
  service.heartbeat: 300
  service.preflight_max_attempts: 10
  service.preflight_idle: 30
  service.max_errors: 20
  service.max_errors_span: 600
  service.max_concurrent_content_syncs: 1
  service.max_concurrent_access_control_syncs: 1
  service.incremental_sync_interval_seconds: 120
  service.max_concurrent_scheduling_tasks: 4
  service.max_file_download_size: 10485760
  service.job_cleanup_interval: 300
  service.log_level: INFO
  service.fips_mode: false
  extraction_service.host: null
  extraction_service.timeout: 30
  extraction_service.use_file_pointers: False
  extraction_service.stream_chunk_size: 65536
  extraction_service.shared_volume_dir: /app/files
  sources:
    mongodb: connectors.sources.mongo:MongoDataSource
  """
