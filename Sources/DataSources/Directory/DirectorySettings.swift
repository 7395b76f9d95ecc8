internal import ConnectorKit
internal import Glibc

/// The settings of a directory data source, checked.
struct DirectorySettings: Sendable {
  /// The absolute path.
  var directory: String
  var filter: PathFilter
  /// Bytes above which a file's content is not read.
  var maximumFileSize: Int
  var followsLinks: Bool
  /// Whether a folder that lies on another file system than last time is refused.
  var expectsSameFileSystem: Bool

  /// Checks the values.
  ///
  /// - Parameters:
  ///   - values: what was entered.
  ///   - home: what `~` stands for.
  /// - Throws: ``SyncError`` of kind `configuration` that names the setting.
  init(_ values: ConfigurationValues, home: String?) throws(SyncError) {
    directory = try Self.directory(values.string("directory"), home: home)
    filter = PathFilter(
      include: try Self.patterns(values.list("include"), of: "Include only"),
      exclude: try Self.patterns(values.list("exclude"), of: "Exclude"),
      includesHidden: values.bool("index_hidden"))
    let mebibytes = values.integer("max_file_size") ?? DirectorySchema.defaultMaximumMebibytes
    guard (0...DirectorySchema.largestMaximumMebibytes).contains(mebibytes) else {
      throw Self.error(
        "“Largest file to read” is \(mebibytes) MiB; enter a number from 0 to "
          + "\(DirectorySchema.largestMaximumMebibytes).")
    }
    maximumFileSize = Int(mebibytes) << 20
    followsLinks = values.bool("follow_symlinks")
    expectsSameFileSystem =
      values["expect_same_file_system"] == .null || values.bool("expect_same_file_system")
  }

  private static func directory(_ text: String?, home: String?) throws(SyncError) -> String {
    guard let text else { throw error("“Folder” is empty; enter the path of the folder to index.") }
    guard !text.utf8.contains(0) else {
      throw error("“Folder” contains a NUL character, which no path can; type the path again.")
    }
    if text.utf8.first == UInt8(ascii: "/") { return text }
    guard text == "~" || text.hasPrefix("~/") else {
      throw error(
        "The folder \(text) is not a full path; begin it with / or with ~ for your home folder.")
    }
    guard let home, home.utf8.first == UInt8(ascii: "/") else {
      throw error(
        "The folder \(text) begins with ~, but this process has no home folder; "
          + "write the full path.")
    }
    return home + text.dropFirst()
  }

  /// What is wrong with the patterns, by field; the schema checks the rest.
  static func problems(in values: ConfigurationValues) -> [ConfigurationProblem] {
    [("include", "Include only"), ("exclude", "Exclude")].compactMap {
      (field, setting) -> ConfigurationProblem? in
      do throws(SyncError) {
        _ = try patterns(values.list(field), of: setting)
        return nil
      } catch {
        return ConfigurationProblem(field: field, message: error.message)
      }
    }
  }

  /// Compiles patterns; text that was split at the commas within braces is joined again.
  private static func patterns(
    _ items: [String], of setting: String
  ) throws(SyncError) -> [GlobPattern] {
    var result: [GlobPattern] = []
    var pending = ""
    for (index, item) in items.enumerated() {
      pending += pending.isEmpty ? item : "," + item
      let opened = pending.utf8.count { $0 == UInt8(ascii: "{") }
      let closed = pending.utf8.count { $0 == UInt8(ascii: "}") }
      if opened > closed, index < items.count - 1 { continue }
      do {
        result += try GlobPattern.compile(pending)
      } catch {
        throw Self.error(
          "“\(setting)” has the pattern \(pending), which can't be used: \(error.reason); correct it."
        )
      }
      pending = ""
    }
    return result
  }

  private static func error(_ message: String) -> SyncError {
    SyncError(.configuration, at: .connect, message)
  }
}
