import Testing

/// How a terminal answers the questions that programs ask: bytes for bytes, in order.
///
/// The answers are those that the terminals of these names were seen to give.
struct TerminalPersona: Sendable, CustomTestStringConvertible {
  /// A question, escapes and all, and what is said to it.
  struct Reply: Sendable {
    let question, answer: String

    init(_ question: String, _ answer: String) {
      self.question = question.replacing("␛", with: "\u{1B}")
      self.answer = answer.replacing("␛", with: "\u{1B}")
    }
  }

  let testDescription: String
  let replies: [Reply]

  init(_ name: String, _ replies: [Reply]) { (testDescription, self.replies) = (name, replies) }

  private static let color = Reply("␛P$qm␛\\", "␛P1$r0;48:2:1:2:3m␛\\")
  private static let graphics = "␛_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA␛\\"
  private static let trial = "␛_Ga=T,U=1,i=32,s=1,v=1,f=24,c=2,r=1;AAAA␛\\"

  /// With pictures in cells.
  static let kitty = TerminalPersona(
    "kitty 0.41",
    [
      color, Reply("␛[>0q", "␛P>|kitty(0.41.1)␛\\"), Reply("␛[16t", "␛[6;18;9t"),
      Reply("␛[14t", "␛[4;432;720t"),
      Reply("␛[c", "␛[?62;c"), Reply(graphics, "␛_Gi=31;OK␛\\"), Reply(trial, "␛_Gi=32;OK␛\\"),
      Reply("␛[6n", "␛[2;1R"),
    ])
  /// With pictures over cells.
  static let konsole = TerminalPersona(
    "Konsole 25",
    [
      color, Reply("␛[>0q", "␛P>|Konsole 25.04.2␛\\"), Reply("␛[16t", "␛[6;16;8t"),
      Reply("␛[c", "␛[?62;1;4c"),
      Reply("␛[?2;4;0S", "␛[?2;0;16384;16384S"), Reply(graphics, "␛_Gi=31;OK␛\\"),
      Reply(trial, "␛_Gi=32;OK␛\\"), Reply("␛[6n", "␛[2;3R"),
    ])
  static let foot = TerminalPersona(
    "foot 1.21",
    [
      color, Reply("␛[>0q", "␛P>|foot(1.21.0)␛\\"), Reply("␛[16t", "␛[6;16;8t"),
      Reply("␛[c", "␛[?62;4;22;28c"),
      Reply("␛[?1;1;0S", "␛[?1;0;1024S"), Reply("␛[?2;4;0S", "␛[?2;0;10000;10000S"), Reply("␛[6n", "␛[2;1R"),
    ])
  static let xterm = TerminalPersona(
    "xterm as vt340",
    [
      color, Reply("␛[>0q", "␛P>|XTerm(379)␛\\"), Reply("␛[c", "␛[?63;1;2;4;6;9;15;16;22;28c"),
      Reply("␛[?1;1;0S", "␛[?1;0;1024S"), Reply("␛[?2;4;0S", "␛[?2;0;1000;1000S"), Reply("␛[6n", "␛[2;1R"),
    ])
  static let plain = TerminalPersona("Terminal.app", [Reply("␛[c", "␛[?1;2c"), Reply("␛[6n", "␛[2;1R")])

  /// Listens to what a program writes.
  struct Listener {
    private let replies: [(question: [UInt8], answer: String)]
    private let ends: Set<UInt8>
    private var heard: [UInt8] = []

    init(_ persona: TerminalPersona) {
      replies = persona.replies.map { (Array($0.question.utf8), $0.answer) }
      ends = Set(replies.compactMap(\.question.last))
    }

    /// What the terminal says to it.
    mutating func answers(to bytes: some Sequence<UInt8>) -> String {
      var answers = ""
      for byte in bytes {
        heard.append(byte)
        guard ends.contains(byte) else { continue }
        let reply = replies.first { heard.suffix($0.question.count).elementsEqual($0.question) }
        answers += reply?.answer ?? ""
        heard.removeFirst(max(0, heard.count - 128))
      }
      return answers
    }
  }
}
