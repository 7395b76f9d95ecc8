package import EngineAPI

/// What a screen wants done; data, carried out in one place.
package enum Effect: Hashable, Sendable {
  /// Asks the engine; the answer comes back as ``ScreenMessage/response(_:_:)`` with this tag.
  case request(RequestTag, EngineRequest)
  /// Writes a file that only its owner can read; the answer is ``ScreenMessage/fileSaved(_:_:)``.
  case saveFile(RequestTag, path: String, contents: String)
  /// Asks the program about connections; the answer is ``ScreenMessage/connection(_:_:)``.
  case connection(RequestTag, ConnectionRequest)
  /// Gives up a look at a server.
  case cancel(RequestTag)
  /// Closes the store and opens another, after a question if something would be lost or stopped.
  case useStore(ConnectionInUse)
  /// Copies text through the terminal (OSC 52).
  case copy(String)
  /// Shows a screen on top.
  case push(Screen)
  /// Leaves the screen on top.
  case pop
  /// Shows a screen in place of the one on top.
  case replace(Screen)
  /// Shows a sentence for some seconds in the status line.
  case flash(Flash)
  /// Asks a question; the answer is ``ScreenMessage/dialogAnswered(_:_:)``.
  case ask(Dialog)
  /// Gives the terminal back to the shell until `fg`.
  case suspend
  case quit
}

/// Pairs an answer with its request; unique within a run.
package struct RequestTag: Hashable, Sendable {
  package var number: Int

  /// Makes a tag.
  package init(_ number: Int) { self.number = number }
}

/// A sentence in the status line.
package struct Flash: Hashable, Sendable {
  /// How it is meant.
  package enum Kind: Hashable, Sendable { case info, success, warning, failure }

  package var kind: Kind
  package var text: String

  /// Makes a sentence.
  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// A question that covers the screen until it is answered.
package struct Dialog: Hashable, Sendable {
  /// How it is answered.
  package enum Kind: Hashable, Sendable {
    /// One of some buttons; the first is the harmless one and has the focus. Esc chooses it.
    case choice([Button])
    /// The person types a word exactly; a guard for what can't be undone.
    case typed(expected: String, confirm: String)
    /// A line of text, such as a file's path.
    case line(initial: String, confirm: String)
    /// Something to read.
    case message
  }

  /// A button of a choice.
  package struct Button: Hashable, Sendable {
    /// What ``DialogAnswer/chosen(_:)`` returns.
    package var id: String
    package var label: String
    /// Chooses it at once.
    package var key: Character
    package var isDangerous: Bool

    /// Makes a button.
    package init(_ id: String, _ label: String, key: Character, isDangerous: Bool = false) {
      self.id = id
      self.label = label
      self.key = key
      self.isDangerous = isDangerous
    }
  }

  /// What the asking screen knows the answer by.
  package var id: String
  package var title: String
  /// Paragraphs.
  package var body: [String]
  package var kind: Kind

  /// Makes a question.
  package init(id: String, title: String, body: [String], kind: Kind) {
    self.id = id
    self.title = title
    self.body = body
    self.kind = kind
  }
}

/// How a person answered.
package enum DialogAnswer: Hashable, Sendable {
  case chosen(String)
  /// The expected word was typed, or a line was entered.
  case confirmed(String)
  case dismissed
}
