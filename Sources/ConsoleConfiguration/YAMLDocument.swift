/// Reads one YAML document into a tree, within limits.
///
/// Aliases and merge keys (`<<`) are resolved. What an alias stands for counts each time, so that a
/// small text can't grow into a large tree.
struct YAMLDocument {
  /// What is not read.
  enum Limit {
    static let bytes = 1 << 20
    static let nodes = 50_000
    static let depth = 32
  }

  private let events: YAMLEvents
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  private var nodeCount = 0

  private init(_ events: YAMLEvents) { self.events = events }

  /// Reads a text.
  ///
  /// - Parameter bytes: of the file as it is.
  /// - Returns: its only document; `nil` if there is none.
  /// - Throws: ``YAMLError`` if it is no YAML, or more than is taken.
  static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
    guard bytes.count <= Limit.bytes else {
      throw YAMLError(
        line: 1, message: "The file is larger than 1 MiB. Is it the right one? Name another.")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    try checkEncoding(text)
    var document = YAMLDocument(try YAMLEvents(text))
    return try document.root()
  }

  private static func checkEncoding(_ bytes: [UInt8]) throws(YAMLError) {
    var line = 1
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
      guard String(validating: bytes[start..<end], as: UTF8.self) != nil else {
        throw YAMLError(line: line, message: "The line is not UTF-8. Save the file as UTF-8.")
      }
      line += 1
      start = end < bytes.endIndex ? end + 1 : end
    }
  }

  private mutating func root() throws(YAMLError) -> YAMLNode? {
    var root: YAMLNode?
    var isFirst = true
    while true {
      switch try events.next() {
      case .streamEnd: return root
      case .documentStart:
        guard isFirst else {
          throw YAMLError(
            line: events.line,
            message: "The file holds more than one document. Keep one and remove the line ---.")
        }
        isFirst = false
        root = try node(try events.next(), depth: 0)
      default: continue
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
    let line = events.line
    guard depth <= Limit.depth else {
      throw YAMLError(line: line, message: "Groups are nested too deeply. Use fewer levels.")
    }
    let before = nodeCount
    try count(1)
    let node: YAMLNode
    var anchor: String?
    switch event {
    case .alias(let name): return try copy(name, line)
    case .scalar(let text, let isPlain, let name, let tag):
      anchor = name
      let isText = try isText(tag, line)
      node = YAMLNode(content: .scalar(text, isPlain: isPlain && !isText), line: line)
    case .sequenceStart(let name, let tag):
      anchor = name
      _ = try isText(tag, line)
      node = YAMLNode(content: .sequence(try items(depth)), line: line)
    case .mappingStart(let name, let tag):
      anchor = name
      _ = try isText(tag, line)
      node = YAMLNode(content: .mapping(try entries(depth)), line: line)
    default: throw YAMLError(line: line, message: "Something is missing here. Complete the line.")
    }
    if let anchor { anchors[anchor] = (node, nodeCount - before) }
    return node
  }

  private mutating func copy(_ name: String, _ line: Int) throws(YAMLError) -> YAMLNode {
    guard let known = anchors[name] else {
      throw YAMLError(
        line: line, message: "*\(name) refers to nothing above it. Write &\(name) there first.")
    }
    try count(known.size)
    return known.node
  }

  private mutating func count(_ nodes: Int) throws(YAMLError) {
    nodeCount += nodes
    guard nodeCount <= Limit.nodes else {
      throw YAMLError(
        line: events.line,
        message: "The file holds more than \(Limit.nodes) values, aliases included. Remove some.")
    }
  }

  /// Whether a tag makes a text of a scalar.
  private func isText(_ tag: String?, _ line: Int) throws(YAMLError) -> Bool {
    guard let tag, tag != "!" else { return tag == "!" }
    let own = "tag:yaml.org,2002:"
    let known = ["str", "int", "float", "bool", "null", "seq", "map"]
    guard tag.hasPrefix(own), known.contains(String(tag.dropFirst(own.count))) else {
      throw YAMLError(line: line, message: "The tag \(tag.prefix(40)) is not taken. Remove it.")
    }
    return tag == own + "str"
  }

  private mutating func items(_ depth: Int) throws(YAMLError) -> [YAMLNode] {
    var items: [YAMLNode] = []
    while true {
      let event = try events.next()
      if event == .sequenceEnd { return items }
      items.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func entries(_ depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var merged: [YAMLNode.Entry] = []
    while true {
      let event = try events.next()
      if event == .mappingEnd { break }
      let line = events.line
      guard case .scalar(let key, let isPlain) = try node(event, depth: depth + 1).content else {
        throw YAMLError(line: line, message: "A key must be a word. Write key: value.")
      }
      let value = try node(try events.next(), depth: depth + 1)
      if key == "<<", isPlain {
        merged += try mergeable(value)
      } else {
        entries.append(YAMLNode.Entry(key: key, line: line, value: value))
      }
    }
    var known = Set(entries.map(\.key))
    for entry in merged where known.insert(entry.key).inserted { entries.append(entry) }
    return entries
  }

  private func mergeable(_ node: YAMLNode) throws(YAMLError) -> [YAMLNode.Entry] {
    switch node.content {
    case .mapping(let entries): return entries
    case .sequence(let nodes):
      var entries: [YAMLNode.Entry] = []
      for case let node in nodes {
        guard case .mapping(let more) = node.content else { throw notMergeable(node) }
        entries += more
      }
      return entries
    case .scalar: throw notMergeable(node)
    }
  }

  private func notMergeable(_ node: YAMLNode) -> YAMLError {
    YAMLError(line: node.line, message: "<< takes a group, such as <<: *name. Name one.")
  }
}
