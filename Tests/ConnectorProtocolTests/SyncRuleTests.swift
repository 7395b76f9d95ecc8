import ConnectorKit
import ConnectorProtocol
import Testing

@Suite struct SyncRuleFilterTests {
  private func includes(
    _ body: String, _ comparison: SyncRule.Operator, _ value: String, field: String = "f"
  ) throws -> Bool {
    var rules = FilteringRules()
    rules.includesUnmatched = false
    rules.rules = [
      SyncRule(id: "r", policy: .include, field: field, comparison: comparison, value: value)
    ]
    return try SyncRuleFilter(rules: rules).includes(body: Array(body.utf8))
  }

  private static let matching: [(String, SyncRule.Operator, String)] = [
    (#"{"f":"abc"}"#, .equals, "abc"), (#"{"f":"abc"}"#, .contains, "b"),
    (#"{"f":"abc"}"#, .startsWith, "ab"), (#"{"f":"abc"}"#, .endsWith, "bc"),
    (#"{"f":"abc"}"#, .regex, "a.c"), (#"{"f":"abc"}"#, .regex, "a"),
    (#"{"f":"a\nb"}"#, .contains, "\n"), (#"{"x":{"f":1},"f":"abc"}"#, .equals, "abc"),
    (#"{"f":5}"#, .equals, "5"), (#"{"f":5}"#, .equals, "5.0"), (#"{"f":5.50}"#, .equals, "5.5"),
    (#"{"f":5}"#, .greaterThan, "4"), (#"{"f":5}"#, .lessThan, "10"),
    (#"{"f":5}"#, .lessThan, "5.5"), (#"{"f":-1.5}"#, .lessThan, "-1"),
    (#"{"f":9007199254740993}"#, .greaterThan, "9007199254740992"),
    (#"{"f":12345}"#, .contains, "34"), (#"{"f":12345}"#, .regex, "\\d{5}"),
    (#"{"f":"b"}"#, .greaterThan, "a"), (#"{"f":"10"}"#, .lessThan, "9"),
    (#"{"f":"2026-11-24T03:00:00Z"}"#, .greaterThan, "2026-11-24"),
    (#"{"f":"2026-11-24T03:00:00+05:00"}"#, .lessThan, "2026-11-23T23:00:00Z"),
    (#"{"f":"2026-11-24T03:00:00.000Z"}"#, .equals, "2026-11-24T04:00:00+01:00"),
    (#"{"f":true}"#, .equals, "true"), (#"{"f":true}"#, .equals, "Yes"),
    (#"{"f":false}"#, .equals, "off"), (#"{"f":["a","b"]}"#, .contains, "\"b\""),
    (#"{"f":1,"f":2}"#, .equals, "2"), ("{\"f\":\"cafe\u{301}\"}", .startsWith, "cafe"),
    ("{\"f\":\"cafe\u{301}\"}", .endsWith, "\u{301}"), (#"{"f":"aab"}"#, .contains, "ab"),
    (#"{"f":""}"#, .contains, ""), (#"{"f":"x"}"#, .contains, ""),
  ]

  @Test(arguments: matching)
  func `matches`(_ body: String, _ comparison: SyncRule.Operator, _ value: String) throws {
    #expect(try includes(body, comparison, value))
  }

  private static let unmatched: [(String, SyncRule.Operator, String)] = [
    (#"{}"#, .equals, ""), (#"{"f":null}"#, .equals, "null"), (#"{"f":null}"#, .contains, ""),
    (#"{"x":{"f":"abc"}}"#, .equals, "abc"), (#"{"f":"abc"}"#, .equals, "ABC"),
    (#"{"f":"abc"}"#, .regex, "b"), (#"{"f":"abc"}"#, .startsWith, "b"),
    (#"{"f":"abc"}"#, .endsWith, "b"), (#"{"f":5}"#, .equals, "x"), (#"{"f":5}"#, .lessThan, "x"),
    (#"{"f":5}"#, .greaterThan, "x"), (#"{"f":5}"#, .greaterThan, "5"),
    (#"{"f":5}"#, .lessThan, "5"), (#"{"f":true}"#, .equals, "false"),
    (#"{"f":true}"#, .greaterThan, "false"), (#"{"f":[1]}"#, .greaterThan, "0"),
    (#"{"f":"a"}"#, .greaterThan, "a"), (#"{"f":"a"}"#, .lessThan, "a"),
    ("{\"f\":\"caf\u{E9}\"}", .equals, "cafe\u{301}"),
  ]

  @Test(arguments: unmatched)
  func `does not match`(_ body: String, _ comparison: SyncRule.Operator, _ value: String) throws {
    #expect(try !includes(body, comparison, value))
  }

  @Test func `the first rule that matches decides, else the default`() throws {
    var rules = FilteringRules()
    rules.rules = [
      SyncRule(id: "1", policy: .include, field: "a", comparison: .equals, value: "keep"),
      SyncRule(id: "2", policy: .exclude, field: "b", comparison: .greaterThan, value: "10"),
      SyncRule(id: "3", policy: .exclude, field: "a", comparison: .startsWith, value: "k"),
    ]
    for includesUnmatched in [true, false] {
      rules.includesUnmatched = includesUnmatched
      let filter = try SyncRuleFilter(rules: rules)
      func includes(_ body: String) -> Bool { filter.includes(body: Array(body.utf8)) }
      #expect(includes(#"{"a":"keep","b":11}"#))
      #expect(!includes(#"{"a":"kept","b":11}"#))
      #expect(!includes(#"{"a":"kept"}"#))
      #expect(includes(#"{"a":"other","b":10}"#) == includesUnmatched)
      #expect(includes("{}") == includesUnmatched)
    }
  }

  @Test func `without a rule that excludes everything is included`() throws {
    var rules = FilteringRules()
    #expect(try SyncRuleFilter(rules: rules).includesEverything)
    #expect(try SyncRuleFilter(rules: rules).includes(body: []))
    rules.rules = [
      SyncRule(id: "1", policy: .include, field: "a", comparison: .equals, value: "x")
    ]
    #expect(try SyncRuleFilter(rules: rules).includesEverything)
    rules.includesUnmatched = false
    #expect(try !SyncRuleFilter(rules: rules).includesEverything)
    rules.rules = []
    #expect(try !SyncRuleFilter(rules: rules).includes(body: Array("{}".utf8)))
  }

  @Test func `a body that can't be read is left to the index to refuse`() throws {
    #expect(try includes("{\"f\":", .equals, "x"))
    #expect(try includes("[]", .equals, "x"))
  }

  @Test func `rules about _id look at the document's identity`() throws {
    var rules = FilteringRules()
    rules.rules = [
      SyncRule(id: "1", policy: .exclude, field: "_id", comparison: .endsWith, value: ".tmp")
    ]
    let filter = try SyncRuleFilter(rules: rules)
    #expect(!filter.includes(body: Array("{}".utf8), id: DocumentID("a.tmp")))
    #expect(filter.includes(body: Array("{}".utf8), id: DocumentID("a.txt")))
    #expect(filter.includes(body: Array("{}".utf8)))
  }

  @Test func `a rule whose expression can't be read is an error, not ignored`() {
    let error = #expect(throws: SyncRuleError.self) { try includes("{}", .regex, "(") }
    #expect(error?.ruleID == "r")
    #expect(error?.message.hasSuffix(".") == true)
  }
}

@Suite struct SyncRuleValidationTests {
  private func rule(
    _ id: String, _ field: String, _ comparison: SyncRule.Operator, _ value: String,
    _ policy: SyncRule.Policy = .include
  ) -> SyncRule {
    SyncRule(id: id, policy: policy, field: field, comparison: comparison, value: value)
  }

  private func errors(_ rules: [SyncRule]) -> [FilteringRules.ValidationError] {
    var filtering = FilteringRules()
    filtering.rules = rules
    return filtering.validationErrors()
  }

  @Test func `good rules are valid`() {
    var filtering = FilteringRules()
    filtering.validation = .edited
    filtering.rules = [
      rule("1", "a", .equals, "x"), rule("2", "a", .contains, "x"), rule("3", "b", .regex, ".*x"),
    ]
    let validated = filtering.validated()
    #expect(validated.validation == .valid)
    #expect(validated.errors == [])
    #expect(validated.rules == filtering.rules)
  }

  @Test func `what is missing or matches everything is told by rule`() {
    let found = errors([
      rule("1", "", .equals, "x"), rule("2", "a", .equals, ""), rule("3", "a", .regex, ".*"),
      rule("4", "a", .regex, "(.*)"), rule("5", "a", .regex, "("),
      rule("DEFAULT", "a", .equals, "y"),
      rule("7", "", .regex, ""),
    ])
    #expect(found.map(\.ids) == [["1"], ["2"], ["3"], ["4"], ["5"], ["DEFAULT"], ["7"]])
    #expect(found.map(\.messages.count) == [1, 1, 1, 1, 1, 1, 2])
    #expect(found.flatMap(\.messages).allSatisfy { $0.hasSuffix(".") })
  }

  @Test func `rules that look for the same are told together, whatever their policy`() {
    let found = errors([
      rule("1", "a", .equals, "x"), rule("2", "b", .equals, "x"),
      rule("3", "a", .equals, "x", .exclude), rule("4", "a", .equals, "x"),
    ])
    #expect(found.map(\.ids) == [["1", "3", "4"]])
  }
}
