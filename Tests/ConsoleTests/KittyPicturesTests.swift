import Console
import Foundation
import Pictures
import Testing

/// Pictures by kitty's protocol, against its text: what a terminal would have, and show, after each frame.
@Suite struct KittyPicturesTests {
  static let ways: [TerminalAbilities.KittyGraphics] = [.inCells, .overCells]
  private static let cell = PixelSize(width: 4, height: 8)

  private static func picture(_ number: Int, _ width: Int = 40, _ height: Int = 24) -> Picture {
    Picture(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 7 + number * 31 + $0 / 9) })
  }

  /// A terminal and what writes to it.
  private struct Line {
    var painter: KittyPictures
    let way: TerminalAbilities.KittyGraphics
    var model = KittyModel()
    var shown: CellBuffer?
    let encoder = FrameEncoder()
    var lastBytes = 0
    let isInTmux: Bool

    init(_ way: TerminalAbilities.KittyGraphics, isInTmux: Bool = false) {
      (self.way, self.isInTmux) = (way, isInTmux)
      painter = KittyPictures(cell: KittyPicturesTests.cell, way: way, isInTmux: isInTmux, base: 0x123400)
    }

    /// - Returns: pictures that stand as half blocks.
    @discardableResult
    mutating func draw(_ buffer: CellBuffer, sending count: Int = .max) -> Int {
      let frame = painter.frame(buffer, sending: count)
      encoder.encode(frame.cells, after: shown, closing: frame.after)
      var bytes = frame.before
      encoder.withBytes { bytes += $0 }
      model.feed(bytes, unwrapsTmux: isInTmux)
      shown = frame.cells
      lastBytes = bytes.count
      return frame.leftOut
    }

    /// The pixels of a cell as the terminal shows them; nil: no picture does.
    func pixels(column: Int, row: Int) -> Picture? {
      way == .inCells ? cellPixels(column, row) : layerPixels(column, row)
    }

    private func cellPixels(_ column: Int, _ row: Int) -> Picture? {
      guard let cell = shown?[column, row] else { return nil }
      let scalars = cell.glyph.scalars
      guard scalars.first?.value == 0x10EEEE, scalars.count == 3,
        let picture = model.pictures[cell.foreground.hex],
        let size = model.virtual[cell.foreground.hex]
      else { return nil }
      let place = [scalars[1], scalars[2]].map { KittyPicturesTests.marks.firstIndex(of: $0) ?? 0 }
      guard picture.width == size.columns * 4, picture.height == size.rows * 8 else { return nil }
      return Self.part(of: picture, x: place[1] * 4, y: place[0] * 8)
    }

    private func layerPixels(_ column: Int, _ row: Int) -> Picture? {
      let here = model.placements.filter { _, at in
        at.column <= column && column < at.column + at.columns && at.row <= row && row < at.row + at.rows
      }
      guard here.count <= 1, let (key, at) = here.first, let picture = model.pictures[key[0]],
        at.width == at.columns * 4, at.height == at.rows * 8
      else { return nil }
      return Self.part(of: picture, x: at.x + (column - at.column) * 4, y: at.y + (row - at.row) * 8)
    }

    private static func part(of picture: Picture, x: Int, y: Int) -> Picture {
      var part = Picture(width: 4, height: 8)
      for row in 0..<8 { for column in 0..<4 { part[column, row] = picture[x + column, y + row] } }
      return part
    }
  }

  /// The first marks of the protocol's table.
  private static let marks =
    "\u{305}\u{30D}\u{30E}\u{310}\u{312}\u{33D}\u{33E}\u{33F}\u{346}\u{34A}\u{34B}\u{34C}\u{350}\u{351}\u{352}\u{357}\u{35B}\u{363}\u{364}\u{365}\u{366}\u{367}\u{368}"
    .unicodeScalars.map { $0 }

  /// Each cell of the screen shows its part of the picture, or text.
  private func expect(
    _ line: Line, shows left: Picture, _ right: Picture, popUp: CellRect? = nil, row top: Int = 2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(line.model.faults == [], sourceLocation: sourceLocation)
    var wrong = 0
    for row in 0..<20 {
      for column in 0..<60 {
        let picture = 3..<23 ~= column ? left : 30..<50 ~= column ? right : nil
        let isCovered = popUp?.contains(CellPoint(column: column, row: row)) == true
        let pixels = line.pixels(column: column, row: row)
        guard let picture, top..<top + 6 ~= row, !isCovered else {
          if pixels != nil { wrong += 1 }
          continue
        }
        let shown = picture.resized(width: 80, height: 48, .nearest)
        let (x, y) = ((column - (column < 30 ? 3 : 30)) * 4, (row - top) * 8)
        for dy in 0..<8 {
          for dx in 0..<4 where pixels?[dx, dy] != shown[x + dx, y + dy] { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0, "pixels that are not as they should be", sourceLocation: sourceLocation)
  }

  @Test(arguments: ways, [false, true])
  func aTerminalShowsEachPictureInItsCells(way: TerminalAbilities.KittyGraphics, isInTmux: Bool) {
    var line = Line(way, isInTmux: isInTmux)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    expect(line, shows: Self.picture(1), Self.picture(2))
    line.draw(screenOfTwo(Self.picture(1), Self.picture(3)))
    expect(line, shows: Self.picture(1), Self.picture(3))
    line.draw(screenOfTwo(Self.picture(3), Self.picture(1)))
    expect(line, shows: Self.picture(3), Self.picture(1))
    line.draw(screenOfTwo(Self.picture(4), Self.picture(5)))
    expect(line, shows: Self.picture(4), Self.picture(5))
  }

  @Test(arguments: ways) func whatDidNotChangeIsNotSent(way: TerminalAbilities.KittyGraphics) {
    var line = Line(way)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    let both = line.lastBytes
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    #expect(line.lastBytes == 0)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(3)))
    #expect((1..<both * 2 / 3).contains(line.lastBytes), "one of two")
    #expect(line.model.pictures.count == 2, "the old one is gone")
  }

  @Test(arguments: ways) func aPopUpCoversAPictureAndGivesItBack(way: TerminalAbilities.KittyGraphics) {
    var line = Line(way)
    let popUp = CellRect(column: 10, row: 4, columns: 25, rows: 3)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2), popUp: popUp))
    expect(line, shows: Self.picture(1), Self.picture(2), popUp: popUp)
    #expect(line.lastBytes < 3000, "no picture is sent for it")
    // A run goes on below it.
    line.draw(screenOfTwo(Self.picture(4), Self.picture(2), popUp: popUp))
    expect(line, shows: Self.picture(4), Self.picture(2), popUp: popUp)
    line.draw(screenOfTwo(Self.picture(4), Self.picture(2)))
    expect(line, shows: Self.picture(4), Self.picture(2))
  }

  /// As a slow line has them.
  @Test(arguments: ways) func picturesMayComeOneByOne(way: TerminalAbilities.KittyGraphics) {
    var line = Line(way)
    let first = screenOfTwo(Self.picture(1), Self.picture(2))
    let second = screenOfTwo(Self.picture(3), Self.picture(2))
    line.draw(first)
    #expect(line.draw(second, sending: 0) == 1, "what the terminal has stays in pixels")
    #expect(line.shown?[3, 2].glyph == .upperHalfBlock)
    #expect(line.model.faults == [])
    #expect(line.draw(second, sending: 1) == 0)
    expect(line, shows: Self.picture(3), Self.picture(2))
    #expect(line.draw(screenOfTwo(Self.picture(4), Self.picture(5)), sending: 0) == 2)
    #expect(line.draw(screenOfTwo(Self.picture(4), Self.picture(5)), sending: 1) == 1)
    #expect(line.draw(screenOfTwo(Self.picture(4), Self.picture(5)), sending: 1) == 0)
    expect(line, shows: Self.picture(4), Self.picture(5))
    line.draw(screenOfTwo(Self.picture(6), Self.picture(6)), sending: 0)
    line.draw(screenOfTwo(Self.picture(4), Self.picture(5)))
    expect(line, shows: Self.picture(4), Self.picture(5))
  }

  @Test(arguments: ways) func whatMovesLeavesNothingBehind(way: TerminalAbilities.KittyGraphics) {
    var line = Line(way)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2), row: 9))
    expect(line, shows: Self.picture(1), Self.picture(2), row: 9)
    line.draw(CellBuffer(width: 60, height: 20))
    #expect(line.model.placements.isEmpty)
    #expect((0..<20).allSatisfy { row in (0..<60).allSatisfy { line.pixels(column: $0, row: row) == nil } })
    line.draw(screenOfTwo(Self.picture(5), Self.picture(2)))
    expect(line, shows: Self.picture(5), Self.picture(2))
  }

  @Test(arguments: ways, [false, true])
  func whatWasForgottenIsSentAgainAndRemovalLeavesNothing(
    way: TerminalAbilities.KittyGraphics, isInTmux: Bool
  ) {
    var line = Line(way, isInTmux: isInTmux)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    line.painter.forget()
    (line.model, line.shown) = (KittyModel(), nil)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    expect(line, shows: Self.picture(1), Self.picture(2))
    line.draw(screenOfTwo(Self.picture(3), Self.picture(4)))
    line.model.feed(line.painter.removal, unwrapsTmux: isInTmux)
    #expect(line.model.pictures.isEmpty && line.model.placements.isEmpty && line.model.virtual.isEmpty)
    #expect(line.model.faults == [])
  }

  @Test(arguments: ways) func picturesAtTheEdgeAreCutOff(way: TerminalAbilities.KittyGraphics) {
    var line = Line(way)
    var buffer = CellBuffer(width: 10, height: 4)
    let picture = Self.picture(1, 12, 12)
    buffer.place(picture, in: CellRect(column: -2, row: -1, columns: 12, rows: 6), ground: .black)
    line.draw(buffer)
    #expect(line.model.faults == [])
    let corner = line.pixels(column: 0, row: 0)
    #expect(corner?[0, 0] == picture.resized(width: 48, height: 48, .nearest)[8, 8])
  }

  /// Cells of 1 : 3, where half blocks would be half as high again as they are wide.
  @Test(arguments: [false, true]) func imagesKeepTheirShapeAndMapsFillTheirArea(isStretched: Bool) {
    let white = Picture(width: 40, height: 24, color: .white)
    let area = CellRect(column: 3, row: 2, columns: 20, rows: 6)
    var buffer = CellBuffer(width: 60, height: 20)
    if isStretched {
      buffer.place(white, filling: area, ground: .black)
    } else {
      #expect(buffer.place(white, in: area, ground: .black) == area)
    }
    var painter = KittyPictures(cell: PixelSize(width: 5, height: 15), way: .inCells, base: 0x123400)
    var model = KittyModel()
    model.feed(painter.frame(buffer).before, unwrapsTmux: false)
    #expect(model.pictures.count == 1)
    for shown in model.pictures.values {
      #expect(shown.width == 100 && shown.height == 90)
      let inked = (0..<90).filter { row in (0..<100).allSatisfy { shown[$0, row] == .white } }
      #expect(inked == (isStretched ? Array(0..<90) : Array(15..<75)))
    }
  }

  @Test func aRandomBaseIsNeverTakenForAPalettesColor() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let base = KittyPictures.randomBase(using: &generator)
      #expect(base >> 16 > 0 && base >> 8 & 255 > 0 && base + 256 <= 0xFF_FFFF)
    }
  }

  @Test func moreThanThereAreNumbersForAreDrawnAsCells() {
    var line = Line(.inCells)
    var buffer = CellBuffer(width: 200, height: 2)
    for column in 0..<200 {
      buffer.place(
        Self.picture(column, 1, 2), in: CellRect(column: column, row: 0, columns: 1, rows: 1), ground: .black)
    }
    line.draw(buffer)
    #expect(line.model.faults == [] && line.model.pictures.count == 128)
    #expect(line.shown?.cells.count { $0.glyph == .upperHalfBlock } == 72)
  }
}
