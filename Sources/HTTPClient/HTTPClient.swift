/// Sends HTTP requests to one server: a libcurl multi handle on a thread of its own.
///
/// Connections are kept and used again; several requests are under way at once, each over a
/// connection of its own. Redirects are not followed, so that credentials go to this server only.
/// The thread sleeps in `curl_multi_poll` and ends when the client is released.
package final class HTTPClient: Sendable {
  /// Where requests go and how.
  package let settings: HTTPSettings
  private let loop: TransferLoop

  /// Starts the client's thread; nothing is sent yet.
  package init(_ settings: HTTPSettings) {
    self.settings = settings
    loop = TransferLoop(settings)
    loop.start()
  }

  deinit { loop.close() }

  /// Sends a request and waits for its whole answer.
  ///
  /// - Parameter request: what to send; its target is put behind the client's base URL.
  /// - Returns: the answer, whatever its status.
  /// - Throws: ``HTTPError`` if there is none; `cancelled` at once when the task is cancelled.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    guard !Task.isCancelled else { throw .cancelled }
    let result = await result(of: request)
    return try result.get()
  }

  private func result(of request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
    let handle = TransferHandle()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let transfer = Transfer(request, settings: settings) { continuation.resume(returning: $0) }
        if handle.attach(transfer) {
          loop.submit(transfer)
        } else {
          transfer.end(.failure(.cancelled))
        }
      }
    } onCancel: {
      if let transfer = handle.cancel() { loop.cancel(transfer) }
    }
  }
}
