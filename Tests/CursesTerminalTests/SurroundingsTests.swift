import TerminalKit
import Testing

@testable import CursesTerminal

@Suite struct SurroundingsTests {
  @Test func `base64 is padded`() {
    func encoded(_ text: String) -> String {
      String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self)
    }
    #expect(encoded("") == "")
    #expect(encoded("f") == "Zg==")
    #expect(encoded("fo") == "Zm8=")
    #expect(encoded("foo") == "Zm9v")
    #expect(encoded("foobar?>") == "Zm9vYmFyPz4=")
  }

  @Test func `a copy is wrapped for tmux and refused when too long`() {
    let plain = Clipboard(environment: ["TERM": "xterm"])
    #expect(plain.sequence(copying: "a") == Array("\u{1B}]52;c;YQ==\u{07}".utf8))
    let tmux = Clipboard(environment: ["TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"])
    let bytes = tmux.sequence(copying: "a") ?? []
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "\u{1B}]52;c;YQ==\u{07}\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YQ==\u{07}\u{1B}\\")
    #expect(plain.sequence(copying: String(repeating: "a", count: 80_000)) == nil)
  }

  @Test(arguments: [
    [:], ["TERM": "linux"], ["TMUX": "x"], ["STY": "x"], ["TERM_PROGRAM": "Apple_Terminal"],
    ["TERM": "xterm-kitty"], ["VTE_VERSION": "7200"],
  ])
  func `the note on copying is one sentence`(_ environment: [String: String]) {
    let note = Clipboard(environment: environment).note
    #expect(note.hasSuffix(".") && !note.dropLast().contains(". "))
  }

  @Test func `the ground is read from the environment and from answers`() {
    #expect(GroundDetection.ground(fromVariable: "15;0") == .dark)
    #expect(GroundDetection.ground(fromVariable: "0;default;15") == .light)
    #expect(GroundDetection.ground(fromVariable: "0;default") == nil)
    #expect(GroundDetection.ground(fromVariable: nil) == nil)
    #expect(GroundDetection.ground(red: 0.99, green: 0.96, blue: 0.89) == .light)
    #expect(GroundDetection.ground(red: 0, green: 0.17, blue: 0.21) == .dark)
    #expect(!GroundDetection.canAsk(["TERM": "linux"]))
    #expect(GroundDetection.canAsk(["TERM": "xterm-256color"]))
  }

  @Test func `a cell becomes what all terminals take the same room for`() {
    #expect(LocaleSetup.apply([:]))
    let painter = Painter(theme: Theme(depth: .indexed256), isASCII: false)
    func shown(_ text: String) -> [[UInt32]] {
      SafeText(text).clusters.flatMap { cluster in
        painter.pieces(Cell(cluster.text, width: cluster.width)).map { piece in
          piece.dropLast().map { UInt32(bitPattern: $0) }
        }
      }
    }
    #expect(shown("a") == [[0x61]])
    #expect(shown("e\u{301}") == [[0x65, 0x301]])
    #expect(shown("👩‍👩‍👧") == [[0x1F469]])
    #expect(shown("👍🏽") == [[0x1F44D]])
    #expect(shown("🇩🇪") == [[0x1F1E9], [0x1F1EA]])
    #expect(shown("\u{1112}\u{1161}\u{11AB}") == [[0x1112, 0x1161, 0x11AB]])
    // Newer than the C library knows.
    #expect(painter.pieces(Cell("\u{1FAE8}\u{301}", width: 1)).count == 1)
  }
}
