import Pictures
import Testing

@Suite struct BitmapFontTests {
  /// A picture as text: # where it is not black.
  private func dots(_ picture: Picture) -> [String] {
    (0..<picture.height).map { y in
      String((0..<picture.width).map { picture[$0, y] == .black ? "." : "#" })
    }
  }

  private func drawn(_ text: String, scale: Int = 1, isTurned: Bool = false) -> Picture {
    let (length, height) = (BitmapFont.width(of: text) * scale, BitmapFont.height * scale)
    var picture = Picture(width: isTurned ? height : length, height: isTurned ? length : height)
    picture.write(text, x: 0, y: 0, color: .white, scale: scale, isTurned: isTurned)
    return picture
  }

  @Test func lettersLookLikeThemselves() {
    let expected = """
      #...........#......###.......................
      #..........##.....#...#......................
      ####........#.........#......##.#..####.####.
      #...#.......#.......##......#..#..#..#..#...#
      #...#.......#.........#.....#..#..#...#.#...#
      #...#.......#.....#...#.....#..#..#...#.#...#
      ####.......###..#..###.......##.#..###..#...#
      ............................................#
      ............................................#
      """
    let found = dots(drawn("b 1.3 αση")).joined(separator: "\n")
    #expect(found == expected, "\n\(found)")
  }

  @Test func everyPrintableCharacterThatIsUsedHasItsOwnLetter() {
    let needed =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZασηL.,:;-+=_/()[]%'\"#<>*!?&@·×→↓"
    #expect(Set(needed).isSubset(of: BitmapFont.characters))
    let shapes = Set(BitmapFont.characters.map { dots(drawn(String($0))) })
    #expect(shapes.count == BitmapFont.characters.count, "two characters look the same")
  }

  @Test func digitsAreEquallyWideAndNoTextHasNoWidth() {
    for digit in 0...9 { #expect(BitmapFont.width(of: "\(digit)") == 5) }
    #expect(BitmapFont.width(of: "") == 0)
    #expect(BitmapFont.width(of: "11") == 11)
    #expect(BitmapFont.width(of: "漢") == 4, "a box for what is unknown")
  }

  @Test func scaledTextIsCrispAndTurnedTextIsTheSameTurned() {
    let small = drawn("s 0.8")
    #expect(drawn("s 0.8", scale: 3) == small.enlarged(by: 3))
    let turned = drawn("s 0.8", isTurned: true)
    for y in 0..<turned.height {
      for x in 0..<turned.width { #expect(turned[x, y] == small[turned.height - 1 - y, x]) }
    }
  }

  @Test func textBeyondTheEdgeIsCutOffWithoutHarm() {
    var picture = Picture(width: 4, height: 4)
    for (x, y) in [(-3, -3), (2, 2), (-100, 0), (0, 100)] {
      picture.write("Wg", x: x, y: y, color: .white, scale: 2)
    }
    #expect(picture.width == 4)
  }
}
