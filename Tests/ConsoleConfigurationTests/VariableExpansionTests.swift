import Testing

@testable import ConsoleConfiguration

/// The expectations were made with EnvYAML 1.10.211231, which Elastic's service uses.
@Suite struct VariableExpansionTests {
  private let expansion = VariableExpansion([
    "A": "one", "B_2": "two", "C-x.y": "three", "EMPTY": "", "REF": "$A", "A1": "four",
  ])

  @Test(arguments: [
    ("plain", "plain"), ("${A}", "one"), ("$A", "one"), ("x${A}y", "xoney"), ("$A/$B_2", "one/two"),
    ("${C-x.y}", "three"), ("$C-x.y", "three"), ("${NO|d}", "d"), ("${NO|}", ""), ("${A|d}", "one"),
    ("$NO|d e", "d e"), ("$A|d e", "one"), ("$$A", "$A"), ("a$$b", "a$b"), ("$1", "$1"),
    ("$1A", "$1A"), ("$", "$"), ("$ A", "$ A"), ("a$", "a$"), ("${}", "${}"), ("${A", "${A"),
    ("${EMPTY}", ""), ("${NO|a|b}", "a|b"), ("$A1", "four"), ("${A}${B_2}", "onetwo"),
  ])
  func `variables are expanded as Elastic's service does`(_ text: String, _ expected: String) {
    let (found, missing) = expansion.expanded(text)
    #expect(found == expected)
    #expect(missing == [])
  }

  @Test func `what a variable holds is not expanded again`() {
    #expect(expansion.expanded("${REF}").text == "$A")
  }

  @Test func `a variable that is not set is told`() {
    #expect(expansion.expanded("${NO}-$NEITHER ${A}").missing == ["NO", "NEITHER"])
    #expect(expansion.expanded("pa$word").missing == ["word"])
  }
}
