import Console
import Testing

/// A slow line tears escape sequences apart; they mean what they mean.
struct SplitSequenceTests {
  /// Bytes as they come, one burst each; nothing is settled in between.
  private func events(_ text: String, by size: Int = 1) -> [InputEvent] {
    var decoder = InputDecoder()
    var rest = Array(text.utf8).map(Int32.init)[...]
    var events: [InputEvent] = []
    while !rest.isEmpty {
      events += decoder.receive(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    return events + decoder.settle()
  }

  @Test(arguments: 1...4) func everyKnownKeyMayComeInPieces(size: Int) {
    var whole = InputDecoder()
    for sequence in KeySequences.all
    where ![KeySequences.mouseReport, KeySequences.pasteBegins, KeySequences.pasteEnds].contains(
      sequence.code)
    {
      #expect(
        events(sequence.text, by: size) == whole.decode([sequence.code]), "\(sequence.text.debugDescription)")
    }
  }

  @Test func mouseAndPasteMayComeInPieces() {
    #expect(
      events("\u{1B}[<0;40;12M") == [
        .mouse(MouseEvent(point: CellPoint(column: 39, row: 11), button: .left, action: .press))
      ])
    #expect(events("\u{1B}[200~two\rlines\u{1B}[201~x") == [.paste("two\nlines"), .key(.character("x"), [])])
    #expect(events("\u{1B}[A\u{1B}[B\u{1B}OC") == [.key(.up, []), .key(.down, []), .key(.right, [])])
  }

  @Test func whatNobodyKnowsIsSwallowedAlsoInPieces() {
    #expect(events("\u{1B}[?62;4c\u{1B}[99;99qx") == [.key(.character("x"), [])])
  }

  @Test func anEscapeWaitsAndIsThenAKey() {
    var decoder = InputDecoder()
    #expect(decoder.receive([27]) == [] && decoder.isInDoubt)
    #expect(decoder.settle() == [.key(.escape, [])] && !decoder.isInDoubt)
    #expect(decoder.receive([27]) == [])
    #expect(decoder.receive([27]) == [.key(.escape, [])] && decoder.isInDoubt)
    #expect(decoder.receive([0x5B]) == [] && decoder.isInDoubt)
    #expect(decoder.receive([0x41]) == [.key(.up, [])] && !decoder.isInDoubt)
  }

  @Test func thePatienceFollowsTheLine() {
    var patience = EscapePatience()
    let start = ContinuousClock.now
    func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }
    #expect(patience.left(at: start) == nil)
    patience.received(continues: false, isInDoubt: true, at: start)
    #expect(!patience.isOver(at: at(100)) && patience.isOver(at: at(200)))
    // Gaps of 100 ms: the next wait is longer than twice that.
    patience.received(continues: true, isInDoubt: true, at: at(100))
    #expect(patience.milliseconds == 250)
    patience.received(continues: true, isInDoubt: false, at: at(200))
    #expect(patience.left(at: at(200)) == nil)
    // A key typed quickly after Esc says nothing of the line.
    patience.received(continues: false, isInDoubt: true, at: at(1000))
    patience.received(continues: false, isInDoubt: false, at: at(1140))
    #expect(patience.milliseconds == 250)
    for place in 0..<20 {
      patience.received(continues: place > 0, isInDoubt: true, at: at(2000 + 900 * place))
    }
    #expect(patience.milliseconds == 600, "and never so long that Esc seems dead")
  }
}
