import Testing

@testable import TextDecoding

@Suite struct HTMLTextTests {
  @Test(arguments: [
    ("<p>one</p><p>two</p>", "one\ntwo"),
    ("<!DOCTYPE html><html><head><title>T</title></head><body>b</body></html>", "T\nb"),
    ("a <b>bold</b>ly  done", "a boldly done"),
    ("<td>1</td><td>2</td>", "1 2"),
    ("x<script>if (a < b) { alert('</p>') }</script>y", "xy"),
    ("x<STYLE>p { color: red }</Style>y", "xy"),
    ("x<!-- <p>gone</p> -->y", "xy"),
    ("<a href=\"x>y\" title='a>b'>link</a>", "link"),
    ("<p class=it's>text</p>", "text"),
    ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
    ("Gr&uuml;&szlig;e &amp; &#8364; &#x1F986; &bogus; &", "Grüße & € 🦆 &bogus; &"),
    ("a&nbsp;b &lt;tag&gt;", "a b <tag>"),
    ("&#0;&#xD800;", "&#0;&#xD800;"),
    ("soft&shy;hyphen", "softhyphen"),
    ("日本<br>語", "日本\n語"),
    ("unclosed <p", "unclosed"),
    ("unclosed <a href=\"", "unclosed"),
    ("<script>never closed", ""),
    ("<", "<"), ("", ""),
  ])
  func `the text is what a reader sees`(_ html: String, _ text: String) {
    let result = HTMLText.extract(Array(html.utf8)[...])
    #expect(String(decoding: result, as: UTF8.self) == text)
  }

  @Test func `whatever the markup is, the text is valid UTF-8`() {
    var generator = SplitMix(seed: 5)
    let pieces = [
      "<", ">", "</", "<!--", "-->", "<script", "&", "&#x", ";", "ü", "日", "'", "=\"", "p",
    ]
    for round in 0..<2000 {
      let html = (0..<30).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let text = HTMLText.extract(Array(html.utf8)[...])
      #expect(TextContent.isValidUTF8(text), "seed 5, round \(round): \(html)")
    }
  }

  @Test func `a hundred thousand open tags take no time`() {
    let html = Array(String(repeating: "<div class='a'>&", count: 100_000).utf8)
    #expect(HTMLText.extract(html[...]).count == 199_999)
  }
}
