/// Why a language can't be analysed: a library or its data is missing or broken.
package struct TextAnalysisError: Error, Hashable, Sendable {
  /// One full sentence that says what is wrong and what to do.
  package var message: String

  /// Makes an error.
  package init(_ message: String) {
    self.message = message
  }
}
