import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct HostileTextTests {
  /// Controls, escape sequences, bidi overrides and invisible characters.
  private func harm(in frame: Frame) -> [String] {
    frame.cells.map(\.text).filter { text in
      text.unicodeScalars.contains { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
      }
    }
  }

  private static let hostile =
    "a\u{1B}[31mb\u{9B}2J\u{202E}c\u{2066}d\ne\r\tf\u{7}g\u{200B}h\u{FEFF}i\u{2028}j"

  private var snapshot: EngineSnapshot {
    var state = Fixtures.archive
    state.record.name = Self.hostile
    state.record.description = Self.hostile
    state.record.indexName = Self.hostile
    state.record.serviceType = Self.hostile
    state.problems = [
      Problem(severity: .error, title: Self.hostile, remedy: Self.hostile, action: .recheck)
    ]
    state.activeJob?.currentItem = Self.hostile
    let line = LogLine(
      at: Fixtures.now, level: .error, connectorID: nil, jobID: nil, message: Self.hostile)
    state.activeJob?.log = [line]
    state.activeJob?.latestErrors = [line]
    var snapshot = Fixtures.snapshot(of: [state])
    snapshot.service.store = Self.hostile
    return snapshot
  }

  @Test(arguments: Fixtures.sizes)
  func `hostile names are harmless on every page`(_ size: Size) {
    var driver = ConsoleDriver(size: size, snapshot: snapshot)
    #expect(harm(in: driver.frame) == [])
    driver.press(.character(":"))
    #expect(harm(in: driver.frame) == [])
    driver.press(.escape, .character("d"))
    #expect(harm(in: driver.frame) == [])
    driver.press(.escape, .enter)
    for tab in ConnectorScreen.Tab.allCases {
      driver.press(.alt(Character(String(tab.rawValue))))
      #expect(harm(in: driver.frame) == [])
    }
    driver.press(.alt("1"), .character("s"))
    #expect(driver.app.topScreen.kind == .live)
    #expect(harm(in: driver.frame) == [])
    driver.change { $0.service.phase = .failed(Self.hostile) }
    #expect(harm(in: driver.frame) == [])
  }

  @Test(arguments: Fixtures.sizes)
  func `hostile documents are harmless`(_ size: Size) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member(Self.hostile, Self.hostile)
    writer.endObject()
    var driver = ConsoleDriver(
      size: size,
      opening: .document(
        DocumentScreen(title: Self.hostile, body: writer.bytes, note: Self.hostile)))
    #expect(harm(in: driver.frame) == [])
    driver = ConsoleDriver(
      size: size,
      opening: .document(DocumentScreen(title: "raw", body: Array(Self.hostile.utf8))))
    #expect(harm(in: driver.frame) == [])
  }

  @Test func `hostile hits, letters and jobs are harmless`() {
    var driver = ConsoleDriver(
      snapshot: snapshot,
      opening: .connector(ConnectorScreen(connectorID: "archive", tab: .documents)))
    let hit = SearchHit(
      id: DocumentID(Self.hostile), score: 1, title: Self.hostile,
      highlights: [
        Highlight(
          field: Self.hostile, runs: [Highlight.Run(Self.hostile, isMatch: true)])
      ])
    driver.answer(.search(SearchResponse(total: 1, hits: [hit], took: .zero)))
    #expect(harm(in: driver.frame) == [])
    var job = Fixtures.heldJob
    job.error = Self.hostile
    job.id = Self.hostile
    job.metadata.warnings = [Self.hostile]
    job.metadata.heldDeletionsSample = [Self.hostile]
    driver = ConsoleDriver(
      opening: .job(JobScreen(connectorID: "archive", jobID: Self.hostile)))
    driver.answer(.job(job))
    #expect(harm(in: driver.frame) == [])
    driver.press(.end)
    #expect(harm(in: driver.frame) == [])
  }
}
