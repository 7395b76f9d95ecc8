internal import CNcurses
internal import CTerminalSupport

/// Chooses the character encoding.
enum LocaleSetup {
  /// Sets the process's character classes, and finds out what the environment allows to write.
  ///
  /// Where the environment says nothing, as on a bare machine, or names a UTF-8 locale that is not
  /// installed, as over SSH from elsewhere, `C.UTF-8` takes its place. It also does where only
  /// ASCII is to be written: ncurses is exact about characters in UTF-8 alone.
  /// - Returns: whether text can be written as UTF-8.
  static func apply(_ environment: [String: String]) -> Bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    if let named {
      if setlocale(LC_CTYPE, named) != nil, connector_locale_is_utf8() != 0 { return true }
      let folded = named.lowercased()
      let isWanted = folded.contains("utf-8") || folded.contains("utf8")
      return useUniversalLocale() && isWanted
    }
    return useUniversalLocale()
  }

  private static func useUniversalLocale() -> Bool {
    if setlocale(LC_CTYPE, "C.UTF-8") == nil, setlocale(LC_CTYPE, "C.utf8") == nil { return false }
    return connector_locale_is_utf8() != 0
  }
}
