import HTTPClient
import Testing

@Suite struct RetryAfterTests {
  private func wait(_ text: String, at date: String? = "Sun, 06 Nov 1994 08:49:37 GMT") -> Duration?
  {
    var headers = [(name: "retry-after", value: text)]
    if let date { headers.append((name: "Date", value: date)) }
    return HTTPResponse(status: 503, headers: headers).retryAfter
  }

  @Test func `a Retry-After is seconds`() {
    #expect(wait("120") == .seconds(120))
    #expect(wait(" 0", at: nil) == .zero)
  }

  @Test func `a date counts from the date of the answer, and is never in the past`() {
    #expect(wait("Sun, 06 Nov 1994 08:49:47 GMT") == .seconds(10))
    #expect(wait("Sun, 06 Nov 1994 08:49:36 GMT") == .zero)
    #expect(
      wait("Thu, 29 Feb 2024 00:00:00 GMT", at: "Wed, 28 Feb 2024 23:59:59 GMT") == .seconds(1))
    #expect(wait("Sun, 06 Nov 1994 08:49:47 GMT", at: nil) == nil)
  }

  @Test(arguments: ["", "-1", "soon", "1.5", "99999999999999999999", "Sun, 06 Nov 1994"])
  func `anything else says nothing`(_ text: String) { #expect(wait(text) == nil) }

  @Test func `an answer without it asks for nothing`() {
    #expect(HTTPResponse(status: 429).retryAfter == nil)
  }
}
