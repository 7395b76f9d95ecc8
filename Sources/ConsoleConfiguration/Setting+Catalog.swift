extension Setting {
  /// Every setting, in the order of the documentation: those that have an effect, then the others.
  package static let all = connection + bulk + service + own + withoutEffect

  private static let connection: [Setting] = [
    .used(
      "elasticsearch.host", .text, "http://localhost:9200", variable: "ELASTICSEARCH",
      flag: "--elasticsearch",
      help:
        "URL of the Elasticsearch. The default counts once any other setting of this group is given."
    ),
    .used(
      "elasticsearch.cloud_id", .text, variable: "CLOUD_ID", flag: "--cloud-id", isOwn: true,
      help: "Cloud ID of a deployment, in place of the URL."),
    .used(
      "elasticsearch.api_key", .secret, variable: "API_KEY",
      help: "API key, as Kibana shows it (base64) or as id:key. Counts more than user and password."
    ),
    .used(
      "elasticsearch.api_key_file", .path, variable: "API_KEY_FILE", flag: "--api-key-file",
      isOwn: true, help: "File whose first line is the API key."),
    .used(
      "elasticsearch.username", .text, variable: "USER", help: "User, together with the password."),
    .used("elasticsearch.password", .secret, variable: "PASSWORD", help: "Password of the user."),
    .used(
      "elasticsearch.bearer_token", .secret, variable: "BEARER_TOKEN", isOwn: true,
      help: "Bearer token, in place of key or user."),
    .used(
      "elasticsearch.verify_certs", .boolean, "true", variable: "VERIFY_CERTS",
      flag: "--insecure", help: "false trusts whoever answers: everything can be read on the way."),
    .used(
      "elasticsearch.ca_certs", .path, variable: "CA", flag: "--ca",
      help: "PEM file of the authorities that are trusted, in place of the system's."),
    .used(
      "elasticsearch.ca_trusted_fingerprint", .text, variable: "CA_FINGERPRINT", flag: "--ca",
      isOwn: true, help: "SHA-256 of the authority that is trusted."),
    .used(
      "elasticsearch.certificate_fingerprint", .text, variable: "CERTIFICATE",
      flag: "--certificate", isOwn: true, help: "SHA-256 of the server's very certificate."),
    .used(
      "elasticsearch.request_timeout", .seconds(1...86_400), "240",
      help: "Seconds that a request may take from its start to its end."),
  ]

  private static let bulk: [Setting] = [
    .used(
      "elasticsearch.bulk.queue_max_size", .whole(2...1_000_000), "2048",
      help: "Operations that wait to be sent, of one sync."),
    .used(
      "elasticsearch.bulk.queue_max_mem_size", .whole(1...4096), "4",
      help: "MiB of operations that wait to be sent, of one sync."),
    .used(
      "elasticsearch.bulk.chunk_size", .whole(2...100_000), "1000",
      help: "Lines of one bulk request at most; a document that is written takes two."),
    .used(
      "elasticsearch.bulk.chunk_max_mem_size", .whole(1...100), "3",
      help: "MiB of one bulk request at most."),
    .used(
      "elasticsearch.bulk.max_concurrency", .whole(1...64), "4",
      help: "Bulk requests at a time, of one sync."),
    .used(
      "elasticsearch.bulk.concurrent_downloads", .whole(1...64), "4",
      help: "Requests to the data source for content at a time, of one sync."),
  ]

  private static let service: [Setting] = [
    .used(
      "connectors", .connectors,
      help: "Connectors that are served: a list of connector_id, service_type and, if it has one, "
        + "api_key."),
    .used("connector_id", .text, help: "The one connector that is served; the older form."),
    .used("service_type", .text, help: "Its service type."),
    .used("api_key", .secret, help: "Its API key."),
    .used(
      "service.worker_mode", .boolean, "false",
      help: "Whether all connectors of service.service_types are served as well."),
    .used(
      "service.service_types", .texts, flag: "--service-type",
      help: "Service types of which all connectors are served, with service.worker_mode."),
    .used(
      "service.idling", .seconds(1...3600), "5",
      help: "Seconds between two looks at the records, unless a schedule is due earlier."),
    .used(
      "service.heartbeat", .seconds(1...1800), "300",
      help:
        "Seconds between two signs of life on a connector's record; Kibana misses them after 1800."),
    .used(
      "service.preflight_max_attempts", .whole(1...100_000),
      help:
        "How often serve asks a store that does not answer before it ends; without it, it goes on."
    ),
    .used(
      "service.preflight_idle", .seconds(1...3600), "5",
      help: "Seconds between two of these attempts."),
    .used(
      "service.max_concurrent_content_syncs", .whole(1...100), "4", help: "Syncs at a time."),
    .used(
      "service.job_cleanup_interval", .seconds(1...86_400), "300",
      help: "Seconds between two looks for jobs that nobody runs any more."),
    .used(
      "service.log_level", .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), "INFO",
      variable: "LOG_LEVEL", flag: "--log-level", help: "What is logged: this and what is worse."),
  ]

  private static let own: [Setting] = [
    .used(
      "connector_console.store", .path, variable: "STORE", flag: "--store", isOwn: true,
      help: "Folder of the embedded index, of logs and of the keys that were made here."),
    .used(
      "connector_console.log", .path, variable: "LOG", flag: "--log", isOwn: true,
      help: "File to which the log is appended; serve logs to standard error without it."),
    .used(
      "connector_console.log_format", .choice(["text", "ecs"]), "text", variable: "LOG_FORMAT",
      flag: "--log-format", isOwn: true, help: "Form of the log: lines for people, or ECS JSON."),
  ]

  private static let withoutEffect: [Setting] = [
    .unused("elasticsearch.ssl", .boolean, because: "the URL's https or http says it."),
    .unused("elasticsearch.headers", .anything, because: "no headers are added."),
    .unused("elasticsearch.log_level", because: "requests are logged with everything else."),
    .unused(
      "elasticsearch.retry_on_timeout", .boolean, because: "a request is always tried again."),
    .unused("elasticsearch.max_retries", because: retries),
    .unused("elasticsearch.retry_interval", because: retries),
    .unused("elasticsearch.max_wait_duration", because: retries),
    .unused("elasticsearch.initial_backoff_duration", because: retries),
    .unused("elasticsearch.backoff_multiplier", because: retries),
    .unused(
      "elasticsearch.feature_use_connectors_api", .boolean, because: "the server's version says it."
    ),
    .unused(
      "elasticsearch.bulk.queue_refresh_interval", because: "queues tell when there is room."),
    .unused("elasticsearch.bulk.queue_refresh_timeout", because: "a full queue is waited for."),
    .unused("elasticsearch.bulk.display_every", because: "the counters are always there."),
    .unused(
      "elasticsearch.bulk.max_text_document_size", because: "the server decides what is too large."),
    .unused("elasticsearch.bulk.max_retries", because: retries),
    .unused("elasticsearch.bulk.retry_interval", because: retries),
    .unused(
      "elasticsearch.bulk.enable_operations_logging", .boolean,
      because: "operations are not logged."),
    .unused(
      "elasticsearch.bulk.error_monitor", .anything, because: "the guards of a sync are built in."),
    .unused("service.max_errors", because: "errors do not end the service."),
    .unused("service.max_errors_span", because: "errors do not end the service."),
    .unused("service.max_concurrent_access_control_syncs", because: "there are no such syncs."),
    .unused(
      "service.max_concurrent_scheduling_tasks",
      because: "connectors are looked after without a limit of tasks."),
    .unused(
      "service.incremental_sync_interval_seconds", because: "cursors say where a sync goes on."),
    .unused("service.max_file_download_size", because: "each data source has a limit of its own."),
    .unused("service.fips_mode", .boolean, because: "OpenSSL's own configuration says it."),
    .unused("service.native_service_types", .anything, because: "write service.service_types."),
    .unused("native_service_types", .anything, because: "write service.service_types."),
    .unused("extraction_service", .anything, because: "text is extracted by this program."),
    .unused("sources", .anything, because: "the data sources are built in."),
  ]

  private static let retries = "failed requests are repeated with growing pauses."
}
