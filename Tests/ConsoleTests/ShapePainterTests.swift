import Console
import Pictures
import TestSupport
import Testing

/// Quadrants, sextants and octants.
@Suite struct ShapePainterTests {
  private static let modes = ["quadrant", "sextant", "octant"]
  private static let grids = ["quadrant": (2, 2), "sextant": (2, 3), "octant": (2, 4)]

  /// Draws a picture that has as many pixels as its cells.
  private func drawn(_ picture: Picture, _ mode: String, columns: Int, rows: Int) throws -> CellBuffer {
    let painter = try #require(PictureMode(named: mode)).painter()
    var buffer = CellBuffer(width: columns, height: rows)
    #expect(buffer.place(picture, in: buffer.bounds, ground: .black) == buffer.bounds)
    return buffer.painted(by: painter)
  }

  /// Draws one cell of so many pixels, each a rectangle of an image of 6 x 12.
  private func cell(of colors: [RGB], _ mode: String) throws -> Cell {
    let (columns, rows) = try #require(Self.grids[mode])
    var picture = Picture(width: 6, height: 12)
    for y in 0..<12 {
      for x in 0..<6 { picture[x, y] = colors[y * rows / 12 * columns + x * columns / 6] }
    }
    return try drawn(picture, mode, columns: 1, rows: 1)[0, 0]
  }

  /// The pixels that cells show, by the names that Unicode gives their glyphs.
  private func seen(_ cell: Cell, _ grid: (columns: Int, rows: Int)) throws -> [RGB] {
    if cell.foreground == cell.background {
      return Array(repeating: cell.foreground, count: grid.columns * grid.rows)
    }
    let inked = try #require(InkedPixels.of(cell.glyph, columns: grid.columns, rows: grid.rows))
    return inked.map { $0 ? cell.foreground : cell.background }
  }

  @Test(arguments: modes) func everyPairOfColorsInEveryShapeIsExact(mode: String) throws {
    let grid = try #require(Self.grids[mode])
    let (ink, paper) = (RGB(201, 13, 77), RGB(4, 130, 129))
    for mask in 0..<1 << (grid.0 * grid.1) {
      let wanted = (0..<grid.0 * grid.1).map { mask >> $0 & 1 == 1 ? ink : paper }
      let cell = try cell(of: wanted, mode)
      #expect(try seen(cell, grid) == wanted, "\(mode) \(mask)")
      #expect(cell.attributes == .image)
    }
  }

  @Test(arguments: modes) func theTwoColorsAndTheShapeAreTheBestOfAll(mode: String) throws {
    let grid = try #require(Self.grids[mode])
    let count = grid.0 * grid.1
    var random = Dice(17)
    for round in 0..<200 {
      // Every fourth is almost of two colours, every other one dark, where the curve is steep.
      let colors = (0..<count).map { place in
        let limit: UInt32 = round % 2 == 0 ? 0xFF : 0x1F
        let base: UInt32 = round % 4 == 3 ? (place % 3 == 0 ? 0xC0 : 0x10) : 0
        let channels = (0..<3).map { _ in UInt8(min(255, base + UInt32.random(in: 0...limit, using: &random)))
        }
        return RGB(channels[0], channels[1], channels[2])
      }
      let cell = try cell(of: colors, mode)
      let found = try squaredError(seen(cell, grid), colors)
      // Every shape with its two means, stored as colours are.
      let best =
        (0..<1 << count).map { mask in
          squaredError(Self.twoMeans(of: colors, mask), colors)
        }.min() ?? 0
      // Rounding to stored values may make another shape of nearly the same error the better one.
      #expect(found <= best + 1e-4 + 1e-3 * best, "\(mode) \(round): \(found), best \(best)")
    }
  }

