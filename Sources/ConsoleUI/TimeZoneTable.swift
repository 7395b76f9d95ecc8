package import ConnectorKit

/// The local time zone as a table of changes, so that screens can show local time without a clock.
package struct TimeZoneTable: Hashable, Sendable {
  /// From a moment on, clocks are so far from UTC.
  package struct Change: Hashable, Sendable {
    package var from: Timestamp
    /// East of UTC.
    package var offsetSeconds: Int
    /// For example `CET`.
    package var abbreviation: String

    /// Makes a change.
    package init(from: Timestamp, offsetSeconds: Int, abbreviation: String) {
      self.from = from
      self.offsetSeconds = offsetSeconds
      self.abbreviation = abbreviation
    }
  }

  /// Ascending; the first holds for all times before the second.
  package var changes: [Change]

  /// A zone that never differs from UTC.
  package static let utc = TimeZoneTable([
    Change(from: Timestamp(secondsSince1970: 0), offsetSeconds: 0, abbreviation: "UTC")
  ])

  /// Makes a table; it must not be empty.
  package init(_ changes: [Change]) {
    precondition(!changes.isEmpty, "a time zone has at least one offset")
    self.changes = changes
  }

  /// The change that holds at a moment.
  package func change(at moment: Timestamp) -> Change {
    changes.last { $0.from <= moment } ?? changes[0]
  }

  /// The local date and time of a moment.
  package func local(_ moment: Timestamp) -> CivilDate {
    CivilDate(moment, offsetSeconds: change(at: moment).offsetSeconds)
  }
}
