import Console
import Foundation
import Pictures
import Testing

/// Sixels, read back as a terminal reads them.
@Suite struct SixelPicturesTests {
  private static let cell = PixelSize(width: 4, height: 8)

  private static func picture(_ number: Int, _ width: Int = 40, _ height: Int = 24) -> Picture {
    var picture = Picture(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        picture[x, y] = RGB(
          UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8(truncatingIfNeeded: number * 60))
      }
    }
    return picture
  }

  private static func decoded(_ picture: Picture, colors: Int = 256) -> (Picture?, [String], Int) {
    let bytes = SixelEncoder.encoded(picture, colors: colors)
    var faults: [String] = []
    let body = String(decoding: bytes.dropFirst(2).dropLast(2), as: UTF8.self)
    return (SixelModel.decoded(body, faults: &faults), faults, bytes.count)
  }

  /// Squared, a channel.
  private static func error(_ a: Picture, _ b: Picture) -> Double {
    zip(a.pixels, b.pixels).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) } / Double(a.pixels.count)
  }

  @Test func fewColorsAreExactToTheHundredth() throws {
    var picture = Picture(width: 30, height: 12)
    let colors = [RGB(255, 0, 0), RGB(0, 255, 0), RGB(51, 102, 153), .white, .black]
    for y in 0..<12 { for x in 0..<30 { picture[x, y] = colors[(x / 3 + y / 5) % colors.count] } }
    let (shown, faults, bytes) = Self.decoded(picture)
    #expect(faults == [])
    #expect(shown == picture)
    #expect(bytes < 700)
  }

  /// Two channels run from 0 to 255, the third is one value: the best is a grid of √n x √n, with (256 / √n)² / 12 · 2/3.
  @Test(arguments: [(256, 14.2), (64, 56.9), (16, 227.6)])
  func aPaletteOfItsOwnComesClose(colors: Int, best: Double) throws {
    let picture = Self.picture(2, 120, 96)
    let (shown, faults, _) = Self.decoded(picture, colors: colors)
    #expect(faults == [])
    let error = Self.error(try #require(shown), picture)
    #expect(error < 1.1 * best + 4, "\(error); registers hold hundredths")
  }

  @Test func noiseAndOneColorAreDrawnWhole() throws {
    var generator = SystemRandomNumberGenerator()
    let noise = Picture(
      width: 33, height: 18,
      pixels: (0..<33 * 18 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
    for picture in [noise, Picture(width: 1, height: 6), Picture(width: 300, height: 6, color: .white)] {
      let (shown, faults, _) = Self.decoded(picture)
      #expect(faults == [])
      #expect(Self.error(try #require(shown), picture) < 300)
    }
  }

  // MARK: On a screen

  private struct Line {
    var painter = SixelPictures(cell: SixelPicturesTests.cell)
    var model = SixelModel(cellWidth: 4, cellHeight: 8, columns: 60, rows: 20)
    var shown: CellBuffer?
    let encoder = FrameEncoder()
    var lastBytes = 0

    /// - Returns: pictures that stand as half blocks.
    @discardableResult
    mutating func draw(_ buffer: CellBuffer, sending count: Int = .max) -> Int {
      let frame = painter.frame(buffer, sending: count)
      encoder.encode(frame.cells, after: shown, closing: frame.after)
      var bytes = frame.before
      encoder.withBytes { bytes += $0 }
      model.feed(bytes)
      shown = frame.cells
      lastBytes = bytes.count
      return frame.leftOut
    }
  }

  private func expect(
    _ line: Line, shows left: Picture, _ right: Picture, popUp: CellRect? = nil, row top: Int = 2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(line.model.faults == [], sourceLocation: sourceLocation)
    let drawn = [left, right].map { Self.decoded($0.resized(width: 80, height: 48, .nearest)).0 }
    var wrong = 0
    for y in 0..<160 {
      for x in 0..<240 {
        let (column, row) = (x / 4, y / 8)
        let place = 3..<23 ~= column ? 0 : 30..<50 ~= column ? 1 : nil
        let isCovered = popUp?.contains(CellPoint(column: column, row: row)) == true
        let isPicture = place != nil && top..<top + 6 ~= row && !isCovered
        let expected = isPicture ? place.flatMap { drawn[$0]?[x - ($0 == 0 ? 12 : 120), y - top * 8] } : nil
        if line.model.pixels[y][x] != expected { wrong += 1 }
        if isCovered, line.model.glyphs[row * 60 + column] != "x" { wrong += 1 }
      }
    }
    #expect(wrong == 0, "pixels that are not as they should be", sourceLocation: sourceLocation)
  }

  @Test func whatChangedIsDrawnAndNothingElseIsSent() {
    var line = Line()
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    expect(line, shows: Self.picture(1), Self.picture(2))
    let both = line.lastBytes
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    #expect(line.lastBytes == 0)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(3)))
    expect(line, shows: Self.picture(1), Self.picture(3))
    #expect((1..<both * 2 / 3).contains(line.lastBytes))
  }

  @Test func textStaysOverPicturesAndPicturesComeBack() {
    var line = Line()
    let popUp = CellRect(column: 10, row: 4, columns: 25, rows: 3)
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2), popUp: popUp))
    expect(line, shows: Self.picture(1), Self.picture(2), popUp: popUp)
    #expect(line.model.pictures.count == 2, "nothing is drawn again for it")
    line.draw(screenOfTwo(Self.picture(3), Self.picture(2), popUp: popUp))
    expect(line, shows: Self.picture(3), Self.picture(2), popUp: popUp)
    line.draw(screenOfTwo(Self.picture(3), Self.picture(2)))
    expect(line, shows: Self.picture(3), Self.picture(2))
  }

  /// As a slow line has them.
  @Test func picturesMayComeOneByOne() {
    var line = Line()
    let first = screenOfTwo(Self.picture(1), Self.picture(2))
    let second = screenOfTwo(Self.picture(3), Self.picture(2))
    line.draw(first)
    let both = line.lastBytes
    #expect(line.draw(second, sending: 0) == 1, "what the terminal has stays in pixels")
    #expect(line.shown?[3, 2].glyph == .upperHalfBlock)
    #expect(line.lastBytes < both / 2 && line.model.faults == [])
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

  @Test func whatMovesLeavesNothingBehind() {
    var line = Line()
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2), row: 5))
    expect(line, shows: Self.picture(1), Self.picture(2), row: 5)
    line.draw(CellBuffer(width: 60, height: 20))
    #expect(line.model.pixels.allSatisfy { $0.allSatisfy { $0 == nil } })
    line.painter.forget()
    line.shown = nil
    line.draw(screenOfTwo(Self.picture(1), Self.picture(2)))
    expect(line, shows: Self.picture(1), Self.picture(2))
  }

  @Test func whatATerminalCannotDrawIsCells() {
    var buffer = CellBuffer(width: 20, height: 6)
    buffer.place(Self.picture(1), in: CellRect(column: 0, row: 2, columns: 20, rows: 4), ground: .black)
    var painter = SixelPictures(cell: Self.cell)
    let last = painter.frame(buffer)
    #expect(last.after.isEmpty, "in the last row a terminal may scroll")
    #expect(last.cells.cells.contains { $0.glyph == .upperHalfBlock })
    painter = SixelPictures(cell: Self.cell, largest: PixelSize(width: 50, height: 1000))
    #expect(painter.frame(screenOfTwo(Self.picture(1), Self.picture(2))).after.isEmpty)
  }
}
