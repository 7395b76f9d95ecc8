internal import Glibc

/// What is in a folder but neither a file nor a folder.
enum SpecialFile: Sendable {
  case link, pipe, socket, device

  /// Reads the type of an entry as readdir(3) numbers it, which is that of a mode shifted.
  init?(typeOfEntry type: UInt8) {
    switch Int(type) {
    case Int(DT_LNK): self = .link
    case Int(DT_FIFO): self = .pipe
    case Int(DT_SOCK): self = .socket
    case Int(DT_CHR), Int(DT_BLK): self = .device
    default: return nil
    }
  }
}

/// Counts what a walk left out though no setting names it, so that one can tell it once.
struct LeftOut: Sendable {
  private var links = 0
  private var pipes = 0
  private var sockets = 0
  private var devices = 0
  /// Files over the size limit, which are indexed without their text.
  var oversized = 0

  /// Counts one that is not indexed.
  mutating func note(_ kind: SpecialFile?) {
    switch kind {
    case .link: links += 1
    case .pipe: pipes += 1
    case .socket: sockets += 1
    case .device: devices += 1
    case nil: break
    }
  }

  /// One line on all of it; `nil` if there is nothing to tell.
  var summary: String? {
    let kinds = [
      Self.text(links, "symbolic link", "symbolic links"), Self.text(pipes, "pipe", "pipes"),
      Self.text(sockets, "socket", "sockets"), Self.text(devices, "device", "devices"),
    ]
    let list = kinds.compactMap(\.self).joined(separator: ", ")
    let left = list.isEmpty ? nil : "left out: \(list)"
    let large = Self.text(
      oversized, "file is over the size limit and indexed without its text",
      "files are over the size limit and indexed without their text")
    let parts = [left, large].compactMap(\.self)
    guard let first = parts.first?.first else { return nil }
    return first.uppercased() + parts.joined(separator: "; ").dropFirst() + "."
  }

  private static func text(_ count: Int, _ one: String, _ many: String) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
  }
}
