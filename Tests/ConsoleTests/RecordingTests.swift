import Console
import Files
import Foundation
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
