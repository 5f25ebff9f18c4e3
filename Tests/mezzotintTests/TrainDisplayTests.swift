import Foundation
import Pictures
import TestSupport
import Testing

/// What a training draws on its way, on terminals that show more and less.
@Suite(.serialized) struct TrainDisplayTests {
  private static let words = [
    "--images-seen", "8", "--size", "8", "--width", "16", "--depth", "2", "--batch", "4", "--seed", "3",
  ]

  /// - Returns: all that it wrote to its terminal.
  private func train(_ environment: [String: String?], _ more: String...) throws -> String {
    let folder = try TemporaryFolder()
    try TrainCommandTests.writeData(folder)
    let files = ["--data", folder.path("data.safetensors"), "--output", folder.path("m.safetensors")]
    let terminal = try PseudoTerminal(
      Program.path, ["train"] + files + Self.words + more, environment: environment)
    #expect(terminal.waitForExit(seconds: 120) == .status(0))
    return String(decoding: terminal.output, as: UTF8.self)
  }

  @Test(
    arguments: [
      (["COLORTERM": "truecolor"], ";38;2;", ";38;5;"),
      (["TERM": "xterm-256color"], ";38;5;", ";38;2;"),
      (["TERM": "xterm-256color", "TMUX": "/tmp/tmux,1,0"], ";38;2;", ";38;5;"),
      (["TERM": "linux"], ";3", "8;5;"),
      // Nobody has described this one: it is taken for the most common.
      (["TERM": "xterm-nobody-knows"], ";38;5;", ";38;2;"),
    ] as [([String: String?], String, String)])
  func theSheetHasTheColoursThatTheTerminalShows(
    environment: [String: String?], there: String, not: String
  ) throws {
    let output = try train(environment)
    #expect(output.contains(there))
    #expect(!output.contains(not))
    #expect(output.contains("▀") || output.contains("▄"))
    #expect(output.contains("8 images seen"))
    #expect(!output.contains("\u{1B}[?1049h") && !output.contains("\u{1B}[2J"), "no screen is taken over")
  }

  @Test(
    arguments: [
      ["NO_COLOR": "1"], ["NO_COLOR": "1", "COLORTERM": "truecolor"], ["TERM": "vt100"],
    ] as [[String: String?]])
  func withoutColoursNoneAreWritten(environment: [String: String?]) throws {
    let output = try train(environment)
    #expect(output.contains("8 images seen"))
    #expect(output.contains { "▀▄█".contains($0) })
    let colors = output.matches(of: /\u{1B}\[[0-9;]*m/)
    #expect(colors.isEmpty, "\(colors.map(\.output))")
  }

  @Test(arguments: ["quadrant", "sextant", "octant"]) func theSheetIsAsFineAsAskedFor(mode: String) throws {
    let half = try train(["COLORTERM": "truecolor"])
    let fine = try train(["COLORTERM": "truecolor"], "--pictures", mode)
    // 64 pictures of 8 x 8 in 40 columns and rows: there is more to be seen than half blocks can show.
    let blocks = { (text: String) in
      text.unicodeScalars.filter { $0.value > 0x2580 && $0.value != 0x2584 }.count
    }
    #expect(blocks(half) == 0)
    #expect(blocks(fine) > 100)
    let mono = try train(["NO_COLOR": "1"], "--pictures", mode)
    #expect(!mono.unicodeScalars.contains { $0.value > 0x2588 }, "without colours nothing changes")
  }

  @Test func withoutUnicodeThePictureIsASCII() throws {
    let output = try train(["LANG": "C", "LC_ALL": nil, "COLORTERM": "truecolor"])
    #expect(output.utf8.allSatisfy { $0 < 0x80 })
    #expect(output.contains(";48;2;"))
  }

  @Test func aTerminalThatCannotGoBackGetsPlainLines() throws {
    let output = try train(["TERM": "dumb"])
    #expect(output.contains("8 images seen"))
    #expect(!output.contains("\u{1B}") && !output.contains("drawing the sheet"))
  }

  @Test func whatTheLastSecondsAreSpentOnIsSaidAndTakenAway() throws {
    let output = try train([:])
    let line = "\r\u{1B}[K100%  8 images  drawing the sheet of samples\r\u{1B}[K"
    #expect(output.contains(line))
  }

  @Test func aComplaintDoesNotStickToTheLineThatCounts() throws {
    let folder = try TemporaryFolder()
    for (name, height) in [("a", 8), ("b", 4), ("c", 8), ("d", 8), ("e", 8)] {
      let picture = PNGFile(Picture(width: 8, height: height))
      try Data(picture.encoded()).write(to: folder.file("\(name).png"))
    }
    let files = ["--data", folder.url.path, "--output", folder.path("m.safetensors")]
    let terminal = try PseudoTerminal(Program.path, ["train"] + files + Self.words)
    #expect(terminal.waitForExit(seconds: 120) == .status(0))
    let output = String(decoding: terminal.output, as: UTF8.self)
    let parts = output.components(separatedBy: "mezzotint: ")
    #expect(parts.count == 2 && parts[1].contains("8 x 4 is not square"), "\(output)")
    #expect(parts[0].hasSuffix(" left\r\u{1B}[K") && parts[0].contains("picture 1/5"), "\(parts[0])")
  }
}
