/// The story that tests and benchmarks play: a connector is built by keys.
package struct ConsoleStory {
  private let session: TerminalSession

  /// Plays on a console that shows the empty list of connectors.
  package init(_ session: TerminalSession) { self.session = session }

  /// Builds a connector named `docs` over a folder, through all steps of the wizard.
  ///
  /// - Parameters:
  ///   - documents: the folder.
  ///   - syncs: whether the wizard ends with "Save and sync" and so with the live view.
  /// - Throws: ``TerminalTimeout`` if a step does not come.
  package func buildConnector(over documents: String, thenSync syncs: Bool) throws {
    try session.wait(for: "No connectors yet")
    session.type("n")
    try session.wait(for: "Step 1 of 9")
    session.type("docs")
    try session.wait(for: "search-docs")
    session.send(.enter)
    try session.wait(for: "Step 2 of 9")
    session.send(.enter)
    try session.wait(for: "Step 3 of 9")
    session.send(.enter)
    try session.wait(for: "Step 4 of 9")
    session.type("g")
    try session.wait(for: "API key, shown only this once")
    session.type("y")
    session.send(.control("n"))
    try session.wait(for: "Step 5 of 9")
    session.send(.control("n"))
    try session.wait(for: "Step 6 of 9")
    session.type(documents)
    session.send(.control("n"))
    try session.wait(for: "The source answered")
    session.send(.control("n"))
    try session.wait(for: "Step 8 of 9")
    session.send(.control("n"))
    try session.wait(for: "Step 9 of 9")
    session.type(syncs ? "S" : "s")
  }
}
