import Pictures

/// What a cell becomes where there are fewer than 24 bits of colour: a glyph and palette numbers. Pure.
package struct CellQuantizer: Sendable {
  package struct Output: Hashable, Sendable {
    package var glyph: Glyph
    /// Palette numbers; nil in black and white.
    package var colors: ColorPair?
    package var attributes: CellAttributes
  }

  package struct ColorPair: Hashable, Sendable {
    package var foreground: Int
    package var background: Int
  }

  let mode: ColorMode
  let isUnicode: Bool
  private let ansi: PaletteANSI

  package init(mode: ColorMode, isUnicode: Bool) {
    self.mode = mode
    self.isUnicode = isUnicode
    ansi = PaletteANSI(count: mode == .colors8 ? 8 : 16)
  }

  /// - Parameters:
  ///   - column, row: the cell's place; the dither depends on it.
  package func output(for cell: Cell, column: Int, row: Int) -> Output {
    if cell.attributes.contains(.image) { return image(cell, column: column, row: row) }
    let glyph = isUnicode ? cell.glyph : Glyph(ASCIIRepertoire.scalar(for: cell.glyph))
    if mode == .mono { return monoText(cell, glyph: glyph) }
    // Of few colours the nearest of an accent is a grey: its hue is worth more than its lightness.
    let hue = mode == .colors256 ? nil : ansi.hue(of: cell.foreground, on: cell.background)
    var pair = ColorPair(
      foreground: hue ?? nearest(cell.foreground), background: nearest(cell.background))
    if pair.foreground == pair.background, cell.foreground != cell.background {
      pair.foreground = legible(on: cell.background)
    }
    return Output(glyph: glyph, colors: pair, attributes: cell.attributes)
  }

  private func image(_ cell: Cell, column: Int, row: Int) -> Output {
    if mode == .mono { return monoImage(cell, column: column, row: row) }
    guard isUnicode else {
      let mean = cell.foreground.mix(with: cell.background, by: 0.5)
      let color = dithered(mean, column: column, row: row)
      let other = color == 0 ? nearest(.white) : nearest(.black)
      return Output(
        glyph: .space, colors: ColorPair(foreground: other, background: color), attributes: [])
    }
    let upper = dithered(cell.foreground, column: column, row: 2 * row)
    let lower = dithered(cell.background, column: column, row: 2 * row + 1)
    // Of other shapes both colours are everywhere in the cell.
    guard cell.glyph == .upperHalfBlock else {
      return Output(
        glyph: cell.glyph, colors: ColorPair(foreground: upper, background: lower), attributes: [])
    }
    // The larger number in front: (a over b) and (b over a) then share one colour pair.
    if upper >= lower {
      return Output(
        glyph: .upperHalfBlock, colors: ColorPair(foreground: upper, background: lower), attributes: [])
    }
    return Output(
      glyph: .lowerHalfBlock, colors: ColorPair(foreground: lower, background: upper), attributes: [])
  }

  private func monoImage(_ cell: Cell, column: Int, row: Int) -> Output {
    guard isUnicode else {
      let mean = cell.foreground.mix(with: cell.background, by: 0.5)
      let level = mean.luma * (ASCIIRepertoire.ramp.count - 1)
      let dither = (OrderedDither.rank(column: column, row: row) * 255 + 127) / 16
      return Output(glyph: Glyph(ASCIIRepertoire.ramp[(level + dither) / 255]), colors: nil, attributes: [])
    }
    let upper = OneBit.isLit(cell.foreground, column: column, row: 2 * row)
    let lower = OneBit.isLit(cell.background, column: column, row: 2 * row + 1)
    let glyph: Unicode.Scalar =
      switch (upper, lower) {
      case (false, false): " "
      case (false, true): "▄"
      case (true, false): "▀"
      case (true, true): "█"
      }
    return Output(glyph: Glyph(glyph), colors: nil, attributes: [])
  }

  /// Dark on light becomes reverse, so that a selected line is seen without colours.
  private func monoText(_ cell: Cell, glyph: Glyph) -> Output {
    var attributes = cell.attributes
    if cell.background.luma > cell.foreground.luma { attributes.formSymmetricDifference(.reverse) }
    return Output(glyph: glyph, colors: nil, attributes: attributes)
  }

  private func dithered(_ color: RGB, column: Int, row: Int) -> Int {
    mode == .colors256
      ? Palette256.dithered(color, column: column, row: row)
      : ansi.dithered(color, column: column, row: row)
  }

  private func nearest(_ color: RGB) -> Int {
    mode == .colors256 ? Palette256.nearest(color) : ansi.nearest(color)
  }

  /// Text must not vanish because two colours fell onto the same number.
  private func legible(on background: RGB) -> Int {
    let candidates = mode == .colors16 ? [RGB.white, RGB(hex: 0x7F7F7F), .black] : [.white, .black]
    let own = nearest(background)
    let choice = background.luma < 128 ? candidates : candidates.reversed()
    return choice.map { nearest($0) }.first { $0 != own } ?? own
  }
}
