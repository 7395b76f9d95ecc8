package import ConnectorKit
package import EngineAPI
package import TerminalKit

/// Something that happened outside of the console's model.
package enum AppEvent: Hashable, Sendable {
  case input(InputEvent)
  case snapshot(EngineSnapshot)
  case tick(Timestamp)
  case response(RequestTag, Result<EngineResponse, EngineFailure>)
  /// `nil` means the file was written; else a sentence that says why not.
  case fileSaved(RequestTag, String?)
  case connectionAnswered(RequestTag, ConnectionResponse)
  /// The console is back in the foreground after it was suspended.
  case resumed
}

/// What the program has to do for the console; data, carried out in one place.
package enum AppCommand: Hashable, Sendable {
  /// Ask the engine and hand the answer back as ``AppEvent/response(_:_:)``.
  case request(RequestTag, EngineRequest)
  /// Write a file that only its owner can read and hand the result back.
  case saveFile(RequestTag, path: String, contents: String)
  /// Answer with ``AppEvent/connectionAnswered(_:_:)``.
  case connection(RequestTag, ConnectionRequest)
  /// Give up a look at a server; no answer is needed.
  case cancel(RequestTag)
  /// Shut the engine down, which suspends its syncs, and open one over another store.
  case useStore(ConnectionInUse)
  /// Copy through the terminal (OSC 52).
  case copy(String)
  /// Draw every cell again, whatever is believed to be there.
  case repaint
  /// Give the terminal back to the shell and stop until `fg`.
  case suspend
  /// End the program; running syncs are suspended by whoever carries this out.
  case quit
}
