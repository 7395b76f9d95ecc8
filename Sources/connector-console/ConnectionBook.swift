internal import ConnectorKit
internal import EngineAPI
internal import Glibc

/// The connections that a person saved: a file of their addresses, and one of their secrets.
///
/// Only the owner can read either. A file appears whole or not at all; one that can't be understood
/// is left as it is, and nothing is saved until it is mended or moved away.
struct ConnectionBook: Sendable {
  /// Why the book can't be read or written: full sentences.
  struct Failure: Error {
    var message: String
  }

  private static let version: Int64 = 1
  private static let largestFile = 1 << 20

  let directory: String
  let embedded: StoreLocation

  /// The file of addresses.
  var path: String { directory + "/connections.json" }
  private var secretsPath: String { directory + "/connection-secrets.json" }

  /// What is in the book.
  private struct Contents {
    var saved: [SavedConnection] = []
    var startID: String?
  }

  /// Everything that is saved, or why it can't be read.
  func list() -> ConnectionList {
    do {
      let contents = try read()
      return ConnectionList(
        embedded: embedded, saved: contents.saved, startID: contents.startID, path: path)
    } catch {
      return ConnectionList(embedded: embedded, path: path, complaint: error.message)
    }
  }

  /// The connection that a start without flags uses; `nil` for the embedded index.
  func start() -> SavedConnection? {
    guard let contents = try? read() else { return nil }
    return contents.saved.first { $0.id == contents.startID }
  }

  /// Adds a connection, or replaces the one with its identifier.
  ///
  /// - Parameters:
  ///   - connection: one without an identifier gets `newID`.
  ///   - newID: not used before.
  /// - Throws: ``Failure`` if the file is damaged or can't be written.
  func save(_ connection: SavedConnection, newID: String) throws(Failure) {
    var contents = try read()
    if let index = contents.saved.firstIndex(where: { $0.id == connection.id }) {
      contents.saved[index] = connection
    } else {
      var new = connection
      new.id = newID
      contents.saved.append(new)
    }
    try write(contents)
  }

  /// Forgets a connection and its secrets.
  ///
  /// - Throws: ``Failure`` if the file is damaged or can't be written.
  func remove(_ id: String) throws(Failure) {
    var contents = try read()
    contents.saved.removeAll { $0.id == id }
    if contents.startID == id { contents.startID = nil }
    try write(contents)
  }

  /// Notes what the next start without flags uses; `nil` for the embedded index.
  ///
  /// - Throws: ``Failure`` if the file is damaged or can't be written.
  func setStart(_ id: String?) throws(Failure) {
    var contents = try read()
    guard contents.startID != id else { return }
    contents.startID = id
    try write(contents)
  }

  // MARK: - Reading

  private func read() throws(Failure) -> Contents {
    guard let book = try object(at: path) else { return Contents() }
    let secrets = try object(at: secretsPath) ?? .object(JSONObject())
    guard let entries = book["connections"]?.arrayValue else { throw damaged(path) }
    var contents = Contents()
    contents.startID = book["start"]?.stringValue
    for entry in entries {
      guard let id = entry["id"]?.stringValue, let name = entry["name"]?.stringValue,
        let connection = Self.connection(entry, secret: secrets["secrets"]?[id]?.stringValue)
      else { throw damaged(path) }
      contents.saved.append(SavedConnection(id: id, name: name, connection: connection))
    }
    return contents
  }

  private func object(at path: String) throws(Failure) -> JSONValue? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Failure(
        message: "\(path) can’t be read: \(String(cString: strerror(errno))). Check its rights.")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= Self.largestFile {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw damaged(path) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    guard let value = try? JSONValue(parsing: bytes), value.objectValue != nil else {
      throw damaged(path)
    }
    guard value["version"]?.integerValue == Self.version else {
      throw Failure(
        message: "\(path) was written by another version of the program and is left as it is. "
          + "Move it away to save connections anew.")
    }
    return value
  }

  private func damaged(_ path: String) -> Failure {
    Failure(
      message: "\(path) is damaged and is left as it is. Fix it by hand, or move it away to save "
        + "connections anew.")
  }

