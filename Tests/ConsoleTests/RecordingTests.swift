import Console
import Files
import Foundation
import Pictures
import TestSupport
import Testing

struct RecordingTests {
  private static func events(_ path: String) throws -> [[Any]] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Any])
    }
  }

  @Test func aCastHoldsTheBytesOfEachFrameAndItsTime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.cast")
    var seconds = 0.0
    let cast = try CastWriter(path, size: CellSize(columns: 4, rows: 2)) { seconds }
    var screen = CellBuffer(width: 4, height: 2)
    cast.draw(screen)
    seconds = 1.25
    screen.write("\"\\ä▀", at: CellPoint(column: 0, row: 1), style: .plain)
    cast.draw(screen)
    cast.draw(screen)
    seconds = 61.000_004
    cast.draw(CellBuffer(width: 5, height: 1))
    cast.end()

    let header = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")[0]
    let fields = try JSONSerialization.jsonObject(with: Data(header.utf8)) as? [String: Any]
    #expect(fields?["version"] as? Int == 2)
    #expect(fields?["width"] as? Int == 4 && fields?["height"] as? Int == 2)
    let events = try Self.events(path)
    #expect(events.map { $0[1] as? String } == ["o", "o", "o", "r", "o", "o"], "an unchanged frame is none")
    #expect(events.map { $0[0] as? Double } == [0, 0, 1.25, 61.000_004, 61.000_004, 61.000_004])
    #expect(events[3][2] as? String == "5x1")
    let encoder = FrameEncoder()
    encoder.encode(screen, after: CellBuffer(width: 4, height: 2))
    let expected = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(events[2][2] as? String == expected)
  }

  @Test func aCastHoldsPicturesAsTheyWereSent() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.cast")
    var abilities = TerminalAbilities()
    (abilities.kitty, abilities.cell) = (.inCells, PixelSize(width: 4, height: 8))
    let cast = try CastWriter(path, size: CellSize(columns: 6, rows: 3)) { 0 }
    cast.show(.kitty, on: abilities)
    var screen = CellBuffer(width: 6, height: 3)
    screen.place(Picture(width: 4, height: 4, color: RGB(9, 8, 7)), in: screen.bounds, ground: .black)
    cast.draw(screen)
    cast.end()
    var model = KittyModel()
    for event in try Self.events(path).dropLast() { model.feed((event[2] as? String ?? "").utf8) }
    #expect(model.faults == [])
    let sent = try #require(model.pictures.first?.value)
    #expect(sent == Picture(width: 24, height: 24, color: RGB(9, 8, 7)))
    let last = try #require(try Self.events(path).last?[2] as? String)
    model.feed(last.utf8)
    #expect(model.pictures.isEmpty)
  }

  @Test func anSVGHoldsPixelsAsPNGBelowText() throws {
    var screen = CellBuffer(width: 8, height: 4)
    let picture = Picture(width: 3, height: 3, pixels: (0..<27).map { UInt8($0 * 9) })
    screen.place(picture, in: screen.bounds, ground: .black)
    screen.write("xy", at: CellPoint(column: 3, row: 1), style: .plain)
    let svg = SVGScreenshot(screen, background: .black, pictures: .kitty).text()
    let match = try #require(svg.firstMatch(of: #/base64,([^"]*)"/#))
    let data = try #require(Data(base64Encoded: String(match.output.1)))
    #expect(try PNGFile(bytes: Array(data), name: "").picture == picture)
    #expect(svg.matches(of: #/<use /#).count == 4, "around the text")
    #expect(svg.contains("xy</text>"))
    let whole = svg.matches(of: #/viewBox="\d+ \d+ (\d+) (\d+)"><use/#).reduce(0) {
      $0 + (Int($1.output.1) ?? 0) * (Int($1.output.2) ?? 0)
    }
    #expect(whole == (8 * 4 - 2) * 200)
  }

  @Test func aRecordingIsNeverWrittenOverAnother() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.cast")
    try Data("mine".utf8).write(to: URL(filePath: path))
    #expect(throws: FileError.self) { try CastWriter(path, size: CellSize(columns: 4, rows: 2)) }
    #expect(throws: FileError.self) {
      try CastWriter("/nowhere/x.cast", size: CellSize(columns: 4, rows: 2))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test func aFullDiskIsSaidOnceAndTheTerminalGoesOn() throws {
    let terminal = MemoryTerminal(script: [])
    let recording = try RecordingTerminal(terminal, to: "/dev/full")
    for row in 0..<3 {
      var screen = CellBuffer(size: terminal.size)
      screen.write("x", at: CellPoint(column: 0, row: row), style: .plain)
      recording.draw(screen)
    }
    #expect(terminal.statistics.frames == 3)
    let failure = recording.takeFailure()
    #expect(failure?.hasPrefix("/dev/full: the recording ends here") == true)
    #expect(recording.takeFailure() == nil)
    recording.close()
    #expect(terminal.isClosed)
  }

  @Test func theClipboardGetsBase64() {
    let terminal = MemoryTerminal()
    terminal.copy("ä")
    #expect(terminal.copied == ["ä"])
    for text in ["", "f", "fo", "foo", "foob", "fooba", "größer ✓"] {
      let expected = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}"
      #expect(ClipboardBytes.sequence(for: text) == expected)
    }
    #expect(ClipboardBytes.sequence(for: String(repeating: "x", count: 80_000)) == nil)
  }
}
