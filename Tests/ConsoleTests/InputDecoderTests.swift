import Console
import Testing

@Suite struct InputDecoderTests {
  @Test(
    arguments: [
      (Key.character("a"), KeyModifiers(), [97]),
      (.character("p"), .control, [16]),
      (.character(" "), .control, [0]),
      (.character("]"), .control, [29]),
      (.tab, [], [9]), (.enter, [], [13]), (.enter, [], [10]),
      (.backspace, [], [127]), (.backspace, [], [8]),
      (.escape, [], [27]),
      (.character("x"), .alt, [27, 120]),
      (.enter, .alt, [27, 13]),
      (.character("["), .alt, [27, 91]),
      (.character("é"), [], [0xC3, 0xA9]),
      (.character("日"), [], [0xE6, 0x97, 0xA5]),
      (.character("👍"), .alt, [27, 0xF0, 0x9F, 0x91, 0x8D]),
    ] as [(Key, KeyModifiers, [Int32])])
  func bytesAreKeys(key: Key, modifiers: KeyModifiers, codes: [Int32]) {
    var decoder = InputDecoder()
    #expect(decoder.decode(codes) == [.key(key, modifiers)])
  }

  @Test func interruptAndQuitAreNotKeys() {
    var decoder = InputDecoder()
    #expect(decoder.decode([3]) == [.interrupt])
    #expect(decoder.decode([28]) == [.leave(status: 131)])
  }

  @Test(
    arguments: [
      ("\u{1B}[A", Key.up, KeyModifiers()), ("\u{1B}OA", .up, []), ("\u{1B}[1;2D", .left, .shift),
      ("\u{1B}[1;5C", .right, .control), ("\u{1B}[1;3B", .down, .alt),
      ("\u{1B}[5;6~", .pageUp, [.shift, .control]),
      ("\u{1B}[Z", .backTab, []), ("\u{1B}[3~", .delete, []), ("\u{1B}OP", .function(1), []),
      ("\u{1B}[24~", .function(12), []),
    ] as [(String, Key, KeyModifiers)])
  func xtermSequencesAreKeys(text: String, key: Key, modifiers: KeyModifiers) throws {
    let sequence = try #require(KeySequences.all.first { $0.text == text })
    var decoder = InputDecoder()
    #expect(decoder.decode([sequence.code]) == [.key(key, modifiers)])
  }

  @Test func noSequenceHasTwoMeanings() {
    #expect(Set(KeySequences.all.map(\.text)).count == KeySequences.all.count)
    #expect(Set(KeySequences.all.map(\.code)).count == KeySequences.all.count)
  }

  @Test func ncursesKeyNumbersAreKeys() {
    var decoder = InputDecoder(keys: CursesKeys.meanings)
    #expect(decoder.decode([0o403, 0o611]) == [.key(.up, []), .key(.left, .shift)])
    #expect(decoder.decode([0o410 + 5]) == [.key(.function(5), [])])
    #expect(decoder.decode([0o777]) == [])
  }

  @Test(
    arguments: [
      ("0;40;12M", MouseEvent.Button.left, MouseEvent.Action.press, KeyModifiers(), 39, 11),
      ("0;40;12m", .left, .release, [], 39, 11),
      ("32;41;12M", .left, .drag, [], 40, 11),
      ("2;1;1M", .right, .press, [], 0, 0),
      ("17;300;100M", .middle, .press, .control, 299, 99),
      ("64;5;6M", .none, .wheelUp, [], 4, 5),
      ("65;5;6M", .none, .wheelDown, [], 4, 5),
      ("68;5;6M", .none, .wheelUp, .shift, 4, 5),
    ] as [(String, MouseEvent.Button, MouseEvent.Action, KeyModifiers, Int, Int)])
  func mouseReportsAreEvents(
    text: String, button: MouseEvent.Button, action: MouseEvent.Action, modifiers: KeyModifiers,
    column: Int, row: Int
  ) {
    let event = InputEvent.mouse(
      MouseEvent(
        point: CellPoint(column: column, row: row), button: button, action: action, modifiers: modifiers))
    let codes = [KeySequences.mouseReport] + text.utf8.map(Int32.init)
    var decoder = InputDecoder()
    #expect(decoder.decode(codes) == [event])
    // A report may arrive in pieces.
    #expect(decoder.decode(codes.prefix(4)) == [])
    #expect(decoder.decode(codes.dropFirst(4)) == [event])
  }

  @Test func motionWithoutAButtonAndSidewaysWheelsAreNothing() {
    var decoder = InputDecoder()
    for text in ["35;4;4M", "66;4;4M", "128;4;4M", "0;4M"] {
      #expect(decoder.decode([KeySequences.mouseReport] + text.utf8.map(Int32.init)) == [])
    }
    #expect(decoder.decode([97]) == [.typed("a")])
  }

  @Test func aBrokenReportGivesItsKeyBack() {
    var decoder = InputDecoder()
    #expect(decoder.decode([KeySequences.mouseReport, 0x31, 0x71]) == [.typed("q")])
  }

  @Test func pastedTextIsOneEventEvenInPieces() {
    var decoder = InputDecoder()
    #expect(decoder.decode([KeySequences.pasteBegins, 97, 13, 10, 3]) == [])
    let rest: [Int32] = [0xC3, 0xA9, 13, 98, KeySequences.pasteEnds, 99]
    #expect(decoder.decode(rest) == [.paste("a\n\u{3}é\nb"), .typed("c")])
  }

  @Test func lateAnswersAndUnknownSequencesAreSwallowed() {
    var decoder = InputDecoder()
    func decode(_ text: String) -> [InputEvent] {
      decoder.decode(text.replacing("␛", with: "\u{1B}").utf8.map(Int32.init))
    }
    #expect(decode("␛P1$r0;48:2::1:2:3m␛\\␛[?62;4cq") == [.typed("q")])
    #expect(decode("␛]11;rgb:0000/0000") == [])
    #expect(decode("/0000\u{7}x") == [.typed("x")])
    #expect(decode("␛[57441;5uy") == [.typed("y")])
    // Something that begins like an answer and never ends does not take the keyboard away.
    #expect(decode("␛P" + String(repeating: "a", count: 2000)).isEmpty == false)
  }

  @Test func invalidUTF8IsIgnoredAndTheNextKeyCounts() {
    var decoder = InputDecoder()
    #expect(decoder.decode([0xC3, 97]) == [.typed("a")])
    #expect(decoder.decode([0xFF, 0xE6, 0x97]) == [])
    #expect(decoder.decode([0xA5]) == [.typed("日")])
    #expect(decoder.decode([0xC2, 0x9B]) == [])
  }
}
