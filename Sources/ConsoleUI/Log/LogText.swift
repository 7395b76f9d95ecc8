package import EngineAPI
package import TerminalKit

/// Lines of a log as rows.
package enum LogText {
  /// One line: time, level, message.
  package static func row(_ line: LogLine, _ context: ScreenContext) -> StyledText {
    let look = line.level.look(context.symbols)
    var text = StyledText(SafeText(Format.timeOfDay(line.at, context.zone)), .muted)
    text.append(" ")
    text.append(look.symbol + " " + look.word, Style(look.role))
    text.append(" ")
    text.append(
      SafeText(line.message),
      Style(line.level >= .warning ? look.role : line.level == .debug ? .muted : .text))
    return text
  }

  /// Lines broken to a width, under their message's beginning.
  package static func rows(
    _ lines: [LogLine], width: Int, _ context: ScreenContext
  ) -> [StyledText] {
    let indent = 17
    return lines.flatMap { line -> [StyledText] in
      let row = row(line, context)
      if row.width <= width || width < indent + 20 { return [row] }
      let look = line.level.look(context.symbols)
      let parts = SafeText(line.message).wrapped(width - indent)
      let style = Style(line.level >= .warning ? look.role : .text)
      return parts.enumerated().map { index, part in
        if index == 0 { return head(line, context) + StyledText(part, style) }
        return StyledText(SafeText(" ").repeated(indent)) + StyledText(part, style)
      }
    }
  }

  private static func head(_ line: LogLine, _ context: ScreenContext) -> StyledText {
    let look = line.level.look(context.symbols)
    var text = StyledText(SafeText(Format.timeOfDay(line.at, context.zone)), .muted)
    text.append(" ")
    text.append(look.symbol + " " + look.word, Style(look.role))
    text.append(" ")
    return text
  }
}