  private static func connection(
    _ entry: JSONValue, secret: String?
  ) -> ElasticsearchConnection? {
    let address: ElasticsearchConnection.Address
    if let url = entry["url"]?.stringValue {
      address = .url(url)
    } else if let id = entry["cloud_id"]?.stringValue {
      address = .cloudID(id)
    } else {
      return nil
    }
    let secret = secret ?? ""
    let credentials: ElasticsearchConnection.Credentials?
    switch entry["credentials"]?.stringValue {
    case "api_key": credentials = .apiKey(secret)
    case "basic":
      credentials = .basic(user: entry["user"]?.stringValue ?? "", password: secret)
    case "bearer": credentials = .bearer(token: secret)
    case "none": credentials = nil
    default: return nil
    }
    guard let trust = trust(entry) else { return nil }
    return ElasticsearchConnection(address: address, credentials: credentials, trust: trust)
  }

  private static func trust(_ entry: JSONValue) -> ElasticsearchConnection.Trust? {
    let value = entry["trust_value"]?.stringValue ?? ""
    switch entry["trust"]?.stringValue {
    case "system": return .systemAuthorities
    case "ca_file": return .authorities(file: value)
    case "ca_fingerprint": return .authority(fingerprint: value)
    case "certificate_fingerprint": return .certificate(fingerprint: value)
    case "not_verified": return .everything
    default: return nil
    }
  }

  // MARK: - Writing

  private func write(_ contents: Contents) throws(Failure) {
    var secrets = JSONObject()
    var entries: [JSONValue] = []
    for saved in contents.saved {
      entries.append(Self.entry(saved))
      if let secret = saved.connection.credentials?.secret {
        secrets[saved.id] = .string(secret)
      }
    }
    var book: JSONObject = [
      "version": .integer(Self.version), "note": "Secrets are in connection-secrets.json.",
    ]
    if let start = contents.startID { book["start"] = .string(start) }
    book["connections"] = .array(entries)
    let secretsFile: JSONObject = [
      "version": .integer(Self.version),
      "note": "Passwords and keys in plain text. Keep this file to yourself.",
      "secrets": .object(secrets),
    ]
    try replace(secretsPath, with: JSONValue.object(secretsFile).text)
    try replace(path, with: JSONValue.object(book).text)
  }

  private static func entry(_ saved: SavedConnection) -> JSONValue {
    var entry: JSONObject = ["id": .string(saved.id), "name": .string(saved.name)]
    switch saved.connection.address {
    case .url(let url): entry["url"] = .string(url)
    case .cloudID(let id): entry["cloud_id"] = .string(id)
    }
    switch saved.connection.credentials {
    case .apiKey: entry["credentials"] = "api_key"
    case .basic(let user, _):
      entry["credentials"] = "basic"
      entry["user"] = .string(user)
    case .bearer: entry["credentials"] = "bearer"
    case nil: entry["credentials"] = "none"
    }
    let (kind, value): (String, String?) =
      switch saved.connection.trust {
      case .systemAuthorities: ("system", nil)
      case .authorities(let file): ("ca_file", file)
      case .authority(let fingerprint): ("ca_fingerprint", fingerprint)
      case .certificate(let fingerprint): ("certificate_fingerprint", fingerprint)
      case .everything: ("not_verified", nil)
      }
    entry["trust"] = .string(kind)
    if let value { entry["trust_value"] = .string(value) }
    return .object(entry)
  }

  /// Writes a file that only its owner can read, whole or not at all.
  private func replace(_ path: String, with text: String) throws(Failure) {
    try makeDirectory(directory)
    let partial = path + ".partial-\(getpid())"
    unlink(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw unwritable(path) }
    defer { unlink(partial) }
    let bytes = Array((text + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = unwritable(path)
        close(descriptor)
        throw failure
      }
      written += count
    }
    let isKept = fsync(descriptor) == 0
    let failure = unwritable(path)
    close(descriptor)
    guard isKept else { throw failure }
    guard rename(partial, path) == 0 else { throw unwritable(path) }
  }

  private func unwritable(_ path: String) -> Failure {
    Failure(
      message: "\(path) can’t be written: \(String(cString: strerror(errno))). Nothing was saved; "
        + "check the folder’s rights and the space on its disk.")
  }

  private func makeDirectory(_ path: String) throws(Failure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw unwritable(path)
    }
    try makeDirectory(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unwritable(path) }
  }
}

extension ElasticsearchConnection.Credentials {
  /// What nobody else may know.
  fileprivate var secret: String {
    switch self {
    case .apiKey(let key): key
    case .basic(_, let password): password
    case .bearer(let token): token
    }
  }
}
