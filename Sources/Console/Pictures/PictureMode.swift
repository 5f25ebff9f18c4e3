/// A way in which terminals show pictures, by the name that people write after `--pictures`.
///
/// One that shows cells is a family of glyphs in a file of its own, and an entry here. One that shows pixels has its
/// bytes written by a `ScreenWriter`, which gets screens with their pictures.
package struct PictureMode: Hashable, Sendable {
  package let name: String
  private let painter: any PicturePainter
  /// nil: half blocks.
  private let shapes: BlockShapes?
  /// nil: cells are all that is shown.
  let pixels: Pixels?

  /// Protocols for pixels.
  enum Pixels: Hashable, Sendable { case sixel, kitty }

  package static let half = PictureMode(name: "half", painter: HalfBlockPainter(), shapes: nil)

  package static let quadrant = PictureMode("quadrant", .quadrants)
  package static let sextant = PictureMode("sextant", .sextants)
  package static let octant = PictureMode("octant", .octants)

  package static let sixel = PictureMode(
    name: "sixel", painter: HalfBlockPainter(), shapes: nil, pixels: .sixel)
  package static let kitty = PictureMode(
    name: "kitty", painter: HalfBlockPainter(), shapes: nil, pixels: .kitty)

  /// Those that show cells, from coarse to fine.
  package static let blocks: [PictureMode] = [half, quadrant, sextant, octant]
  /// From coarse to fine.
  package static let all: [PictureMode] = blocks + [sixel, kitty]

  /// nil where there is none of this name.
  package init?(named name: String) {
    guard let mode = Self.all.first(where: { $0.name == name }) else { return nil }
    self = mode
  }

  private init(_ name: String, _ shapes: BlockShapes) {
    self.init(name: name, painter: ShapePainter(shapes), shapes: shapes)
  }

  private init(name: String, painter: any PicturePainter, shapes: BlockShapes?, pixels: Pixels? = nil) {
    (self.name, self.painter, self.shapes, self.pixels) = (name, painter, shapes, pixels)
  }

  /// For a person: what it is and how fine.
  package var detail: String {
    if pixels != nil { return pixels == .kitty ? "pixels, by kitty's protocol" : "pixels, as sixels" }
    let grid = shapes.map { "\($0.columns) x \($0.rows)" } ?? "1 x 2"
    return "\(self == .half ? "half block" : name)s, \(grid) pixels to a cell"
  }

  /// This one, or where a terminal has not got it the finest below.
  package func orCoarser(of modes: [PictureMode]) -> PictureMode {
    let coarser = Self.all.prefix { $0 != self }
    return modes.contains(self) ? self : coarser.last(where: modes.contains) ?? .half
  }

  /// How many pixels it shows in a cell.
  /// - Parameter cell: pixels of the terminal's cells.
  package func pixelsOfCell(_ cell: PixelSize) -> PixelSize {
    if pixels != nil { return cell }
    return PixelSize(width: shapes?.columns ?? 1, height: shapes?.rows ?? 2)
  }

  /// What it may write.
  var glyphs: [Glyph] { (shapes?.masks.keys).map(Array.init) ?? [.upperHalfBlock, .lowerHalfBlock] }

  /// The pixels that a glyph inks, of one of all these modes.
  static func shape(of glyph: Glyph) -> (shapes: BlockShapes, mask: Int)? { shapesOfGlyphs[glyph] }

  private static let shapesOfGlyphs: [Glyph: (shapes: BlockShapes, mask: Int)] = all.reduce(into: [:]) {
    found, mode in
    guard let shapes = mode.shapes else { return }
    // As few rectangles as there can be: of the coarsest that has it.
    for (glyph, mask) in shapes.masks where found[glyph] == nil { found[glyph] = (shapes, mask) }
  }

  /// Without colours and without Unicode a cell has one or two grey pixels at most, whatever the mode.
  package func painter(in colors: ColorMode = .truecolor, isUnicode: Bool = true) -> any PicturePainter {
    colors == .mono || !isUnicode ? HalfBlockPainter() : painter
  }

  package static func == (a: PictureMode, b: PictureMode) -> Bool { a.name == b.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
