import Console
import Pictures
import TestSupport
import Testing

@Suite struct FrameEncoderTests {
  private let style = CellStyle(foreground: RGB(hex: 0x0102FF), background: RGB(hex: 0x0A0064))

  @Test func equalFramesAreNoBytes() {
    let buffer = CellBuffer(width: 5, height: 2)
    #expect(text(buffer, after: buffer) == "")
  }

  @Test func aChangeIsMoveColoursAndGlyphWithinAnUpdateBracket() {
    let old = CellBuffer(width: 5, height: 3)
    var new = old
    new.write("hi", at: CellPoint(column: 1, row: 2), style: style)
    #expect(
      text(new, after: old)
        == "␛[?2026h␛[3;2H␛[0m␛[38;2;1;2;255m␛[48;2;10;0;100mhi␛[0m␛[?2026l")
  }

  @Test func aSecondPlaceInTheRowIsReachedByColumnsAndKeepsThePen() {
    let old = CellBuffer(width: 9, height: 1)
    var new = old
    new.write("a", at: CellPoint(column: 0, row: 0), style: style)
    new.write("b", at: CellPoint(column: 7, row: 0), style: style)
    #expect(text(new, after: old).hasSuffix("ma␛[6Cb␛[0m␛[?2026l"))
  }

  @Test func pictureCellsAreUpperHalfBlocksEvenWhereBothPixelsAreEqual() {
    var new = CellBuffer(width: 2, height: 1)
    let old = new
    new[0, 0] = Cell(upper: .white, lower: .white)
    new[1, 0] = Cell(upper: .white, lower: .black)
    let bytes = text(new, after: old)
    #expect(bytes.contains("␛[38;2;255;255;255m␛[48;2;255;255;255m▀␛[48;2;0;0;0m▀"))
  }

  @Test func attributesBeginWithAResetSoThatNothingIsLeftOver() {
    let old = CellBuffer(width: 3, height: 1)
    var new = old
    new.write("a", at: CellPoint(column: 0, row: 0), style: style.with([.bold, .underline]))
    new.write("b", at: CellPoint(column: 1, row: 0), style: style)
    #expect(text(new, after: old).contains("␛[0;1;4m␛[38;2;1;2;255m␛[48;2;10;0;100ma␛[0m␛[38"))
  }

  @Test func wideGlyphsAreFollowedByAMove() {
    let old = CellBuffer(width: 4, height: 1)
    var new = old
    new.write("日x", at: CellPoint(column: 0, row: 0), style: style)
    #expect(text(new, after: old).contains("m日␛[1;3Hx"))
  }

  @Test func anUnknownScreenIsWrittenWhole() {
    let buffer = CellBuffer(width: 2, height: 2)
    #expect(text(buffer, after: nil).filter { $0 == " " }.count == 4)
    #expect(text(buffer, after: CellBuffer(width: 3, height: 2)).filter { $0 == " " }.count == 4)
  }

  @Test func withoutUnicodeEveryByteIsASCII() {
    var new = CellBuffer(width: 12, height: 1)
    new.write("╭─● 日本 é", at: CellPoint(column: 0, row: 0), style: style)
    new[11, 0] = Cell(upper: .white, lower: .black)
    let encoder = FrameEncoder(isUnicode: false)
    encoder.encode(new, after: nil)
    let bytes = encoder.withBytes { Array($0) }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.allSatisfy { $0 < 0x80 })
    #expect(text.contains("+-o ? ?  ?"))
    #expect(text.contains("48;2;128;128;128m "))
  }

  @Test func largeFramesFit() {
    var random = Dice(1)
    var buffer = CellBuffer(width: 300, height: 90)
    for row in 0..<90 {
      for column in 0..<300 {
        buffer[column, row] = Cell(
          upper: RGB(hex: UInt32.random(in: 0...0xFFFFFF, using: &random)),
          lower: RGB(hex: UInt32.random(in: 0...0xFFFFFF, using: &random)))
      }
    }
    let count = FrameEncoder().encode(buffer, after: nil)
    #expect(count > 27000 * 30)
  }

  private func text(_ next: CellBuffer, after previous: CellBuffer?) -> String {
    let encoder = FrameEncoder()
    encoder.encode(next, after: previous)
    let text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
    return text.replacing("\u{1B}", with: "␛")
  }
}
