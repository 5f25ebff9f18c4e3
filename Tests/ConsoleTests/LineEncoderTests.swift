import Console
import Pictures
import Testing

@Suite struct LineEncoderTests {
  private static let picture = Picture(
    width: 2, height: 2, pixels: [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255])

  @Test(arguments: [
    (ColorMode.truecolor, "␛[0;38;2;255;0;0;48;2;0;0;255m▀▀␛[0m\n"),
    (.colors256, "␛[0;38;5;196;48;5;21m▀▀␛[0m\n"),
    (.colors8, "␛[0;34;41m▄▄␛[0m\n"),
  ])
  func aPenIsSetWhereItChangesAndPutBackAtTheEnd(mode: ColorMode, expected: String) {
    #expect(text(Self.picture, mode) == expected)
  }

  @Test func withoutColorsNothingIsWrittenButGlyphs() {
    let half = Picture(width: 2, height: 2, pixels: [255, 255, 255, 0, 0, 0, 0, 0, 0, 255, 255, 255])
    #expect(text(half, .mono) == "▀▄\n")
    #expect(text(Picture(width: 2, height: 2, color: .white), .mono, isUnicode: false) == "@@\n")
  }

  @Test(arguments: ColorMode.allCases) func withoutUnicodeEveryByteIsASCII(mode: ColorMode) {
    let text = text(Self.picture, mode, isUnicode: false).replacing("␛", with: "\u{1B}")
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func textKeepsItsAttributes() {
    var buffer = CellBuffer(width: 2, height: 1)
    let style = CellStyle(foreground: .white, background: .black)
    buffer.write("a", at: CellPoint(column: 0, row: 0), style: style.with([.bold, .underline]))
    buffer.write("b", at: CellPoint(column: 1, row: 0), style: style)
    #expect(
      LineEncoder(mode: .colors8, isUnicode: true).text(of: buffer).replacing("\u{1B}", with: "␛")
        == "␛[0;1;4;37;40ma␛[0;37;40mb␛[0m\n")
    let bright = CellStyle(foreground: PaletteANSI.colors[9], background: PaletteANSI.colors[12])
    buffer.write("c", at: CellPoint(column: 1, row: 0), style: bright)
    #expect(
      LineEncoder(mode: .colors16, isUnicode: true).text(of: buffer).replacing("\u{1B}", with: "␛")
        == "␛[0;1;4;97;40ma␛[0;91;104mc␛[0m\n")
    #expect(
      LineEncoder(mode: .mono, isUnicode: true).text(of: buffer).replacing("\u{1B}", with: "␛")
        == "␛[0;1;4ma␛[0;7mc␛[0m\n")
  }

  private func text(_ picture: Picture, _ mode: ColorMode, isUnicode: Bool = true) -> String {
    var buffer = CellBuffer(width: 2, height: 1)
    buffer.place(picture, in: buffer.bounds, ground: .black)
    return LineEncoder(mode: mode, isUnicode: isUnicode).text(of: buffer).replacing("\u{1B}", with: "␛")
  }
}
