import Console
import Explorer
import Foundation
import Pictures
import TestSupport
import Testing

/// The real binary with the bundled model in a real pseudo-terminal.
@Suite(.serialized) struct ExploreEndToEndTests {
  private static let trueColor: [String: String?] = [
    "COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil,
    // Swift's own crash reporter would wait for a key.
    "SWIFT_BACKTRACE": "enable=no",
  ]

  private static func start(
    _ arguments: [String] = [], columns: Int = 120, rows: Int = 40
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.path, arguments, columns: columns, rows: rows, environment: trueColor)
    #expect(terminal.wait { $0.text.contains("■ 20/20") }, "the first run finishes:\n\(terminal.screen.text)")
    return terminal
  }

  /// The screen's pixels under a picture's place are the picture's.
  private static func differences(_ screen: ScreenModel, _ picture: Picture, panel: Int) throws -> Int {
    // Three panels of 37 columns, 3 apart, each picture of 32 below its title; below the header.
    let left = panel * 40 + 2
    var count = 0
    for row in 0..<16 {
      for column in 0..<32 {
        let pixels = try #require(screen.pixels(column: left + column, row: 2 + row))
        for (color, y) in [(pixels.upper, 2 * row), (pixels.lower, 2 * row + 1)] {
          let first = (y * picture.width + panel * 32 + column) * 3
          if [color.red, color.green, color.blue] != Array(picture.pixels[first..<first + 3]) { count += 1 }
        }
      }
    }
    return count
  }

  @Test func thePictureOnTheScreenIsTheEnginesPixelForPixel() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("compare.png")
    let arguments = ["--label", "cat", "--seed", "5", "--precision", "fp32"]
    #expect(
      try Program.run("compare", "--output", file, "--label", "cat", "--seed", "5", "--precision", "fp32")
        .status == 0)
    let picture = try PNGFile(contentsOf: URL(filePath: file)).picture
    try #require(picture.width == 96 && picture.height == 32)

    let terminal = try Self.start(arguments)
    for panel in 0..<3 { #expect(try Self.differences(terminal.screen, picture, panel: panel) == 0) }
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.hasModesOfStart)
    #expect(!terminal.screen.isOnAlternateScreen)
    #expect(terminal.screen.isCursorVisible)
    #expect(terminal.screen.unknown.isEmpty, "every sequence is one that terminals know")
  }

  @Test func slidersMoveByKeyAndByMouse() throws {
    let terminal = try Self.start()
    let before = terminal.screen.pixels(column: 60, row: 10).map { "\($0)" }
    terminal.send("\u{1b}[1;2C")
    #expect(terminal.wait { $0.text.contains("b 1.40") })
    #expect(terminal.wait { $0.text.contains("■ 20/20") })
    // The s of the selected panel: far right on its track.
    let row = try #require(terminal.screen.lines.firstIndex { $0.hasPrefix("  s  ") })
    terminal.sendMouse(0, column: 30, row: row)
    terminal.sendMouse(32, column: 12, row: row)
    terminal.sendMouse(0, column: 12, row: row, isRelease: true)
    #expect(terminal.wait { $0.text.contains("s 0.00") }, "\(terminal.screen.text)")
    #expect(terminal.wait { $0.text.contains("■ 20/20") })
    terminal.settle()
    #expect(terminal.screen.pixels(column: 60, row: 10).map { "\($0)" } != before)
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func resizingKeepsTheScreenWhole() throws {
    let terminal = try Self.start()
    for (columns, rows) in [(200, 60), (80, 24), (33, 9), (1, 1), (120, 40)] {
      terminal.resize(columns: columns, rows: rows)
      terminal.settle()
    }
    #expect(terminal.wait { $0.text.contains("Model 3") && $0.text.contains("? help") })
    let resized = terminal.screen
    terminal.send("\u{0c}")
    terminal.settle()
    #expect(terminal.screen.cells == resized.cells, "a full repaint changes nothing")
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func suspendedItComesBackAsItWas() throws {
    // Under a shell with job control, as ^Z is used.
    let terminal = try PseudoTerminal(
      "/bin/bash", ["--norc", "-i"], columns: 80, rows: 24, environment: Self.trueColor)
    terminal.send("\(Program.path)\n")
    #expect(terminal.wait { $0.text.contains("■ 20/20") })
    let before = terminal.screen.text
    terminal.send("\u{1a}")
    #expect(terminal.wait { !$0.isOnAlternateScreen && $0.text.contains("Stopped") })
    #expect(terminal.screen.isCursorVisible)
    terminal.send("fg\n")
    #expect(terminal.wait { $0.text == before }, "\(terminal.screen.text)")
    terminal.send("q")
    #expect(terminal.wait { !$0.isOnAlternateScreen })
    terminal.send("exit\n")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func aVanishedTerminalEndsTheProgram() throws {
    let terminal = try Self.start(columns: 80, rows: 24)
    terminal.vanish()
    #expect(terminal.waitForExit() == .status(129))
  }

  @Test(arguments: ["256", "16", "8", "mono"])
  func fewerColoursShowAPictureToo(colors: String) throws {
    let terminal = try Self.start(["--color", colors, "--label", "cat"], columns: 80, rows: 24)
    terminal.settle()
    let blocks = terminal.screen.text.filter { "▀▄█".contains($0) }.count
    #expect(blocks > 200)
    terminal.send("nd")
    #expect(terminal.wait { $0.text.contains("seed 1") && $0.text.contains("■ 20/20") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.hasModesOfStart)
  }

  @Test func savedPanelsAreTakenUpAgainAndAreWhatCompareDraws() throws {
    let folder = try TemporaryFolder()
    let program = try PseudoTerminal(
      "/bin/sh", ["-c", "cd \(folder.url.path) && exec \(Program.path) --label 2 --seed 9"], columns: 120,
      rows: 40, environment: Self.trueColor)
    #expect(program.wait { $0.text.contains("■ 20/20") })
    program.send("\u{1b}[1;2D")
    #expect(program.wait { $0.text.contains("b 1.20") && $0.text.contains("■ 20/20") })
    program.send("w")
    #expect(
      program.wait { $0.text.contains("saved avatars-head-seed9-b1_1.2_1-s1_1_0.8.png") },
      "\(program.screen.text)")
    program.send("q")
    #expect(program.waitForExit() == .status(0))

    let saved = folder.path("avatars-head-seed9-b1_1.2_1-s1_1_0.8.png")
    let again = try Self.start([saved])
    #expect(again.screen.text.contains("b 1.20"))
    #expect(again.screen.text.contains("seed 9"))
    let compare = [
      "compare", "--label", "2", "--seed", "9", "--panel", "name=Model 1", "--panel", "name=Model 2,b=1.2",
      "--panel", "name=Model 3,s=0.8", "--output",
    ]
    #expect(try Program.run(compare + [folder.path("bare.png")]).status == 0)
    let picture = try PNGFile(contentsOf: folder.file("bare.png")).picture
    for panel in 0..<3 { #expect(try Self.differences(again.screen, picture, panel: panel) == 0) }
    again.send("q")
    #expect(again.waitForExit() == .status(0))

    #expect(try Program.run(compare + [folder.path("drawn.png"), "--scale", "4"]).status == 0)
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("drawn.png"))) == Data(contentsOf: URL(filePath: saved)))
  }
}
