import Testing

@testable import ConsoleConfiguration

@Suite struct AddressTests {
  @Test(arguments: [
    ("https://host", "https://host"), ("  https://host:9200/  ", "https://host:9200"),
    ("HTTP://Host/a/b//", "http://Host/a/b"), ("https://[::1]:9200", "https://[::1]:9200"),
    ("http://10.0.0.1:1", "http://10.0.0.1:1"), ("https://[fe80::1]", "https://[fe80::1]"),
  ])
  func `the URL of a server is taken`(_ text: String, _ expected: String) throws {
    #expect(try ServerAddress.checked(text) == expected)
  }

  @Test(arguments: [
    ("", "is no URL"), ("host:9200", "is no URL"), ("ftp://host", "is no URL"),
    ("https://", "names no host"), ("https://:9200", "names no host"),
    ("https://host:0", "is no port"), ("https://host:65536", "is no port"),
    ("https://host:x", "is no port"), ("https://host:", "is no port"),
    ("https://host:9200?x=1", "behind ? or #"), ("https://ho st", "a blank"),
    ("https://[::1", "bracket is missing"), ("https://[::1]x", "does not belong"),
    ("https://user:secret@host", "a user or a password"),
  ])
  func `what is no URL of a server is refused`(_ text: String, _ words: String) {
    do {
      let taken = try ServerAddress.checked(text)
      Issue.record("\(taken) was taken")
    } catch {
      #expect(error.message.contains(words), "\(error.message)")
      #expect(!error.message.contains("secret"))
    }
  }

  private func cloudID(_ inside: String, name: String = "prod:") -> String {
    name + Base64.encoded(Array(inside.utf8))
  }

  @Test(arguments: [
    ("eu.es.io$abc$def", "https://abc.eu.es.io:443", "https://def.eu.es.io:443"),
    ("eu.es.io:9243$abc$def", "https://abc.eu.es.io:9243", "https://def.eu.es.io:9243"),
    ("eu.es.io:9243$abc:9244$def:9245", "https://abc.eu.es.io:9244", "https://def.eu.es.io:9245"),
    ("eu.es.io$abc$", "https://abc.eu.es.io:443", nil),
    ("eu.es.io$abc", "https://abc.eu.es.io:443", nil),
  ])
  func `a Cloud ID leads to both services`(
    _ inside: String, _ elasticsearch: String, _ kibana: String?
  ) throws {
    let id = try CloudID(cloudID(inside))
    #expect(id.name == "prod")
    #expect(id.elasticsearch == elasticsearch)
    #expect(id.kibana == kibana)
  }

  @Test func `a Cloud ID without padding and with a colon in its name is taken`() throws {
    var text = cloudID("eu.es.io$ab$cd", name: "my: deployment:")
    while text.hasSuffix("=") { text.removeLast() }
    #expect(try CloudID(text).name == "my: deployment")
  }

  @Test func `what is no Cloud ID is refused`() {
    let wrong = [
      "", "name", "name:", "name:!!", "name:" + Base64.encoded(Array("host".utf8)),
      cloudID("$abc"), cloudID("host$"), cloudID("ho st$abc"), cloudID("host:99999$abc"),
      "name:" + Base64.encoded([0xFF, 0xFE, 0x24]),
    ]
    for text in wrong {
      #expect(throws: AddressError.self, "\(text)") { try CloudID(text) }
    }
  }

  @Test func `base64 is written and read`() {
    for length in 0..<20 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
      #expect(Base64.decoded(Base64.encoded(bytes)) == bytes)
    }
    #expect(Base64.encoded(Array("id:key".utf8)) == "aWQ6a2V5")
    #expect(Base64.decoded("-_==") == [0xFB])
    for wrong in ["a", "a===", "ab=c", "ab c", "ä"] {
      #expect(Base64.decoded(wrong) == nil, "\(wrong)")
    }
  }
}
