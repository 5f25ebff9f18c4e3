import Foundation
import Pictures
import TestSupport
import Testing

/// Recording, replaying and files that change under the program, in a real pseudo-terminal.
@Suite(.serialized) struct RecordingEndToEndTests {
  private static func files(_ folder: TemporaryFolder, _ name: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(name))
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(filePath: folder.path("\(name)/\($0)"))))
      })
  }

  @Test func twoReplaysAreTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let terminal = try SavingEndToEndTests.explore(
      in: folder, "--steps 6 --record-actions a.jsonl --record a.cast", columns: 90, rows: 30)
    terminal.send("\u{1b}[1;2C")
    #expect(terminal.wait { $0.text.contains("b 1.40") && $0.text.contains("■ 6/6") })
    // Half a frame may have been read, with the end of the run before still in it.
    terminal.settle()
    terminal.send("nd")
    #expect(terminal.wait { $0.text.contains("seed 1") && $0.text.contains("■ 6/6") })
    terminal.settle()
    terminal.resize(columns: 100, rows: 30)
    terminal.settle()
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))

    for (name, format) in [("x", "svg"), ("y", "svg"), ("z", "png")] {
      let run = try Program.run(
        "replay", "a.jsonl", "--output", name, "--format", format, folder: folder.url)
      #expect(run.status == 0, "\(run.errors)")
    }
    let (first, second) = (try Self.files(folder, "x"), try Self.files(folder, "y"))
    #expect(first == second)
    #expect(first.count > 12)
    let last = try #require(first.keys.max().flatMap { first[$0] })
    #expect(String(decoding: last, as: UTF8.self).contains(">seed</text>"))
    #expect(try Self.files(folder, "z").count > 6)
    let again = try Program.run("replay", "a.jsonl", "--output", "x", folder: folder.url)
    #expect(again.status == 2)

    let cast = try String(contentsOfFile: folder.path("a.cast"), encoding: .utf8)
    #expect(cast.contains("\"r\",\"100x30\""))
    for line in cast.split(separator: "\n") {
      _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
    }

    let player = try PseudoTerminal(
      Program.path, ["replay", folder.path("a.jsonl")], columns: 90, rows: 30,
      environment: ["COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil])
    #expect(player.wait { $0.text.contains("seed 1") && $0.text.contains("■ 6/6") }, "\(player.screen.text)")
    player.send("q")
    #expect(player.waitForExit() == .status(0))
    #expect(player.hasModesOfStart)
  }

  @Test func aFullDiskIsOneLineAndTheExplorerGoesOn() throws {
    let folder = try TemporaryFolder()
    let terminal = try SavingEndToEndTests.explore(in: folder, "--steps 2 --record /dev/full")
    #expect(
      terminal.wait { $0.text.contains("/dev/full: the recording ends here") }, "\(terminal.screen.text)")
    terminal.send("n")
    #expect(terminal.wait { $0.text.contains("seed 1") && $0.text.contains("■ 2/2") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func aThemeIsReadAgainWhenItIsSaved() throws {
    let folder = try TemporaryFolder()
    let file = URL(filePath: folder.path("my.toml"))
    try Data("name = \"my\"\n[roles]\nbackground = \"#102030\"\n".utf8).write(to: file)
    let terminal = try SavingEndToEndTests.explore(in: folder, "--steps 2 --theme my.toml")
    func corner() -> String { "\(terminal.screen[0, 0].pen.background?.description ?? "none")" }
    let before = corner()
    // As editors save: a new file in the place of the old one.
    try Data("name = \"my\"\n[roles]\nbackground = \"#405060\"\n".utf8).write(to: file, options: .atomic)
    #expect(terminal.wait { $0.text.contains("the theme was read again") }, "\(terminal.screen.text)")
    terminal.settle()
    #expect(corner() != before)
    let good = corner()
    try Data("name = \"my\"\n[roles\n".utf8).write(to: file)
    #expect(terminal.wait { $0.text.contains("my.toml, line 2: ") }, "\(terminal.screen.text)")
    terminal.settle()
    #expect(corner() == good, "a broken file changes nothing")
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test(arguments: [
    "truncate -s 100 own.safetensors", "rm own.safetensors",
    "head -c 20000000 /dev/urandom > own.safetensors",
    "echo other > new && mv new own.safetensors",
  ])
  func whatHappensToAModelFileDoesNotMatterToAnOpenExplorer(command: String) throws {
    let folder = try TemporaryFolder()
    let bundled = try Program.run("info").output.split(separator: "\n").first { $0.hasPrefix("file") }
    let path = try #require(bundled?.split(separator: " ").last.map(String.init))
    try FileManager.default.copyItem(atPath: path, toPath: folder.path("own.safetensors"))
    let terminal = try SavingEndToEndTests.explore(in: folder, "own.safetensors --steps 4")
    // The first step reads what opening has not.
    #expect(terminal.wait { $0.text.contains("■ 4/4") })
    let shell = try PseudoTerminal("/bin/sh", ["-c", "cd \(folder.url.path); \(command)"])
    #expect(shell.waitForExit() == .status(0))
    terminal.send("n")
    #expect(terminal.wait { $0.text.contains("seed 1") && $0.text.contains("■ 4/4") })
    terminal.send("W")
    #expect(terminal.wait { $0.text.contains("saved own-robot-seed1-b1.3-s1-model-2.png") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    _ = try Program.run(
      "sample", "--b", "1.3", "--steps", "4", "--seed", "1", "--label", "0", "-o", folder.path("b.png"))
    let pictures = try ["own-robot-seed1-b1.3-s1-model-2.png", "b.png"].map {
      try PNGFile(contentsOf: URL(filePath: folder.path($0))).picture
    }
    #expect(pictures[0] == pictures[1])
  }
}
