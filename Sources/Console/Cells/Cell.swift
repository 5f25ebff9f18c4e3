import Pictures

/// How a cell is drawn beside its colours.
package struct CellAttributes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = CellAttributes(rawValue: 1)
  package static let dim = CellAttributes(rawValue: 2)
  package static let underline = CellAttributes(rawValue: 4)
  package static let reverse = CellAttributes(rawValue: 8)
  /// A cell of a picture: writers with few colours dither these and only these.
  package static let image = CellAttributes(rawValue: 16)
}

/// The colours and attributes of text.
package struct CellStyle: Hashable, Sendable {
  package var foreground: RGB
  package var background: RGB
  package var attributes: CellAttributes

  package init(foreground: RGB, background: RGB, attributes: CellAttributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  package static let plain = CellStyle(foreground: RGB(hex: 0xD0D0D0), background: .black)

  /// The same with more attributes.
  package func with(_ more: CellAttributes) -> CellStyle {
    CellStyle(foreground: foreground, background: background, attributes: attributes.union(more))
  }

  /// The same on another background.
  package func on(_ background: RGB) -> CellStyle {
    CellStyle(foreground: foreground, background: background, attributes: attributes)
  }
}

/// One character cell of the screen: 11 bytes of plain memory.
package struct Cell: Hashable, Sendable {
  package var glyph: Glyph
  package var foreground: RGB
  package var background: RGB
  package var attributes: CellAttributes

  package init(glyph: Glyph, style: CellStyle) {
    self.glyph = glyph
    foreground = style.foreground
    background = style.background
    attributes = style.attributes
  }

  /// Two pixels, one above the other.
  package init(upper: RGB, lower: RGB) {
    glyph = .upperHalfBlock
    foreground = upper
    background = lower
    attributes = .image
  }

  /// A part of a picture, by its place among those of its screen.
  init(picture place: Int) {
    glyph = .picture(place)
    (foreground, background) = (.black, .black)
    attributes = .image
  }

  package static let blank = Cell(glyph: .space, style: .plain)

  package var style: CellStyle {
    CellStyle(foreground: foreground, background: background, attributes: attributes)
  }
}
