internal import CYAML

/// What libyaml sees in a text, piece by piece.
enum YAMLEvent: Equatable {
  case streamStart, streamEnd, documentStart, documentEnd
  case alias(String)
  case scalar(String, isPlain: Bool, anchor: String?, tag: String?)
  case sequenceStart(anchor: String?, tag: String?)
  case sequenceEnd
  case mappingStart(anchor: String?, tag: String?)
  case mappingEnd
}

/// Reads the events of one text, on one thread.
final class YAMLEvents {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// libyaml reads from here as long as the parser lives.
  private let input: UnsafeMutableBufferPointer<UInt8>
  /// Where the last event began, counted from 1.
  private(set) var line = 1

  /// Begins to read UTF-8 text.
  init(_ bytes: [UInt8]) throws(YAMLError) {
    parser = .allocate(capacity: 1)
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.update(fromContentsOf: bytes)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      input.deallocate()
      throw YAMLError(line: 1, message: "There is no memory left to read it.")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event; a parser that has failed must not be asked again.
  func next() throws(YAMLError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT: return Self.scalar(event.data.scalar)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(anchor: Self.text(start.anchor), tag: Self.text(start.tag))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(anchor: Self.text(start.anchor), tag: Self.text(start.tag))
    default: return .mappingEnd
    }
  }

  private static func scalar(
    _ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar
  ) -> YAMLEvent {
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    return .scalar(
      String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
      anchor: text(scalar.anchor), tag: text(scalar.tag))
  }

  private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  /// libyaml's own words: they are short, and people look them up.
  private func failure() -> YAMLError {
    let failed = parser.pointee
    let words = failed.problem.map { String(cString: $0) } ?? "the text can't be read"
    if failed.error == YAML_READER_ERROR {
      let before = input.prefix(max(0, Int(failed.problem_offset)))
      return YAMLError(
        line: before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) },
        message: "The file holds a character that YAML does not allow (\(words)). Take it out.")
    }
    return YAMLError(
      line: Int(failed.problem_mark.line) + 1,
      message: "This is not YAML: \(words). Check indentation, which takes no tabs, and colons; "
        + "put values with special characters into quotes.")
  }
}
