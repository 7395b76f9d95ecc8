import ConnectorKit
import ConnectorProtocol
import EngineAPI

extension Fixtures {
  static var searchResponse: SearchResponse {
    func hit(_ id: String, _ title: String, _ runs: [(String, Bool)]) -> SearchHit {
      SearchHit(
        id: DocumentID(id), score: 1, title: title,
        highlights: [
          Highlight(field: "body", runs: runs.map { Highlight.Run($0.0, isMatch: $0.1) })
        ])
    }
    var hits = [
      hit(
        "leave/holiday.md", "Holiday and leave",
        [
          ("Everybody has 30 days of ", false), ("holiday", true),
          (" a year. Unused ", false), ("holidays", true), (" move to March.", false),
        ]),
      hit(
        "evil\u{1B}[2J.txt", "evil\u{1B}[2J\u{202E}title",
        [("a line\nanother \u{7}", false), ("holiday", true)]),
      hit("people/日本語.md", "日本語の文書", [("日本の", false), ("祝日", true), ("です", false)]),
    ]
    for number in 1...22 {
      hits.append(
        hit(
          "calendar/\(2000 + number).ics", "Calendar \(2000 + number)",
          [("Bank ", false), ("holiday", true), (" on 1 January \(2000 + number)", false)]))
    }
    return SearchResponse(total: 117, hits: hits, took: .milliseconds(3))
  }

  static let documentBody = Array(
    """
    {"id":"leave/holiday.md","title":"Holiday and leave","size":2481,"ratio":0.25,"draft":false,\
    "owner":null,"tags":["people","leave","日本"],"_timestamp":"2026-11-20T08:15:00.000Z",\
    "path":{"folder":"/srv/handbook/leave","name":"holiday.md"},"empty":{},"none":[],\
    "body":"# Holiday\\n\\nEverybody has 30 days of holiday a year, which is more than the law asks \
    for, because rested people build better things.\\nHostile: \\u001b[2J \\u202e end\\n"}
    """.utf8)

  static var deadLetters: [DeadLetter] {
    func letter(_ id: String, _ stage: String, _ reason: String) -> DeadLetter {
      DeadLetter(
        jobID: "6f1c2d0e-handbook-17", connectorID: "handbook", documentID: id, stage: stage,
        reason: reason, at: seconds(-200), payload: documentBody)
    }
    return [
      letter(
        "reports/2019/a very long folder name that goes on/and on/annual.pdf", "content",
        "The file changed while it was read, three times in a row."),
      letter("evil\u{1B}[2J\u{202E}.txt", "bulk", "The id is longer than 512 bytes."),
      letter("people/日本語.md", "encode", "The text is not valid in any known encoding."),
    ]
  }

  /// Three others, and six that the index refuses for the same reason with other values.
  static var manyDeadLetters: [DeadLetter] {
    let refused = (0..<6).map { number -> DeadLetter in
      var letter = deadLetters[0]
      letter.documentID = "orders/\(number + 40).json"
      letter.stage = "bulk"
      letter.reason =
        "failed to parse field [price] of type [long] in document with id "
        + "'orders/\(number + 40).json'. Preview of field's value: '\(number),99'"
      if number == 3 { letter.payload = [UInt8](repeating: 0x20, count: 1 << 20) }
      return letter
    }
    return refused + deadLetters
  }

  static var log: [LogLine] {
    (0..<40).map { index in
      let level: LogLine.Level =
        switch index % 10 {
        case 3: .warning
        case 7: .error
        case 9: .debug
        default: .info
        }
      return LogLine(
        at: seconds(index - 60), level: level, connectorID: "handbook",
        jobID: "6f1c2d0e-handbook-17",
        message: index == 17
          ? "The document evil\u{1B}[2J was refused, and this is a long sentence that has to be "
            + "broken into rows because it does not fit into one."
          : "Line \(index) says what happened.")
    }
  }
}
