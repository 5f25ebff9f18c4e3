import Console
import TestSupport
import Testing
import Widgets

/// A line that is edited by what a person sees as one character.
@Suite struct TextFieldTests {
  private func typed(_ text: String) -> TextField {
    var field = TextField()
    // As a terminal sends it: scalar by scalar.
    for scalar in text.unicodeScalars { _ = field.handle(.character(Character(scalar))) }
    return field
  }

  @Test(
    arguments: [
      ("e\u{301}", 1), ("\u{301}", 1), ("e\u{301}\u{301}x", 2),
      ("👨\u{200D}👩\u{200D}👧", 1), ("🇩🇪🇫🇷", 2), ("🇩🇪🇫", 2), ("👍🏽", 1), ("1\u{FE0F}\u{20E3}", 1),
      ("日本", 2), ("한글", 2), ("\u{1112}\u{1161}\u{11AB}", 1), ("שלום", 4), ("مرحبا", 5), ("क्षि", 1),
      ("a\u{200B}b", 3), ("a\u{200D}b", 2), ("\u{FEFF}", 1),
    ])
  func whatJoinsIsOneStepOfTheCursor(text: String, clusters: Int) {
    var field = typed(text)
    #expect(Array(field.text.unicodeScalars) == Array(text.unicodeScalars))
    #expect(field.cursor == clusters)
    var pasted = TextField()
    pasted.insert(text)
    #expect(pasted == field)
    for left in (0..<clusters).reversed() {
      _ = field.handle(.left)
      #expect(field.cursor == left)
    }
    for _ in 0..<clusters { _ = field.handle(.delete) }
    #expect(field.text.isEmpty && field.cursor == 0)
    for _ in 0..<clusters { _ = pasted.handle(.backspace) }
    #expect(pasted.text.isEmpty && pasted.cursor == 0)
  }

  @Test func aMarkJoinsTheLetterBeforeTheCursorInTheMiddle() {
    var field = TextField(text: "exe")
    _ = field.handle(.home)
    _ = field.handle(.right)
    _ = field.handle(.character("\u{301}"))
    #expect(field.text == "e\u{301}xe" && field.cursor == 1)
    _ = field.handle(.character("b"))
    #expect(field.text == "e\u{301}bxe" && field.cursor == 2)
  }

  @Test func halvesThatMeetBecomeOneAndTheCursorStandsBehindThem() {
    // Regional indicators: D x E; without the x they are a flag.
    var flag = TextField(text: "🇩x🇪!")
    for _ in 0..<2 { _ = flag.handle(.left) }
    #expect(flag.cursor == 2)
    _ = flag.handle(.backspace)
    #expect(flag.text == "🇩🇪!" && flag.cursor == 1)
    _ = flag.handle(.backspace)
    #expect(flag.text == "!" && flag.cursor == 0)
    // One more in front of pairs pairs all of them anew.
    var flags = TextField(text: "🇩🇪🇫🇷")
    _ = flags.handle(.home)
    _ = flags.handle(.character("🇦"))
    #expect(flags.text.count == 3 && flags.cursor == 1)
  }

  @Test(arguments: [false, true])
  func aHundredThousandMarksAreCutToWhatTextHolds(isPasted: Bool) {
    let marks = String(String.UnicodeScalarView(repeatElement("\u{301}", count: 100_000)))
    var field = TextField(text: "e")
    if isPasted {
      field.insert(marks)
    } else {
      for _ in 0..<100_000 { _ = field.handle(.character("\u{301}")) }
    }
    #expect(field.text.count == 1 && field.text.unicodeScalars.count == 32)
    _ = field.handle(.character("x"))
    #expect(field.text.count == 2 && field.cursor == 2)
  }

  @Test func moreThanTheLimitIsLeftOutAndSaid() {
    var field = TextField()
    field.insert(String(repeating: "日", count: 1 << 18))
    #expect(field.text.utf8.count <= TextField.byteLimit && field.text.count == TextField.byteLimit / 3)
    #expect(field.problem == "no more than 4096 bytes fit")
    #expect(field.cursor == field.text.count)
  }

  @Test func theCursorIsSeenOnWhatCannotBeSeen() {
    var field = TextField(text: "a\u{200B}b")
    _ = field.handle(.left)
    _ = field.handle(.left)
    var buffer = CellBuffer(width: 6, height: 1)
    field.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    #expect(buffer.lines == ["a b   "])
    #expect((0..<6).filter { buffer[$0, 0].style.attributes.contains(.reverse) } == [1])
  }

  @Test(arguments: 1...4) func whateverIsPressedTheCursorIsBetweenClusters(seed: UInt64) {
    var dice = Dice(seed)
    let scalars = Array(
      "aé 日\u{301}\u{200D}👩🏽🇩🇪\u{FE0F}\u{20E3}\u{1112}\u{1161}\u{11AB}\u{94D}क\u{202E}".unicodeScalars)
    let keys: [Key] = [.left, .right, .home, .end, .backspace, .delete]
    var field = TextField()
    for _ in 0..<5000 {
      switch dice.next() % 8 {
      case 0...3:
        let scalar = scalars[Int(dice.next() % UInt64(scalars.count))]
        _ = field.handle(.character(Character(scalar)))
      case 4: _ = field.handle(.character("w"), .control)
      case 5: field.insert(String(String.UnicodeScalarView(scalars.shuffled(using: &dice).prefix(5))))
      default: _ = field.handle(keys[Int(dice.next() % 6)])
      }
      let clusters = field.text.count
      #expect((0...clusters).contains(field.cursor))
      var copy = field
      for _ in 0..<field.cursor { _ = copy.handle(.left) }
      #expect(copy.cursor == 0)
      for _ in 0..<clusters { _ = copy.handle(.right) }
      #expect(copy.cursor == clusters)
      for width in [0, 1, 2, 7] {
        var buffer = CellBuffer(width: width, height: 1)
        field.draw(into: &buffer, in: buffer.bounds, theme: .dark)
      }
    }
  }
}
