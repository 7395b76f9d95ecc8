/// What settings are made of; flags count more than variables, variables more than the file.
package struct SettingsSources: Sendable {
  /// A value that a flag gives to a setting.
  package struct FlagValue: Hashable, Sendable {
    /// The flag as it is written, such as `--elasticsearch`.
    package var flag: String
    package var value: String

    /// Makes a value.
    package init(_ flag: String, _ value: String) {
      self.flag = flag
      self.value = value
    }
  }

  /// A file that was read.
  package struct File: Sendable {
    /// As a person knows it.
    package var path: String
    package var bytes: [UInt8]

    /// Makes a file.
    package init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// By the settings' keys.
  package var flags: [String: FlagValue]
  package var environment: [String: String]
  package var file: File?
  /// The folder of the embedded index unless something else is set.
  package var standardDirectory: String
  /// Reads a small file, such as one with a key; `nil` if it can't be read.
  package var contents: @Sendable (String) -> [UInt8]?

  /// Makes sources.
  package init(
    flags: [String: FlagValue] = [:], environment: [String: String] = [:], file: File? = nil,
    standardDirectory: String, contents: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.flags = flags
    self.environment = environment
    self.file = file
    self.standardDirectory = standardDirectory
    self.contents = contents
  }
}
