import Console
import Pictures
import TestSupport
import Testing

@Suite struct QuantizationTests {
  @Test func aPaletteColorStaysItselfOrItsNeighbor() {
    for index in 16...255 {
      let color = Palette256.color(index)
      for place in 0..<16 {
        let shown = Palette256.color(Palette256.dithered(color, column: place % 4, row: place / 4))
        // The table has five bits a channel, and greys are ten apart.
        #expect(shown.distance(to: color) <= 11 * 10 * 10, "\(color) becomes \(shown)")
      }
    }
  }

  @Test func theTwoColorsOfADitheredAreaLieNearEachOther() {
    var random = Dice(5)
    var distant = 0
    for _ in 0..<2000 {
      let color = RGB(hex: UInt32.random(in: 0...0xFFFFFF, using: &random))
      let shown = Set((0..<16).map { Palette256.dithered(color, column: $0 % 4, row: $0 / 4) }).map(
        Palette256.color)
      #expect(shown.count <= 2)
      // The dark levels of the cube are 95 apart: a dither of each channel by itself often mixes those.
      if shown.count == 2, shown[0].distance(to: shown[1]) > 11 * 80 * 80 { distant += 1 }
    }
    #expect(distant < 60)
  }

  @Test func everyPaletteColorIsItsOwnNearest() {
    for index in 16...255 {
      #expect(Palette256.color(Palette256.nearest(Palette256.color(index))) == Palette256.color(index))
    }
    for index in 0..<16 { #expect(PaletteANSI(count: 16).nearest(PaletteANSI.colors[index]) == index) }
  }

  @Test func noOtherPaletteColorIsNearerThanTheNearest() {
    var random = Dice(11)
    for _ in 0..<300 {
      let color = RGB(hex: UInt32.random(in: 0...0xFFFFFF, using: &random))
      let found = Palette256.color(Palette256.nearest(color)).distance(to: color)
      let best = (16...255).map { Palette256.color($0).distance(to: color) }.min() ?? 0
      #expect(found == best, "\(color): \(found), best \(best)")
    }
  }

  @Test func aDitheredAreaHasTheMeanOfItsColor() {
    for hex: UInt32 in [0x0A0A0A, 0x646464, 0xFAFAFA, 0x9A7FA3, 0x6B4A32, 0x55BDAA, 0xF0A040] {
      let color = RGB(hex: hex)
      var sums = SIMD3<Double>()
      for place in 0..<16 {
        let shown = Palette256.color(Palette256.dithered(color, column: place % 4, row: place / 4))
        sums += SIMD3(Double(shown.red), Double(shown.green), Double(shown.blue)) / 16
      }
      let error = sums - SIMD3(Double(color.red), Double(color.green), Double(color.blue))
      #expect((error * error).sum().squareRoot() < 28, "\(color) becomes \(sums)")
    }
    let lit = (0..<16).filter { OneBit.isLit(RGB(hex: 0x808080), column: $0 % 4, row: $0 / 4) }
    #expect(lit.count == 8)
    #expect((0..<16).allSatisfy { OneBit.isLit(.white, column: $0 % 4, row: $0 / 4) })
    #expect(!(0..<16).contains { OneBit.isLit(.black, column: $0 % 4, row: $0 / 4) })
  }

  @Test(arguments: [ColorMode.colors256, .colors16, .colors8])
  func pictureCellsKeepTheirPixelsWhicheverHalfIsInFront(mode: ColorMode) throws {
    let quantizer = CellQuantizer(mode: mode, isUnicode: true)
    let cells = [(RGB.white, RGB.black), (.black, .white), (.white, .white)]
    for (upper, lower) in cells {
      let output = quantizer.output(for: Cell(upper: upper, lower: lower), column: 1, row: 2)
      let pair = try #require(output.colors)
      #expect(pair.foreground >= pair.background)
      let isUpperInFront = output.glyph == .upperHalfBlock
      #expect(isUpperInFront || output.glyph == .lowerHalfBlock)
      let inFront = Palette256.color(pair.foreground).luma > 200
      let behind = Palette256.color(pair.background).luma > 200
      #expect((isUpperInFront ? inFront : behind) == (upper == .white))
      #expect((isUpperInFront ? behind : inFront) == (lower == .white))
    }
  }

  @Test func textIsNotDithered() {
    let quantizer = CellQuantizer(mode: .colors256, isUnicode: true)
    let style = CellStyle(foreground: RGB(hex: 0xD8D4CB), background: RGB(hex: 0x14161A))
    let cell = Cell(glyph: Glyph("a"), style: style)
    let outputs = Set((0..<16).map { quantizer.output(for: cell, column: $0 % 4, row: $0 / 4) })
    #expect(outputs.count == 1)
  }

  @Test(arguments: [ColorMode.colors16, .colors8])
  func textDoesNotVanishWhereColorsFallTogether(mode: ColorMode) {
    let quantizer = CellQuantizer(mode: mode, isUnicode: true)
    let style = CellStyle(foreground: RGB(hex: 0x2A2A2A), background: RGB(hex: 0x101010))
    let colors = quantizer.output(for: Cell(glyph: Glyph("a"), style: style), column: 0, row: 0).colors
    #expect(colors?.foreground != colors?.background)
  }

  /// The accents of the dark and the light theme, and greys.
  @Test(
    arguments: [
      (0xD99A6C, 0x14161A, 11, 3), (0xE27D6F, 0x14161A, 9, 3), (0x8FB8C4, 0x14161A, 14, 6),
      (0xA4562A, 0xF7F4EE, 1, 1), (0x2A6877, 0xF7F4EE, 4, 6), (0xD8D4CB, 0x14161A, 7, 7),
    ] as [(UInt32, UInt32, Int, Int)])
  func anAccentKeepsItsHueInFewColors(color: UInt32, ground: UInt32, of16: Int, of8: Int) {
    let style = CellStyle(foreground: RGB(hex: color), background: RGB(hex: ground))
    for (mode, expected) in [(ColorMode.colors16, of16), (.colors8, of8)] {
      let output = CellQuantizer(mode: mode, isUnicode: true)
        .output(for: Cell(glyph: Glyph("a"), style: style), column: 0, row: 0)
      #expect(output.colors?.foreground == expected)
      #expect(output.colors?.foreground != output.colors?.background)
    }
  }

  @Test func withoutColorsLightGroundsAreReversed() {
    let quantizer = CellQuantizer(mode: .mono, isUnicode: true)
    func attributes(_ style: CellStyle) -> CellAttributes {
      quantizer.output(for: Cell(glyph: Glyph("a"), style: style), column: 0, row: 0).attributes
    }
    #expect(attributes(CellStyle(foreground: .black, background: .white)) == .reverse)
    #expect(attributes(CellStyle(foreground: .white, background: .black, attributes: .bold)) == .bold)
    #expect(attributes(CellStyle(foreground: .white, background: .black, attributes: .reverse)) == .reverse)
  }

  @Test func withoutColorsPicturesAreBlocksOrARamp() {
    let blocks = CellQuantizer(mode: .mono, isUnicode: true)
    let ramp = CellQuantizer(mode: .mono, isUnicode: false)
    let cell = Cell(upper: .white, lower: .black)
    #expect(blocks.output(for: cell, column: 0, row: 0).glyph == Glyph("▀"))
    #expect(ramp.output(for: Cell(upper: .white, lower: .white), column: 0, row: 0).glyph == Glyph("@"))
    #expect(ramp.output(for: Cell(upper: .black, lower: .black), column: 0, row: 0).glyph == .space)
  }

  @Test func everyGlyphHasAnASCIIForm() {
    for text in ["─", "━", "│", "╭", "╯", "┷", "●", "○", "■", "□", "◆", "›", "…", "▁", "█", "日", "é", "–"] {
      let glyph = Glyph.of(Character(text))?.glyph ?? .space
      #expect(ASCIIRepertoire.scalar(for: glyph).isASCII)
    }
  }
}
