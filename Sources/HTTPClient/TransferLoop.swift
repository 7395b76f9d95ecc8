internal import CCurl
internal import ConcurrencySupport
internal import Synchronization

/// The thread of an ``HTTPClient``: one libcurl multi handle, asleep unless something moves.
///
/// `@unchecked Sendable`: the inbox has a lock; everything else is the thread's, but for
/// `curl_multi_wakeup`, which libcurl allows from any thread while the handle lives, and the
/// inbox's lock keeps it alive meanwhile.
final class TransferLoop: @unchecked Sendable {
  private enum Command {
    case start(Transfer)
    case cancel(Transfer)
  }

  private struct Inbox {
    var commands: [Command] = []
    var isClosed = false
    /// `nil` once the thread has ended.
    var wakeable: UInt?
  }

  private let settings: HTTPSettings
  private let inbox: Mutex<Inbox>
  private let multi: UnsafeMutableRawPointer?
  private let pins: UnsafeMutablePointer<connector_tls_pins>
  private var active: [UnsafeMutableRawPointer: Transfer] = [:]

  init(_ settings: HTTPSettings) {
    self.settings = settings
    connector_curl_keep_openssl()
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    multi = curl_multi_init()
    pins = .allocate(capacity: 1)
    pins.initialize(to: connector_tls_pins(settings.trust))
    inbox = Mutex(Inbox(wakeable: multi.map { UInt(bitPattern: $0) }))
    if let multi {
      let connections = max(1, settings.maximumConnections)
      connector_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections)
      connector_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
      connector_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }
  }

  deinit {
    if let multi { curl_multi_cleanup(multi) }
    pins.deallocate()
  }

  /// Starts the thread; it keeps the loop alive until ``close()``.
  func start() { startThread(name: "http") { self.run() } }

  func submit(_ transfer: Transfer) {
    let isAccepted = inbox.withLock { inbox in
      guard !inbox.isClosed, inbox.wakeable != nil else { return false }
      inbox.commands.append(.start(transfer))
      Self.wake(inbox)
      return true
    }
    if !isAccepted { transfer.end(.failure(.cancelled)) }
  }

  func cancel(_ transfer: Transfer) {
    transfer.markCancelled()
    inbox.withLock { inbox in
      inbox.commands.append(.cancel(transfer))
      Self.wake(inbox)
    }
  }

  /// Ends the thread; requests under way end as cancelled.
  func close() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      Self.wake(inbox)
    }
  }

  private static func wake(_ inbox: Inbox) {
    guard let multi = inbox.wakeable.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) })
    else { return }
    curl_multi_wakeup(multi)
  }

  // MARK: The thread

  private func run() {
    guard let multi else { return }
    while takeCommands(multi) {
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finishTransfers(multi)
      var ready: Int32 = 0
      curl_multi_poll(multi, nil, 0, active.isEmpty ? 3_600_000 : 1000, &ready)
    }
    let rest = inbox.withLock { inbox in
      inbox.wakeable = nil
      defer { inbox.commands = [] }
      return inbox.commands
    }
    for case .start(let transfer) in rest { transfer.end(.failure(.cancelled)) }
    for (easy, transfer) in active {
      curl_multi_remove_handle(multi, easy)
      transfer.end(.failure(.cancelled))
    }
    active = [:]
  }

  /// - Returns: whether to go on.
  private func takeCommands(_ multi: UnsafeMutableRawPointer) -> Bool {
    let (commands, isClosed) = inbox.withLock { inbox in
      guard !inbox.isClosed else { return ([Command](), true) }
      defer { inbox.commands = [] }
      return (inbox.commands, false)
    }
    for command in commands {
      switch command {
      case .start(let transfer): start(transfer, multi)
      case .cancel(let transfer):
        guard let easy = transfer.easy, active.removeValue(forKey: easy) != nil else { continue }
        curl_multi_remove_handle(multi, easy)
        transfer.end(.failure(.cancelled))
      }
    }
    return !isClosed
  }

  private func start(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
    if transfer.isCancelled { return transfer.end(.failure(.cancelled)) }
    guard let easy = transfer.prepare(settings, pins: pins),
      curl_multi_add_handle(multi, easy) == CURLM_OK
    else {
      return transfer.end(
        .failure(HTTPError(.other, "There is not enough memory for a request. Try again later.")))
    }
    active[easy] = transfer
  }

  private func finishTransfers(_ multi: UnsafeMutableRawPointer) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = active.removeValue(forKey: easy)
      else { continue }
      let code = connector_curl_message_result(message)
      curl_multi_remove_handle(multi, easy)
      if code == CURLE_OK {
        transfer.end(.success(transfer.response()))
      } else {
        let failure = CurlFailure(code: code, transfer: transfer, settings: settings)
        transfer.end(.failure(failure.error))
      }
    }
  }
}

extension connector_tls_pins {
  fileprivate init(_ trust: TLSTrust) {
    self.init()
    switch trust {
    case .authority(let fingerprint):
      has_authority = 1
      withUnsafeMutableBytes(of: &authority) { $0.copyBytes(from: fingerprint.bytes) }
    case .certificate(let fingerprint):
      has_leaf = 1
      withUnsafeMutableBytes(of: &leaf) { $0.copyBytes(from: fingerprint.bytes) }
    case .systemAuthorities, .authorities, .everything: break
    }
  }
}

extension HTTPError {
  static let cancelled = HTTPError(.cancelled, "The request was cancelled.")
}
