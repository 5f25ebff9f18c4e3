import Foundation
import Pictures
import TestSupport
import Testing

@Suite struct PNGFileTests {
  private func picture(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) })
  }

  private func decoded(_ png: HandmadePNG, background: RGB = .white) throws -> PNGFile {
    try PNGFile(bytes: png.bytes, name: "a.png", background: background)
  }

  @Test func pictureAndTextsComeBack() throws {
    let texts = [
      PNGFile.Text(keyword: "mezzotint", text: "{\"seed\": 0,\n\"label\": \"cat\"}"),
      PNGFile.Text(keyword: "Caf\u{E9}", text: "cr\u{E8}me"),
      PNGFile.Text(keyword: "label", text: "чёрный кот 🐈"),
      PNGFile.Text(keyword: "empty", text: ""),
      PNGFile.Text(keyword: "long", text: String(repeating: "0123456789", count: 20_000)),
    ]
    for (width, height) in [(1, 1), (7, 5), (64, 33)] {
      let file = PNGFile(picture(width, height), texts: texts)
      let again = try PNGFile(bytes: file.encoded(), name: "a.png")
      #expect(again == file)
      #expect(again.text("label") == "чёрный кот 🐈")
      #expect(again.text("none") == nil)
      #expect(file.encoded() == file.encoded())
    }
  }

  @Test func textThatLatin1CanHoldIsPlain() {
    let bytes = PNGFile(picture(1, 1), texts: [.init(keyword: "k", text: "\u{E9}")]).encoded()
    #expect(bytes.firstRange(of: Array("tEXtk\0".utf8) + [0xE9]) != nil)
    let wide = PNGFile(picture(1, 1), texts: [.init(keyword: "k", text: "я")]).encoded()
    #expect(wide.firstRange(of: Array("iTXtk\0\0\0\0\0я".utf8)) != nil)
  }

  @Test func paletteIsLookedUp() throws {
    let palette: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7]
    let png = HandmadePNG(
      width: 4, height: 1, depth: 2, colorType: 3, chunks: [("PLTE", palette), ("tRNS", [255, 255, 0])],
      rows: [[0b00_01_10_11]])
    let onBlack = try decoded(png, background: .black).picture
    #expect(onBlack.pixels == [255, 0, 0, 0, 255, 0, 0, 0, 0, 9, 8, 7])
    #expect(try decoded(png).picture[2, 0] == .white)
  }

  @Test func sixteenBitsAreRoundedToEight() throws {
    // 0x807F / 257 = 127.998, 0x0080 / 257 = 0.498, 0x0081 / 257 = 0.502.
    let row: [UInt8] = [0x80, 0x7F, 0x00, 0x80, 0x00, 0x81]
    let png = HandmadePNG(width: 1, height: 1, depth: 16, colorType: 2, rows: [row])
    #expect(try decoded(png).picture.pixels == [128, 0, 1])
  }

  @Test func greyOfOneBitBecomesBlackAndWhite() throws {
    let png = HandmadePNG(width: 3, height: 2, depth: 1, colorType: 0, rows: [[0b1010_0000], [0b0100_0000]])
    #expect(try decoded(png).picture.pixels == [255, 0, 255, 0, 255, 0].flatMap { [$0, $0, $0] })
  }

  @Test func transparencyIsLaidOverTheBackground() throws {
    let rgba: [UInt8] = [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51]
    let png = HandmadePNG(width: 3, height: 1, depth: 8, colorType: 6, rows: [rgba])
    #expect(try decoded(png).picture.pixels == [200, 100, 0, 255, 255, 255, 244, 224, 204])
    let blue = RGB(0, 0, 255)
    #expect(try decoded(png, background: blue).picture.pixels == [200, 100, 0, 0, 0, 255, 40, 20, 204])
    let grey = HandmadePNG(width: 1, height: 1, depth: 8, colorType: 4, rows: [[100, 51]])
    #expect(try decoded(grey, background: .black).picture.pixels == [20, 20, 20])
  }

  @Test func interlacedRowsFindTheirPlaces() throws {
    // Adam7: (first row, first column, row step, column step) of each pass.
    let passes = [
      (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1),
    ]
    let rows = passes.flatMap { top, left, down, right in
      stride(from: top, to: 9, by: down).map { y in
        stride(from: left, to: 9, by: right).map { x in UInt8(20 * y + x) }
      }
    }
    let png = HandmadePNG(
      width: 9, height: 9, depth: 8, colorType: 0, isInterlaced: true, rows: rows.filter { !$0.isEmpty })
    let picture = try decoded(png).picture
    for y in 0..<9 {
      for x in 0..<9 { #expect(picture[x, y].green == UInt8(20 * y + x)) }
    }
  }

  @Test func textsOfOtherProgramsAreRead() throws {
    let international = Array("Title\0\0\0ru\0Заглавие\0кот".utf8)
    let png = HandmadePNG(
      width: 1, height: 1, depth: 8, colorType: 0,
      chunks: [("tEXt", Array("parameters\0Steps: 20".utf8) + [0xE9]), ("iTXt", international)],
      rows: [[0]])
    let texts = try decoded(png).texts
    #expect(
      texts == [.init(keyword: "parameters", text: "Steps: 20é"), .init(keyword: "Title", text: "кот")])
  }

  private func message(_ body: () throws -> Void) -> String? {
    #expect(throws: PictureError.self, performing: body)?.description
  }

  @Test func damagedFilesAreRefusedInOneLine() {
    func refusal(_ bytes: [UInt8]) -> String? {
      message { _ = try PNGFile(bytes: bytes, name: "a.png") }
    }
    let sound = PNGFile(picture(20, 20), texts: [.init(keyword: "k", text: "t")]).encoded()
    #expect(refusal([]) == "a.png: this is no PNG file; convert it to PNG")
    #expect(refusal(Array("GIF89a, a picture".utf8)) == "a.png: this is no PNG file; convert it to PNG")
    for count in 8..<sound.count {
      #expect(
        refusal(Array(sound.prefix(count)))
          == "a.png: this PNG is damaged (the data ends too early); get it again")
    }
    var wrong = sound
    wrong[sound.count / 2] ^= 0x10
    #expect(refusal(wrong)?.hasPrefix("a.png: this PNG is damaged (") == true)
    let huge = HandmadePNG(width: 100_000, height: 100_000, depth: 8, colorType: 0, rows: [])
    #expect(
      refusal(huge.bytes) == "a.png: 100000 x 100000 pixels are more than 67108864; make it smaller")
    let none = HandmadePNG(width: 0, height: 5, depth: 8, colorType: 0, rows: [])
    #expect(refusal(none.bytes)?.hasPrefix("a.png: this PNG is damaged (") == true)
  }

  @Test func randomDamageNeverStopsTheProgram() {
    let palette = HandmadePNG(
      width: 4, height: 1, depth: 2, colorType: 3, chunks: [("PLTE", [1, 2, 3, 4, 5, 6])], rows: [[0x1B]])
    let text = PNGFile(picture(9, 9), texts: [.init(keyword: "k", text: "я")])
    var state: UInt64 = 1
    for sound in [palette.bytes, text.encoded()] {
      for _ in 0..<5000 {
        var bytes = sound
        for _ in 0..<2 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          bytes[Int(state >> 33) % bytes.count] ^= UInt8(1 << (state >> 60 & 7))
        }
        _ = try? PNGFile(bytes: bytes, name: "a.png")
      }
    }
  }

  @Test func whatCannotBeReadIsOneLine() throws {
    let folder = try TemporaryFolder()
    let file = PNGFile(picture(3, 2), texts: [.init(keyword: "k", text: "t")])
    let url = folder.file("a.png")
    try Data(file.encoded()).write(to: url)
    #expect(try PNGFile(contentsOf: url) == file)
    let lost = folder.file("none/a.png")
    #expect(
      message { _ = try PNGFile(contentsOf: lost) }
        == "\(lost.path): there is no such file; check the path")
    #expect(
      message { _ = try PNGFile(contentsOf: folder.url) }
        == "\(folder.url.path): this is a folder; give a file")
  }
}
