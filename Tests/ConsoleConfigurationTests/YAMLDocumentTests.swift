import Testing

@testable import ConsoleConfiguration

@Suite struct YAMLDocumentTests {
  private func parse(_ text: String) throws -> YAMLNode? {
    try YAMLDocument.parse(Array(text.utf8))
  }

  private func error(_ text: String) -> YAMLError? {
    do {
      _ = try YAMLDocument.parse(Array(text.utf8))
      return nil
    } catch { return error }
  }

  /// A tree without its lines.
  private func plain(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? text : "'\(text)'"
    case .sequence(let nodes): "[" + nodes.map(plain).joined(separator: ",") + "]"
    case .mapping(let entries):
      "{" + entries.map { $0.key + ":" + plain($0.value) }.joined(separator: ",") + "}"
    }
  }

  @Test(arguments: [
    ("", "none"), ("# nothing\n", "none"), ("---\n...\n", ""),
    ("a: 1\nb: {c: [x, 'y']}", "{a:1,b:{c:[x,'y']}}"),
    ("\u{FEFF}a: 1", "{a:1}"), ("a: |\n  one\n  two\n", "{a:'one\ntwo\n'}"),
    ("a: !!str 1", "{a:'1'}"), ("a: ! 1", "{a:'1'}"), ("a: !!int 1", "{a:1}"),
    ("a: &x {b: 1}\nc: *x", "{a:{b:1},c:{b:1}}"),
    ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3", "{a:{b:1,c:2},d:{b:3,c:2}}"),
    ("a: &x {b: 1}\ne: &y {b: 2, c: 3}\nd: {<<: [*x, *y]}", "{a:{b:1},e:{b:2,c:3},d:{b:1,c:3}}"),
    ("'<<': 1", "{<<:1}"), ("a: 1\r\nb: 2\r\n", "{a:1,b:2}"),
  ])
  func `a document becomes a tree`(_ text: String, _ tree: String) throws {
    #expect(try parse(text).map(plain) ?? "none" == tree)
  }

  @Test(arguments: [
    ("a: 1\n---\nb: 2", 2, "more than one document"), ("a: 1\n\tb: 2", 2, "takes no tabs"),
    ("a: b: c", 1, "mapping values are not allowed"), ("a: [1, 2\nb: 3", 2, "This is not YAML"),
    ("a: *x", 1, "*x refers to nothing"), ("a: &x [*x]", 1, "*x refers to nothing"),
    ("a: 1\nb: !py/object:os.system x", 2, "The tag !py/object:os.system is not taken"),
    ("? [a]\n: b", 1, "A key must be a word"), ("a: 1\nb: \u{0}", 2, "does not allow"),
    ("x: 1\n<<: 3", 2, "<< takes a group"), ("<<: [{a: 1}, 3]", 1, "<< takes a group"),
    (String(repeating: "[", count: 100), 1, "nested too deeply"),
    ("a: \"x", 1, "This is not YAML"), ("a: 1\nb: @c", 2, "This is not YAML"),
  ])
  func `what is not taken is refused with its line`(_ text: String, _ line: Int, _ words: String) {
    let found = error(text)
    #expect(
      found?.line == line && found?.message.contains(words) == true, "\(String(describing: found))")
  }

  @Test func `a line that is not UTF-8 is named`() {
    do {
      _ = try YAMLDocument.parse(Array("a: 1\nb: ".utf8) + [0xE4, 0x0A])
      Issue.record("it was taken")
    } catch {
      #expect(
        error == YAMLError(line: 2, message: "The line is not UTF-8. Save the file as UTF-8."))
    }
  }

  @Test func `a file of the wrong size is refused before it is read`() {
    let found = error(String(repeating: "a", count: YAMLDocument.Limit.bytes + 1))
    #expect(found?.message.contains("larger than 1 MiB") == true)
  }

  @Test func `aliases of aliases do not grow`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(error(text)?.message.contains("aliases included") == true)
    #expect(error(text)?.line == 5)
  }

  @Test func `a long list of values ends at the limit`() {
    let text = "a: [" + String(repeating: "1,", count: YAMLDocument.Limit.nodes) + "]"
    #expect(error(text)?.message.contains("more than 50000 values") == true)
  }

  @Test func `every value knows its line`() throws {
    let root = try #require(try parse("a: 1\n\nb:\n  - x\n  - c: y\n"))
    guard case .mapping(let entries) = root.content,
      case .sequence(let items) = entries[1].value.content
    else {
      Issue.record("another tree: \(root)")
      return
    }
    #expect(entries.map(\.line) == [1, 3])
    #expect(items.map(\.line) == [4, 5])
  }
}
