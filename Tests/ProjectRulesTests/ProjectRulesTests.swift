import Foundation
import Testing

/// The rules of the project that neither the compiler nor the formatter checks.
@Suite struct ProjectRulesTests {
  let tree = SourceTree()

  @Test func `the top level holds nothing but what belongs there`() throws {
    let allowed: Set = ["Package.swift", "Package.resolved", "Sources", "Tests", "screenshots"]
    let surplus = try tree.topLevel().filter { !allowed.contains($0) && $0 != "README.md" }
    #expect(surplus == [])
  }

  @Test func `no file is longer than 600 lines`() throws {
    let long = try allSwift().filter { $0.lines.count > 600 }.map(\.path)
    #expect(long == [])
  }

  @Test func `no function is longer than 60 lines`() throws {
    let long = try tree.files(in: "Sources").flatMap { file in
      FunctionLengths(file).longer(than: 60)
    }
    #expect(long == [])
  }

  @Test func `nothing is forced`() throws {
    let found = try matches(
      of: #"\btry!|\bas!|unowned\(unsafe\)|fatalError\("#, in: tree.files(in: "Sources"))
    #expect(found == [])
  }

  @Test func `shipped targets do without Foundation, Dispatch and detached tasks`() throws {
    let found = try matches(
      of: #"import (Foundation|FoundationEssentials|Dispatch)\b|DispatchQueue|Task\.detached"#,
      in: tree.files(in: "Sources"))
    #expect(found == [])
  }

  @Test func `an unchecked promise says what makes it true`() throws {
    let bare = try tree.files(in: "Sources").flatMap { file in
      file.lines.indices.filter { index in
        let code = file.lines[index].code
        let isPromise =
          code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)")
        return isPromise && !hasCommentAbove(index, in: file)
      }
      .map(file.place)
    }
    #expect(bare == [])
  }

  @Test func `what other targets see is documented`() throws {
    let pattern =
      #"^\s*(@\w+(\(.*\))? )*(package|public) (static |mutating |final |indirect |nonisolated )*"#
      + #"(func|init|struct|class|enum|actor|protocol)\b"#
    let declaration = try Regex(pattern)
    let files = try tree.files(in: "Sources")
    let requirements = Set(files.flatMap(ProtocolRequirements.names))
    let bare = files.flatMap { file in
      file.lines.indices.filter { index in
        let line = file.lines[index]
        guard line.firstMatch(of: declaration) != nil else { return false }
        let name = ProtocolRequirements.functionName(line)
        let isWitness = name.map(requirements.contains) ?? false
        return !isWitness && !hasCommentAbove(index, in: file, documentation: true)
      }
      .map(file.place)
    }
    #expect(bare == [])
  }

  @Test func `a task left for later names its issue`() throws {
    let found = try matches(
      of: #"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))"#, in: tree.files(in: "Sources"))
    #expect(found == [])
  }

  @Test func `a C module is imported by one target only`() throws {
    let importPattern = try Regex(#"^\s*(?:(?:public|package|internal) )?import (C[A-Z]\w*)"#)
    var importers: [String: Set<String>] = [:]
    for file in try tree.files(in: "Sources") {
      for line in file.lines {
        guard let match = line.firstMatch(of: importPattern),
          let module = match.output[1].substring.map(String.init),
          FileManager.default.fileExists(
            atPath: tree.root.appendingPathComponent("Sources/\(module)").path)
        else { continue }
        importers[module, default: []].insert(file.target)
      }
    }
    let shared = importers.filter { $0.value.count > 1 && $0.key != "CTerminalSupport" }
    #expect(shared.isEmpty, "\(shared)")
  }

  @Test func `terminal kit and connector kit know no C library`() throws {
    let files = try ["TerminalKit", "ConsoleUI", "ConnectorProtocol", "EngineAPI"].flatMap {
      try tree.files(in: "Sources/\($0)")
    }
    #expect(try matches(of: #"import (Glibc|C[A-Z]\w*)\b"#, in: files) == [])
  }

  @Test func `the repository names no machine of its makers`() throws {
    let endings = [".swift", ".md", ".sh", "run", ".c", ".h", ".modulemap"]
    let files = try ["Sources", "Tests", "screenshots"].flatMap {
      try tree.files(in: $0, endings: endings)
    }
    let machinePath = "/(wo" + "rk|fa" + "rm)/(main|shared|hub)"
    #expect(try matches(of: machinePath, in: files) == [])
  }

  private func allSwift() throws -> [SourceTree.File] {
    try tree.files(in: "Sources") + tree.files(in: "Tests")
  }

  private func matches(of pattern: String, in files: [SourceTree.File]) throws -> [String] {
    let regex = try Regex(pattern)
    return files.flatMap { file in
      file.lines.indices.filter { index in
        let line = file.lines[index]
        let text = pattern.contains("TODO") ? line : line.code
        return text.firstMatch(of: regex) != nil
      }
      .map { "\(file.place($0)): \(file.lines[$0].trimmed)" }
    }
  }

  /// Whether the lines directly above, attributes skipped, are a comment.
  private func hasCommentAbove(
    _ index: Int, in file: SourceTree.File, documentation: Bool = false
  ) -> Bool {
    var above = index - 1
    while above >= 0, file.lines[above].trimmed.hasPrefix("@") { above -= 1 }
    guard above >= 0 else { return false }
    return file.lines[above].trimmed.hasPrefix(documentation ? "///" : "//")
  }
}
