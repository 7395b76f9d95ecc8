/// A store that a person saved under a name.
package struct SavedConnection: Hashable, Sendable, Identifiable {
  /// Never shown, never changed.
  package var id: String
  /// What lists call it.
  package var name: String
  package var connection: ElasticsearchConnection

  /// Makes a saved connection.
  package init(id: String, name: String, connection: ElasticsearchConnection) {
    self.id = id
    self.name = name
    self.connection = connection
  }
}

/// The store that a program works on, and who chose it.
package struct ConnectionInUse: Hashable, Sendable {
  /// Who chose a store.
  package enum Origin: Hashable, Sendable {
    /// Nobody: the embedded index in its usual place.
    case standard
    /// A flag of the command line, such as `--elasticsearch`.
    case flag(String)
    /// A configuration file.
    case file(path: String)
    /// A person, who saved it.
    case saved(id: String)
  }

  package var location: StoreLocation
  package var origin: Origin

  /// Makes a choice.
  package init(_ location: StoreLocation, origin: Origin) {
    self.location = location
    self.origin = origin
  }
}

/// All connections that there are to choose from.
package struct ConnectionList: Hashable, Sendable {
  /// The embedded index of this machine, which is always there.
  package var embedded: StoreLocation
  package var saved: [SavedConnection]
  /// The saved connection that the program starts with if nothing else is named.
  package var startID: String?
  /// Where they are kept.
  package var path: String
  /// Why the file can't be used, in full sentences; nothing is written then.
  package var complaint: String?

  /// Makes a list.
  package init(
    embedded: StoreLocation, saved: [SavedConnection] = [], startID: String? = nil, path: String,
    complaint: String? = nil
  ) {
    self.embedded = embedded
    self.saved = saved
    self.startID = startID
    self.path = path
    self.complaint = complaint
  }
}

/// What a screen asks of the program, not of the engine: it works without a store too.
package enum ConnectionRequest: Hashable, Sendable {
  case list
  /// Adds a connection, or replaces the one with its id.
  case save(SavedConnection)
  case remove(id: String)
  /// Looks at a server without changing anything.
  case preflight(ElasticsearchConnection)
}

/// The answer to a request.
package enum ConnectionResponse: Hashable, Sendable {
  case list(ConnectionList)
  case preflight(PreflightReport)
  /// A full sentence that says what did not work and what to do.
  case failed(String)
}

/// What a look at a server before any work shows.
package struct PreflightReport: Hashable, Sendable {
  /// How one thing that was looked at turned out.
  package enum Outcome: Hashable, Sendable {
    case good
    /// Nothing to worry about: will be made when needed, say.
    case note
    /// Works with restrictions.
    case warning
    case problem
  }

  /// One thing that was looked at.
  package struct Finding: Hashable, Sendable {
    package var outcome: Outcome
    /// What was looked at, one or two words.
    package var subject: String
    /// What was found and, if it is a problem, what to do about it: full sentences.
    package var text: String

    /// Makes a finding.
    package init(_ outcome: Outcome, _ subject: String, _ text: String) {
      self.outcome = outcome
      self.subject = subject
      self.text = text
    }
  }

  /// Host and port.
  package var server: String
  package var findings: [Finding]
  /// The fingerprint of the authority behind a certificate that is not trusted, to be compared with
  /// the one that is known: SHA-256, 64 hexadecimal digits.
  package var shownFingerprint: String?
  package var took: Duration

  /// Makes a report.
  package init(
    server: String, findings: [Finding], shownFingerprint: String? = nil, took: Duration
  ) {
    self.server = server
    self.findings = findings
    self.shownFingerprint = shownFingerprint
    self.took = took
  }

  /// Whether nothing stands in the way of using the connection.
  package var isUsable: Bool { !findings.contains { $0.outcome == .problem } }
}
