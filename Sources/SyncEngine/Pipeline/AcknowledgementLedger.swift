internal import ConnectorKit

/// Knows up to where everything that was written is acknowledged, so that a cursor is kept only
/// when nothing before it can be lost.
///
/// Every group of documents that leaves the differ gets a ticket. A cursor waits until all groups
/// before it are settled, in whatever order that happens.
struct AcknowledgementLedger: Sendable {
  /// Documents without an outcome, by ticket from `first` on.
  private var outstanding: [Int] = []
  private var head = 0
  private var first = 0
  private var cursors: [(ticket: Int, cursor: SyncCursor)] = []

  /// Makes an empty ledger.
  init() {}

  /// The ticket that the next group will get.
  var nextTicket: Int { first + outstanding.count - head }

  /// Opens a group of so many documents.
  mutating func open(_ count: Int) -> Int {
    let ticket = nextTicket
    outstanding.append(count)
    advance()
    return ticket
  }

  /// Notes that documents of a group have their outcome.
  mutating func settle(_ ticket: Int, _ count: Int) {
    let index = head + ticket - first
    precondition(index >= head && index < outstanding.count, "a group was settled twice")
    outstanding[index] -= count
    precondition(outstanding[index] >= 0, "a group has more outcomes than documents")
    advance()
  }

  /// Offers a cursor for what was written before.
  mutating func mark(_ cursor: SyncCursor) { cursors.append((nextTicket, cursor)) }

  /// The newest cursor before which all is settled, once; `nil` if there is no new one.
  mutating func takeAcknowledgedCursor() -> SyncCursor? {
    let count = cursors.prefix { $0.ticket <= first }.count
    guard count > 0 else { return nil }
    let cursor = cursors[count - 1].cursor
    cursors.removeFirst(count)
    return cursor
  }

  private mutating func advance() {
    while head < outstanding.count, outstanding[head] == 0 {
      head += 1
      first += 1
    }
    if head > 1024 {
      outstanding.removeFirst(head)
      head = 0
    }
  }
}
