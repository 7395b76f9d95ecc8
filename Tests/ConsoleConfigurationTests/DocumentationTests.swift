import Foundation
import Testing

@testable import ConsoleConfiguration

/// The tables of the documentation are made from ``Setting/all``.
@Suite struct DocumentationTests {
  private static let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/connector-console/connector-console.docc/Configuration.md")
  private static let start = "<!-- settings: made by DocumentationTests with UPDATE_GOLDEN=1 -->\n"
  private static let end = "<!-- end of settings -->"

  private var tables: String {
    var text = "\n| setting | takes | default | variable, flag | |\n|---|---|---|---|---|\n"
    for setting in Setting.all where setting.unused == nil {
      let ways =
        setting.variables.prefix(1).map { "`\($0)`" }
        + [setting.flag.map { "`\($0)`" }].compactMap { $0 }
      let own = setting.isOwn ? " Not in Elastic's service." : ""
      text +=
        "| `\(setting.key)` | \(kind(setting.kind)) | \(setting.standard.isEmpty ? "" : "`\(setting.standard)`")"
      text += " | \(ways.joined(separator: "<br>")) | \(setting.help)\(own) |\n"
    }
    text += "\n| known, but without effect | why |\n|---|---|\n"
    for setting in Setting.all {
      if let reason = setting.unused { text += "| `\(setting.key)` | \(reason) |\n" }
    }
    return text + "\n"
  }

  private func kind(_ kind: Setting.Kind) -> String {
    switch kind {
    case .text: "text"
    case .secret: "secret"
    case .path: "path"
    case .boolean: "true, false"
    case .whole(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .seconds(let range): "\(range.lowerBound) to \(range.upperBound) s"
    case .choice(let words): words.joined(separator: ", ")
    case .texts: "list"
    case .connectors: "list of groups"
    case .anything: ""
    }
  }

  @Test func `the page lists every setting as the program knows it`() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let head = try #require(text.range(of: Self.start))
    let tail = try #require(text.range(of: Self.end))
    let written = String(text[head.upperBound..<tail.lowerBound])
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      let fresh = text[..<head.upperBound] + tables + text[tail.lowerBound...]
      try String(fresh).write(to: Self.page, atomically: true, encoding: .utf8)
      Issue.record("Configuration.md was written; look at it and run without UPDATE_GOLDEN.")
      return
    }
    #expect(written == tables)
  }

  @Test func `keys, variables and helps are as they must be`() {
    let keys = Setting.all.map(\.key)
    #expect(Set(keys).count == keys.count)
    let variables = Setting.all.flatMap(\.variables)
    #expect(Set(variables).count == variables.count)
    for setting in Setting.all {
      #expect(setting.unused?.hasSuffix(".") ?? setting.help.hasSuffix("."), "\(setting.key)")
    }
  }
}
