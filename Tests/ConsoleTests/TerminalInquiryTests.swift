import Console
import Testing

/// What terminals answer, as they were seen to, and what follows from it.
@Suite struct TerminalInquiryTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    /// To the first and to the second round; the escape is ␛.
    var first: String
    var second = ""
    var environment: [String: String] = [:]
    var kitty: TerminalAbilities.KittyGraphics?
    var hasSixel = false
    var cell: PixelSize?
    var blocks = "half"
    var hasTruecolor: Bool? = true

    var testDescription: String { name }
  }

  private static let kept = "␛P1$r0;48:2:1:2:3m␛\\"

  static let cases: [Case] = [
    Case(
      name: "kitty 0.41",
      first: kept + "␛P>|kitty(0.41.1)␛\\␛[6;18;9t␛[4;432;720t␛[?62;c",
      second: "␛_Gi=31;OK␛\\␛_Gi=32;OK␛\\␛[2;1R␛[?62;c", kitty: .inCells,
      cell: PixelSize(width: 9, height: 18),
      blocks: "octant"),
    Case(
      name: "kitty 0.26, which knows no pictures as text",
      first: kept + "␛P>|kitty(0.26.5)␛\\␛[6;18;9t␛[4;432;720t␛[?62;c",
      second: "␛_Gi=31;OK␛\\␛[2;1R␛[?62;c", kitty: .overCells, cell: PixelSize(width: 9, height: 18),
      blocks: "sextant"),
    Case(
      name: "Konsole 25, which moves the cursor",
      first: kept + "␛P>|Konsole 25.04.2␛\\␛[6;16;8t␛[4;384;640t␛[?1;0;256S␛[?2;0;16384;16384S␛[?62;1;4c",
      second: "␛_Gi=31;OK␛\\␛_Gi=32;OK␛\\␛[2;3R␛[?62;1;4c", kitty: .overCells, hasSixel: true,
      cell: PixelSize(width: 8, height: 16), blocks: "sextant"),
    Case(
      name: "Konsole 21, which is not asked for graphics",
      first: kept + "␛P>|Konsole 21.12.3␛\\␛[?62;1;4c", hasSixel: true, blocks: "sextant"),
    Case(
      name: "foot 1.21",
      first: kept + "␛P>|foot(1.21.0)␛\\␛[6;16;8t␛[4;384;640t␛[?1;0;1024S␛[?2;0;10000;10000S␛[?62;4;22;28c",
      second: "␛[2;1R␛[?62;4;22;28c", hasSixel: true, cell: PixelSize(width: 8, height: 16), blocks: "octant"),
    Case(
      name: "xterm as vt340",
      first: kept + "␛P>|XTerm(379)␛\\␛[?1;0;1024S␛[?2;0;1000;1000S␛[?63;1;2;4;6;9;15;16;22;28c",
      second: "␛[2;1R␛[?63;1;2;4;6c", hasSixel: true),
    Case(
      name: "xterm", first: kept + "␛P>|XTerm(379)␛\\␛[?1;3;0S␛[?2;3;0S␛[?64;1;2;6;9;15;42c",
      second: "␛[2;1R␛[?64c"),
    Case(
      name: "mlterm",
      first: "␛P1$r48:2::1:2:3m␛\\␛[6;17;8t␛[4;408;640t␛[?1;0;1024S␛[?63;1;2;3;4;6;7;29c",
      second: "␛[2;1R␛[?63;4c", hasSixel: true, cell: PixelSize(width: 8, height: 17)),
    Case(
      name: "VTE 0.80", first: kept + "␛P>|VTE(8001)␛\\␛[4;408;640t␛[?1;1;0S␛[?61;1;21;22;28c",
      second: "␛[2;1R␛[?61c",
      cell: PixelSize(width: 8, height: 17), blocks: "octant"),
    Case(
      name: "VTE 0.70, which says it in the environment", first: kept + "␛[4;408;640t␛[?1;1;0S␛[?65;1;9c",
      second: "␛[2;1R␛[?65;1;9c", environment: ["VTE_VERSION": "7006"], cell: PixelSize(width: 8, height: 17),
      blocks: "sextant"),
    Case(
      name: "Alacritty", first: "␛P1$r48;2;1;2;3m␛\\␛[4;384;640t␛[?6c", second: "␛[2;1R␛[?6c",
      cell: PixelSize(width: 8, height: 16)),
    Case(name: "Terminal.app", first: "␛[?1;2c", second: "␛[2;1R␛[?1;2c", hasTruecolor: nil),
    Case(name: "one that says nothing at all", first: "", hasTruecolor: nil),
    Case(
      name: "tmux, which hands nothing on", first: kept + "␛P>|tmux 3.5a␛\\␛[6;18;9t␛[?1;2;4c",
      environment: ["TMUX": "x", "VTE_VERSION": "8001"], cell: PixelSize(width: 9, height: 18)),
    Case(
      name: "tmux in kitty 0.41", first: kept + "␛P>|tmux 3.3a␛\\␛[?1;2c",
      second: "␛_Gi=31;OK␛\\␛P>|kitty(0.41.1)␛\\␛[6;18;9t␛[4;450;720t␛[?62;c", environment: ["TMUX": "x"],
      kitty: .inCells, cell: PixelSize(width: 9, height: 18)),
    Case(
      name: "tmux in Konsole, where a picture over cells would be lost",
      first: kept + "␛P>|tmux 3.3a␛\\␛[?1;2c",
      second: "␛_Gi=31;OK␛\\␛P>|Konsole 25.04.2␛\\␛[?62;1;4c", environment: ["TMUX": "x"]),
  ]

  /// - Parameter size: of the pieces in which answers come.
  private static func answered(_ one: Case, by size: Int, typed: String = "") -> (
    TerminalInquiry, [InputEvent]
  ) {
    var inquiry = TerminalInquiry(
      asksColor: true, cells: CellSize(columns: 80, rows: 24), environment: one.environment)
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for text in [one.first, one.second] {
      guard inquiry.nextQuestion() != nil else { break }
      var rest = Array((typed + text.replacing("␛", with: "\u{1B}")).utf8).map(Int32.init)[...]
      while !rest.isEmpty {
        events += decoder.receive(rest.prefix(size))
        for answer in decoder.takeAnswers() { inquiry.take(answer) }
        rest = rest.dropFirst(size)
      }
    }
    return (inquiry, events + decoder.settle())
  }

  @Test(arguments: cases, [1, 2, 7, 1000]) func answersSayWhatATerminalCan(_ one: Case, size: Int) {
    let (inquiry, events) = Self.answered(one, by: size, typed: "q")
    let abilities = inquiry.abilities
    #expect(abilities.kitty == one.kitty)
    #expect(abilities.hasSixel == one.hasSixel)
    #expect(abilities.cell == one.cell)
    #expect(abilities.ownBlocks.name == one.blocks)
    #expect(abilities.hasTruecolor == one.hasTruecolor)
    #expect(Set(events) == [.typed("q")], "what is typed meanwhile is typed, and nothing else is")
    #expect(inquiry.isOpen == (one.first.isEmpty || one.second.isEmpty && !one.name.contains("not asked")))
  }

  @Test func aTerminalSaysItsLimits() {
    let xterm = Self.answered(Self.cases[5], by: 3).0.abilities
    #expect(xterm.sixelColors == 256 && xterm.largestSixel == PixelSize(width: 1000, height: 1000))
    let few = Case(name: "", first: "␛[?1;0;16S␛[?64;4c")
    #expect(Self.answered(few, by: 3).0.abilities.sixelColors == 16)
  }

  @Test(
    arguments: [
      "␛_Gi=31␛\\", "␛_Gi=31;OK", "␛[6;0;9t", "␛[6;99999999999999999999;9t", "␛[4;1;1t", "␛[4;65536;65536t",
      "␛[6;65536;65536t",
      "␛[6;193;20t", "␛[0;-9223372036854775808R", "␛[-9223372036854775808;1R", "␛[?c", "␛[?;4c",
      "␛[?62;4",
      "␛P>|␛\\", "␛P>|(1)␛\\", "␛[?2;0;0;0S", "␛[?1;0S", "␛[;;R", "␛_G;;;i=31␛\\", "␛P1$r", "␛\\",
      "␛[?62;4\u{18}c",
    ])
  func whatIsNoAnswerSaysNothing(text: String) {
    var decoder = InputDecoder()
    var inquiry = TerminalInquiry(asksColor: true, cells: CellSize(columns: 80, rows: 24))
    _ = inquiry.nextQuestion()
    _ = decoder.receive(text.replacing("␛", with: "\u{1B}").utf8.map(Int32.init))
    for answer in decoder.takeAnswers() { inquiry.take(answer) }
    #expect(!inquiry.abilities.hasSixel && inquiry.abilities.kitty == nil)
    #expect(inquiry.abilities.cell == nil && inquiry.abilities.name == nil)
    #expect(inquiry.isOpen)
  }

  @Test func anAnswerWithoutAnEndIsGivenUpAndKeysAreKeysAgain() {
    var decoder = InputDecoder()
    #expect(decoder.receive("\u{1B}_Gi=31;O".utf8.map(Int32.init)) == [])
    #expect(decoder.isInAnswer && !decoder.isInDoubt)
    #expect(decoder.receive([3]) == [.interrupt], "a control character is a key at once")
    _ = decoder.receive("\u{1B}P1$r".utf8.map(Int32.init))
    decoder.giveAnswerUp()
    #expect(decoder.receive([0x71]) == [.typed("q")])
  }

  @Test(arguments: ["P", "]", "_", "^", "X"]) func altWithALetterThatBeginsAnswersIsAKey(letter: Character) {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}\(letter)".utf8.map(Int32.init)) == [.key(.character(letter), .alt)])
  }

  @Test func tmuxGetsEscapesTwice() {
    #expect(
      TmuxPassthrough.wrapped("\u{1B}_G;\u{1B}\\") == "\u{1B}Ptmux;\u{1B}\u{1B}_G;\u{1B}\u{1B}\\\u{1B}\\")
  }
}