  @Test(arguments: modes) func twoPixelsOneAboveTheOtherAreHalfBlocksInEveryMode(mode: String) throws {
    let picture = Picture(width: 4, height: 4, pixels: (0..<48).map { UInt8($0 * 5) })
    let shown = try drawn(picture, mode, columns: 4, rows: 2)
    // A sextant's middle pixels are between the two.
    if mode == "sextant" { return #expect(shown.cells.allSatisfy { $0.attributes == .image }) }
    #expect(shown == (try drawn(picture, "half", columns: 4, rows: 2)))
  }

  @Test(arguments: ["half"] + modes) func aFlatPictureIsFlatAtEverySize(mode: String) throws {
    let color = RGB(93, 7, 200)
    for (width, height) in [(1, 1), (7, 5), (31, 40), (200, 3)] {
      let painter = try #require(PictureMode(named: mode)).painter()
      var buffer = CellBuffer(width: 9, height: 4)
      let area = buffer.place(
        Picture(width: width, height: height, color: color), in: buffer.bounds, ground: color)
      let shown = buffer.painted(by: painter)
      for row in area.row..<area.endRow {
        for column in area.column..<area.endColumn {
          #expect(shown[column, row].foreground == color && shown[column, row].background == color)
        }
      }
    }
  }

  @Test(arguments: modes) func finerShapesComeCloserToAPhoto(mode: String) throws {
    let photo = Picture.rings(side: 64)
    let half = try error(of: photo, "half")
    let fine = try error(of: photo, mode)
    #expect(fine < 0.9 * half, "\(mode) \(fine), half blocks \(half)")
  }

  /// Mean squared error in linear light of a picture of 64 x 64 in 32 x 16 cells.
  private func error(of photo: Picture, _ mode: String) throws -> Double {
    let grid = Self.grids[mode] ?? (1, 2)
    let shown = try drawn(photo, mode, columns: 32, rows: 16)
    // At a size that cells of each kind divide.
    var sum = 0.0
    for y in 0..<192 {
      for x in 0..<64 {
        let cell = shown[x / 2, y / 12]
        let place = (y % 12 * grid.1 / 12) * grid.0 + (x % 2) * grid.0 / 2
        let color =
          try cell.glyph == .upperHalfBlock
          ? (y % 12 < 6 ? cell.foreground : cell.background) : seen(cell, grid)[place]
        sum += squaredError([color], [photo[x, y / 3]])
      }
    }
    return sum / (192 * 64)
  }

  @Test func everyPainterSurvivesAnySize() throws {
    for mode in PictureMode.all {
      for (columns, rows) in (0...5).flatMap({ columns in (0...3).map { (columns, $0) } }) {
        for (width, height) in [(1, 1), (3, 5), (40, 2), (2, 9)] {
          var buffer = CellBuffer(width: 4, height: 2)
          let rect = CellRect(column: -1, row: -1, columns: columns, rows: rows)
          buffer.place(Picture(width: width, height: height), in: rect, ground: .white)
          #expect(buffer.painted(by: mode.painter()).pictures.isEmpty)
        }
      }
    }
  }

  @Test(arguments: modes) func withoutColorsOrUnicodeThereAreNoShapes(mode: String) throws {
    let mode = try #require(PictureMode(named: mode))
    #expect(mode.painter(in: .mono) is HalfBlockPainter)
    #expect(mode.painter(isUnicode: false) is HalfBlockPainter)
    #expect(mode.painter(in: .colors8) is ShapePainter)
  }

  @Test(arguments: modes) func anSVGDrawsShapesAsRectangles(mode: String) throws {
    let grid = try #require(Self.grids[mode])
    // One pixel in the lower left corner of the cell.
    var colors = [RGB](repeating: RGB(0, 0, 255), count: grid.0 * grid.1)
    colors[grid.0 * (grid.1 - 1)] = RGB(255, 0, 0)
    var buffer = CellBuffer(width: 1, height: 1)
    buffer[0, 0] = try cell(of: colors, mode)
    let svg = SVGScreenshot(buffer, background: .black).text()
    #expect(!svg.contains("<text"))
    let top = 20 - 20 / Double(grid.1)
    let corner = "M0 \(Int(top.rounded()))H5V20H0z"
    let (front, paper) = svg.contains(corner) ? ("#ff0000", "#0000ff") : ("#0000ff", "#ff0000")
    #expect(svg.contains("height=\"10\" fill=\"\(paper)\""))
    #expect(svg.contains("\" fill=\"\(front)\"/>"))
    #expect(svg.contains("<path d=\"M"))
  }

  @Test func cursorMovesAreSparedBesideShapes() throws {
    let picture = Picture(width: 16, height: 8, pixels: (0..<384).map { UInt8($0 * 37 % 251) })
    let shown = try drawn(picture, "octant", columns: 8, rows: 2)
    let encoder = FrameEncoder()
    encoder.encode(shown, after: nil)
    let text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(text.matches(of: /\u{1B}\[[0-9;]*H/).count == 2, "one for each row")
  }

  // MARK: The search

  private static func twoMeans(of colors: [RGB], _ mask: Int) -> [RGB] {
    func mean(_ colors: [RGB]) -> RGB {
      func channel(_ path: KeyPath<RGB, UInt8>) -> UInt8 {
        let light = colors.map { Double(LinearLight.values[Int($0[keyPath: path])]) }.reduce(0, +)
        return LinearLight.byte(Float(light / Double(max(1, colors.count))))
      }
      return RGB(channel(\.red), channel(\.green), channel(\.blue))
    }
    let isInk = colors.indices.map { mask >> $0 & 1 == 1 }
    let ink = mean(zip(colors, isInk).filter(\.1).map(\.0))
    let paper = mean(zip(colors, isInk).filter { !$0.1 }.map(\.0))
    return isInk.map { $0 ? ink : paper }
  }

  private func squaredError(_ a: [RGB], _ b: [RGB]) -> Double { Self.squaredError(a, b) }

  private static func squaredError(_ a: [RGB], _ b: [RGB]) -> Double {
    zip(a, b).reduce(0) { sum, pair in
      func square(_ path: KeyPath<RGB, UInt8>) -> Double {
        let d =
          Double(LinearLight.values[Int(pair.0[keyPath: path])])
          - Double(LinearLight.values[Int(pair.1[keyPath: path])])
        return d * d
      }
      return sum + square(\.red) + square(\.green) + square(\.blue)
    }
  }
}

extension Picture {
  /// Soft rings in all colours, with edges finer than a cell.
  fileprivate static func rings(side: Int) -> Picture {
    var picture = Picture(width: side, height: side)
    for y in 0..<side {
      for x in 0..<side {
        let distance = Double(x * x + y * y).squareRoot()
        let level = UInt8(Int(distance * 11) % 256)
        picture[x, y] = RGB(level, UInt8(x * 255 / side), Int(distance) % 9 < 4 ? 230 : 20)
      }
    }
    return picture
  }
}
