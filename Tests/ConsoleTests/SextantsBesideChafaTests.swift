import Console
import Foundation
import Pictures
import TestSupport
import Testing

/// A landscape in sextants beside what chafa made of it (Tools/sextant_golden.py).
@Suite struct SextantsBesideChafaTests {
  private struct Theirs: Decodable {
    let columns, rows: Int
    /// Inked pixels, ink and paper of each cell.
    let cells: [[Int]]
  }

  private static func light(_ value: UInt8) -> Double {
    let value = Double(value) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// The root of the mean square of the difference, in linear light.
  private static func error(_ shown: Picture, _ picture: Picture) -> Double {
    let sum = zip(shown.pixels, picture.pixels).reduce(0) { $0 + pow(light($1.0) - light($1.1), 2) }
    return (sum / Double(picture.pixels.count)).squareRoot()
  }

  private static func drawn(
    columns: Int, rows: Int, _ cell: (Int) throws -> (inked: [Bool], ink: RGB, paper: RGB)
  ) rethrows -> Picture {
    var picture = Picture(width: 2 * columns, height: 3 * rows)
    for place in 0..<columns * rows {
      let (inked, ink, paper) = try cell(place)
      for pixel in 0..<6 {
        let (x, y) = (place % columns * 2 + pixel % 2, place / columns * 3 + pixel / 2)
        picture[x, y] = inked[pixel] ? ink : paper
      }
    }
    return picture
  }

  @Test func theErrorIsNoLarger() throws {
    let picture = try PNGFile(contentsOf: golden("pictures/landscape.png")).picture
    let theirs = try JSONDecoder().decode(
      Theirs.self, from: Data(contentsOf: golden("pictures/chafa.json")))
    try #require(picture.width == 2 * theirs.columns && picture.height == 3 * theirs.rows)
    let chafa = Self.drawn(columns: theirs.columns, rows: theirs.rows) { place in
      let cell = theirs.cells[place]
      return (
        (0..<6).map { cell[0] >> $0 & 1 == 1 }, RGB(hex: UInt32(cell[1])), RGB(hex: UInt32(cell[2]))
      )
    }
    var buffer = CellBuffer(width: theirs.columns, height: theirs.rows)
    buffer.place(picture, filling: buffer.bounds, ground: .black)
    let painter = try #require(PictureMode(named: "sextant")).painter()
    let cells = buffer.painted(by: painter).cells
    let ours = try Self.drawn(columns: theirs.columns, rows: theirs.rows) { place in
      let cell = cells[place]
      let isOneColor = cell.foreground == cell.background
      let inked =
        isOneColor
        ? Array(repeating: true, count: 6)
        : try #require(InkedPixels.of(cell.glyph, columns: 2, rows: 3))
      return (inked, cell.foreground, cell.background)
    }
    let errors = (ours: Self.error(ours, picture), chafa: Self.error(chafa, picture))
    #expect(errors.ours <= errors.chafa, "\(errors)")
    // Far from both: it is the landscape that is drawn.
    #expect((0.001..<0.1).contains(errors.ours) && errors.chafa < 0.1, "\(errors)")
  }
}
