import ConnectorKit
import Testing

@testable import DataSources

/// Identifiers of files, patterns and settings.
@Suite struct DirectoryNameTests {
  @Test func `names that are not UTF-8 get stable identifiers and are shown with a replacement`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.file(rawName: [0x61, 0xFF, 0x62], bytes: Array("x".utf8))
    try tree.file(rawName: [0x61, 0xFE, 0x62], bytes: Array("y".utf8))
    try tree.file("line\nbreak")
    let source = try tree.source()
    let listing = try await Listing(source)
    #expect(listing.ids == ["a%FEb", "a%FFb", "line%0Abreak"])
    #expect(listing.body("a%FFb").contains("\"title\":\"a\u{FFFD}b\""))
    #expect(listing.body("line%0Abreak").contains(#"line\nbreak"#))
    let contents = try await source.fetchContent(
      of: ["a%FEb", "a%FFb"].compactMap { listing.document($0) })
    #expect(contents.map { text($0) } == ["y", "x"])
    #expect(try await source.stillExisting([DocumentID("a%FFb")]).count == 1)
  }

  @Test func `names that differ only in how accents are composed stay two documents`() async throws
  {
    let tree = try TemporaryTree()
    try tree.file(rawName: Array("caf\u{E9}".utf8), bytes: [0x31])
    try tree.file(rawName: Array("cafe\u{301}".utf8), bytes: [0x32])
    try tree.file(rawName: Array("Å".utf8), bytes: [0x33])
    try tree.file(rawName: Array("\u{212B}".utf8), bytes: [0x34])
    let ids = try await tree.sync().ids
    #expect(Set(ids) == ["café", "cafe%CC%81", "Å", "%E2%84%AB"])
  }

  @Test func `identifiers are made back into the paths that they came from`() {
    var generator = SplitMix(seed: 20_261_124)
    for _ in 0..<2000 {
      let name = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
        UInt8.random(in: 1...255, using: &generator)
      }.filter { $0 != 0x2F }
      let id = RecordIdentifier.documentID(RecordIdentifier.escaped(name))
      #expect(RecordIdentifier.path(of: id) == name, "seed 20261124, \(name)")
    }
  }

  @Test
  func `long paths that differ in the last byte get different identifiers of at most 512 bytes`() {
    let folder = Array(String(repeating: "ä/", count: 300).utf8)
    let ids = ["a", "b"].map { RecordIdentifier.documentID(folder + Array($0.utf8)) }
    #expect(ids[0] != ids[1])
    #expect(ids.allSatisfy { $0.text.utf8.count <= 512 && $0.text.utf8.count > 500 })
    #expect(ids.allSatisfy { RecordIdentifier.path(of: $0) == nil })
    #expect(RecordIdentifier.directory(ofDigested: ids[0])?.starts(with: "ä/ä".utf8) == true)
  }

  @Test(arguments: [
    ("*.md", "a.md", true), ("*.md", "a.txt", false), ("*.md", ".md", true),
    ("a?c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false),
    ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[^a-c]x", "dx", true),
    ("[]x]", "]", true), ("[a-]", "-", true), ("[ä-ö]", "ö", true),
    ("docs/*.md", "docs/a.md", true), ("docs/*.md", "docs/x/a.md", false),
    ("docs/**/*.md", "docs/a.md", true), ("docs/**/*.md", "docs/x/y/a.md", true),
    ("**/a.md", "a.md", true), ("**/a.md", "x/y/a.md", true), ("**/a.md", "x/ba.md", false),
    ("**", "x/y", true), ("a/**/b/**/c", "a/x/b/y/z/c", true), ("a/**/b", "a/xb", false),
    ("/top.txt", "top.txt", true), ("/top.txt", "x/top.txt", false),
    ("{a,b}.{md,txt}", "b.txt", true), ("{a,b}.{md,txt}", "c.txt", false),
    ("a{,b}", "a", true), ("a\\*", "a*", true), ("a\\*", "ab", false), ("*a*b*", "xxaxxbxx", true),
    ("x*/y", "xa/b/y", false), ("a**b", "a/x/b", true), ("*.tar.*", "a.tar.gz", true),
  ])
  func `patterns match as described`(_ pattern: String, _ path: String, _ matches: Bool) throws {
    let compiled = try GlobPattern.compile(pattern)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let result = compiled.contains { $0.matches(Array(($0.isForPaths ? path : name).utf8)) }
    #expect(result == matches)
  }

  @Test func `a pattern made to take for ever is quick`() throws {
    let pattern = try GlobPattern.compile(String(repeating: "*a", count: 40) + "/**/**/**/x")
    #expect(!pattern[0].matches(Array(String(repeating: "a", count: 5000).utf8)))
  }

  @Test(arguments: [
    "[abc", "{a,b", "a\\", "/", "[z-a]", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
  ])
  func `a pattern that makes no sense is refused with its reason`(_ pattern: String) throws {
    let tree = try TemporaryTree()
    let error = #expect(throws: SyncError.self) {
      try tree.settings(["exclude": .list([pattern])])
    }
    #expect(error?.kind == .configuration)
    #expect(
      error?.message.hasPrefix("“Exclude” has the pattern \(pattern), which can't be used: ")
        == true)
  }

  @Test func `the home folder is put in for the tilde, and other paths must be full`() throws {
    func directory(_ text: String, home: String? = "/home/ada") throws -> String {
      try DirectorySettings(ConfigurationValues(["directory": .string(text)]), home: home).directory
    }
    #expect(try directory("~") == "/home/ada")
    #expect(try directory("~/notes") == "/home/ada/notes")
    #expect(try directory("/srv/~x") == "/srv/~x")
    for (text, home) in [("notes", "/root"), ("~bob", "/root"), ("", "/root"), ("~", nil)] {
      #expect(throws: SyncError.self) { try directory(text, home: home) }
    }
  }

  @Test func `a size out of range is refused and a missing one is ten MiB`() throws {
    let tree = try TemporaryTree()
    #expect(try tree.settings().maximumFileSize == 10 << 20)
    #expect(try tree.settings(["max_file_size": .string("3")]).maximumFileSize == 3 << 20)
    for number: Int64 in [-1, 101] {
      #expect(throws: SyncError.self) { try tree.settings(["max_file_size": .integer(number)]) }
    }
  }

  @Test func `every setting of the schema says what a wrong value looks like and has a default`()
    throws
  {
    let schema = DirectoryDescriptor.descriptor.schema
    #expect(schema.fields.map(\.order) == Array(1...7))
    for field in schema.fields {
      #expect(field.tooltip?.isEmpty == false)
      #expect(field.isRequired == (field.key == "directory"))
      #expect(field.isRequired || field.initialValue != .null)
    }
    guard case .regex(let pattern) = schema["directory"]?.validations.first else {
      Issue.record("the folder is not validated")
      return
    }
    let regex = try Regex(pattern)
    for good in ["/", "/srv/a b", "~", "~/x", "/a\nb"] {
      #expect(good.wholeMatch(of: regex) != nil)
    }
    for bad in ["", "srv", "./x", "~bob"] { #expect(bad.wholeMatch(of: regex) == nil) }
  }
}

/// A small generator of random numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
