import ConcurrencySupport
import Testing

@Suite struct BoundedChannelTests {
  private static func received<Element: Sendable>(
    _ reception: BoundedChannel<Element>.Reception
  ) -> [Element]? {
    if case .elements(let elements) = reception { elements } else { nil }
  }

  @Test func `elements come in the order in which they were sent`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 10, bytes: .max))
    let got = try await withThrowingTaskGroup(of: [Int].self) { group in
      group.addTask {
        for number in 0..<1000 { try await channel.send(number) }
        channel.finish()
        return []
      }
      group.addTask {
        var got: [Int] = []
        while let some = Self.received(try await channel.receive(atMost: 3)) { got += some }
        return got
      }
      var all: [Int] = []
      for try await some in group { all += some }
      return all
    }
    #expect(got == Array(0..<1000))
  }

  @Test func `a full queue makes its sender wait`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 4, bytes: .max))
    let sent = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<100 {
          try await channel.send(number)
          sent.change { $0 += 1 }
        }
        channel.finish()
      }
      for _ in 0..<1000 { await Task.yield() }
      #expect(sent.value == 4)
      #expect(channel.load.items == 5)
      while let some = Self.received(try await channel.receive()) {
        #expect(some.count <= 5)
      }
      try await group.waitForAll()
    }
    #expect(sent.value == 100)
  }

  @Test func `a queue that never empties keeps nothing alive that was received`() async throws {
    final class Load: Sendable {}
    let channel = BoundedChannel<Load>(.init(items: 10, bytes: .max))
    weak var first: Load?
    do {
      let load = Load()
      first = load
      try await channel.send(load)
    }
    for _ in 0..<3 { try await channel.send(Load()) }
    do {
      let elements = Self.received(try await channel.receive(atMost: 1))
      #expect(elements?.count == 1)
    }
    #expect(first == nil)
    #expect(channel.load.items == 3)
  }

  @Test func `bytes bound the queue as items do`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 1000, bytes: 100))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<50 { try await channel.send(number, bytes: 60) }
        channel.finish()
      }
      for _ in 0..<1000 { await Task.yield() }
      #expect(channel.load.bytes == 120)
      while case .elements = try await channel.receive() {}
      try await group.waitForAll()
    }
  }

  @Test func `an element over the limit passes alone`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 10, bytes: 100))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await channel.send(1, bytes: 5000) }
      #expect(Self.received(try await channel.receive()) == [1])
      try await group.waitForAll()
    }
  }

  @Test func `a failed queue makes everybody throw`() async throws {
    struct Broken: Error {}
    let channel = BoundedChannel<Int>(.init(items: 2, bytes: .max))
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          for number in 0..<10 { try await channel.send(number) }
          return false
        } catch { return error is Broken }
      }
      for _ in 0..<100 { await Task.yield() }
      channel.fail(Broken())
      #expect(await group.next() == true)
    }
    await #expect(throws: Broken.self) { try await channel.receive() }
    await #expect(throws: Broken.self) { try await channel.send(1) }
  }

  @Test func `a cancelled task stops waiting`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 1, bytes: .max))
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          _ = try await channel.receive()
          return false
        } catch { return error is CancellationError }
      }
      for _ in 0..<100 { await Task.yield() }
      group.cancelAll()
      #expect(await group.next() == true)
    }
  }

  @Test func `a receiver sleeps until enough is there or somebody flushes`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 100, bytes: .max), wakeItems: 10)
    let got = Shared<[[Int]]>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while true {
          switch try await channel.receive() {
          case .elements(let elements): got.change { $0.append(elements) }
          case .flushed: got.change { $0.append([]) }
          case .finished: return
          }
        }
      }
      for _ in 0..<100 { await Task.yield() }
      try await channel.send(1)
      for _ in 0..<1000 { await Task.yield() }
      #expect(got.value == [])
      channel.flush()
      while got.value.isEmpty { await Task.yield() }
      #expect(got.value == [[1]])
      for _ in 0..<100 { await Task.yield() }
      channel.flush()
      while got.value.count < 2 { await Task.yield() }
      #expect(got.value == [[1], []])
      try await channel.send(2)
      channel.finish()
      try await group.waitForAll()
    }
    #expect(got.value == [[1], [], [2]])
  }

  @Test func `several receivers share the elements`() async throws {
    let channel = BoundedChannel<Int>(.init(items: 2, bytes: .max))
    let sum = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          while let some = Self.received(try await channel.receive(atMost: 1)) {
            sum.change { $0 += some[0] }
          }
        }
      }
      for number in 1...500 { try await channel.send(number) }
      channel.finish()
      try await group.waitForAll()
    }
    #expect(sum.value == 500 * 501 / 2)
  }
}

@Suite struct PromiseTests {
  @Test func `the first value counts`() async throws {
    let promise = Promise<Int>()
    #expect(promise.fulfill(.success(1)))
    #expect(!promise.fulfill(.success(2)))
    #expect(try await promise.value() == 1)
  }

  @Test func `a cancelled waiter throws while others wait on`() async throws {
    let promise = Promise<Int>()
    await withTaskGroup(of: Int?.self) { group in
      group.addTask { try? await promise.value() }
      for _ in 0..<100 { await Task.yield() }
      group.cancelAll()
      #expect(await group.next() == .some(nil))
    }
    promise.fulfill(.success(3))
    #expect(try await promise.value() == 3)
  }
}

@Suite struct SignalTests {
  @Test func `a raise before the wait is remembered once`() async throws {
    let signal = Signal()
    let clock = VirtualClock()
    signal.raise()
    signal.raise()
    try await signal.wait()
    async let second: Void = signal.wait(atMost: .seconds(1)) { try await clock.sleep($0) }
    while clock.sleepers == 0 { await Task.yield() }
    clock.advance(by: .seconds(1))
    try await second
  }
}
