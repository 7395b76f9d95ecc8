import ConnectorKit
import Glibc
import Testing

@Suite struct BlockingPoolTests {
  private struct Broken: Error {}

  @Test func `work returns what it returns and throws what it throws`() async throws {
    let pool = BlockingPool(threads: 2, name: "pool")
    #expect(try await pool.run { 42 } == 42)
    await #expect(throws: Broken.self) { try await pool.run { throw Broken() } }
    #expect(try await pool.run { "still there" } == "still there")
  }

  @Test func `work goes round over as many threads as were asked for`() async throws {
    let pool = BlockingPool(threads: 3, name: "pool")
    var threads: [UInt] = []
    for _ in 0..<9 { threads.append(try await pool.run { UInt(pthread_self()) }) }
    #expect(Set(threads).count == 3)
    #expect(Array(threads[..<3]) == Array(threads[3..<6]))
    #expect(Array(threads[..<3]) == Array(threads[6...]))
  }

  @Test func `no work of many callers at once is lost`() async throws {
    let pool = BlockingPool(threads: 2, name: "pool")
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 { group.addTask { try await pool.run { number } } }
      return try await group.reduce(0, +)
    }
    #expect(sum == 124_750)
  }

  @Test func `a pool of no threads has one`() async throws {
    #expect(try await BlockingPool(threads: 0, name: "pool").run { true })
  }

  @Test func `the deepest JSON fits the stack of a pool's thread`() async throws {
    let pool = BlockingPool(threads: 1, name: "pool")
    let text = String(repeating: "{\"a\":[", count: 256) + String(repeating: "]}", count: 256)
    let isSame = try await pool.run {
      let value = try JSONValue(parsing: text)
      let again = try JSONValue(parsing: value.text)
      return value.text == text && value == again
    }
    #expect(isSame)
  }
}
