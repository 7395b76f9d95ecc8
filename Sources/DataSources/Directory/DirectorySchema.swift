package import ConnectorKit
internal import Glibc

/// The settings that the directory data source asks for.
enum DirectorySchema {
  static let defaultMaximumMebibytes: Int64 = 10
  /// Elasticsearch takes no larger request, `http.max_content_length`.
  static let largestMaximumMebibytes: Int64 = 100

  static let schema = ConfigurationSchema([
    directory, include, exclude, maximumFileSize, followLinks, indexHidden, expectSameFileSystem,
  ])

  private static let directory = ConfigurationField(
    "directory", label: "Folder", order: 1, placeholder: "/srv/documents",
    tooltip: """
      The full path of the folder to index, on the machine where this program runs, for example \
      /srv/documents or ~/notes. Everything below it is read. It begins with / or ~; a path that \
      does not, such as documents/2024, is refused. The user that runs this program must be allowed \
      to read the folder.
      """,
    validations: [.regex("/[\\s\\S]*|~|~/[\\s\\S]*")])

  private static let include = ConfigurationField(
    "include", label: "Include only", kind: .list, display: .textarea, order: 2,
    isRequired: false, initialValue: .list([]), placeholder: "*.{md,txt,html}",
    tooltip: """
      Only files that match one of these patterns are indexed, one pattern a line; empty means all. \
      *.md matches at any depth, docs/*.md in the folder docs only, docs/**/*.md in docs and all \
      folders below, ? is one character, [0-9] a digit, {md,txt} either. An absolute path such as \
      /srv/documents/docs/*.md matches nothing: patterns start at the folder above.
      """)

  private static let exclude = ConfigurationField(
    "exclude", label: "Exclude", kind: .list, display: .textarea, order: 3, isRequired: false,
    initialValue: .list(defaultExclusions), placeholder: "node_modules/",
    tooltip: """
      Files and folders that match one of these patterns are left out, one pattern a line, written \
      as above. A / at the end means a folder with everything in it, which is then not even listed: \
      build/ leaves out every folder named build. Documents of what is newly left out are deleted \
      at the next sync. A lone * leaves out everything.
      """)

  private static let maximumFileSize = ConfigurationField(
    "max_file_size", label: "Largest file to read (MiB)", kind: .integer, display: .numeric,
    order: 4, isRequired: false, initialValue: .integer(defaultMaximumMebibytes),
    defaultValue: .integer(defaultMaximumMebibytes),
    tooltip: """
      Larger files are indexed by name, size and times, without their text. From 0, which reads no \
      text at all, to \(largestMaximumMebibytes). The unit is MiB: for a limit of 10,485,760 bytes \
      enter 10.
      """,
    validations: [.greaterThan(-1), .lessThan(largestMaximumMebibytes + 1)])

  private static let followLinks = ConfigurationField(
    "follow_symlinks", label: "Follow symbolic links", kind: .bool, display: .toggle, order: 5,
    isRequired: false, initialValue: .bool(false), defaultValue: .bool(false),
    tooltip: """
      Off: symbolic links are left out. On: what they point to is indexed under the link's path, \
      also outside the folder; a folder that is reached twice is read once, and loops do no harm. \
      Leave it off if others may create links here: a link to /etc would be indexed.
      """)

  private static let indexHidden = ConfigurationField(
    "index_hidden", label: "Index hidden files", kind: .bool, display: .toggle, order: 6,
    isRequired: false, initialValue: .bool(false), defaultValue: .bool(false),
    tooltip: """
      Off: names that begin with a dot are left out, and folders of such a name with everything in \
      them. On: they are indexed, which may bring keys and passwords such as .ssh/id_ed25519 or .env \
      into the index.
      """)

  private static let expectSameFileSystem = ConfigurationField(
    "expect_same_file_system", label: "Expect the same file system", kind: .bool,
    display: .toggle, order: 7, isRequired: false, isAdvanced: true, initialValue: .bool(true),
    defaultValue: .bool(true),
    tooltip: """
      On: if the folder, or a folder below it, was a mounted file system at the last complete sync \
      and is not mounted now, or another one is, nothing of it is deleted and the sync says so. \
      Turn it off for one sync after you moved the folder to another disk on purpose. Left off, an \
      unmounted disk looks like an empty folder, and its documents are deleted.
      """)

  private static let defaultExclusions = [
    ".git/", ".hg/", ".svn/", "node_modules/", "__pycache__/", "lost+found/", ".snapshot/",
  ]
}

/// The directory data source as the catalogue lists it.
package enum DirectoryDescriptor {
  /// Its key, name, settings and how to make one.
  package static let descriptor = DataSourceDescriptor(
    serviceType: "dir", name: "Directory",
    summary: "Files and folders of this machine, text in any encoding, recursively.",
    schema: DirectorySchema.schema,
    make: { values in DirectorySource(try DirectorySettings(values, home: homeFolder())) },
    validate: DirectorySettings.problems)

  private static func homeFolder() -> String? {
    if let home = getenv("HOME") { return String(cString: home) }
    return getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
  }
}
