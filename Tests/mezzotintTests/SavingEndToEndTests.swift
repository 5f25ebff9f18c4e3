import Foundation
import TestSupport
import Testing

/// Copying and saving with the real binary in a real pseudo-terminal.
@Suite(.serialized) struct SavingEndToEndTests {
  static func explore(
    in folder: TemporaryFolder, _ arguments: String = "", columns: Int = 120, rows: Int = 40
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "cd \(folder.url.path) && exec \(Program.path) explore \(arguments)"],
      columns: columns, rows: rows,
      environment: [
        "COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil, "SWIFT_BACKTRACE": "enable=no",
        "XDG_CONFIG_HOME": folder.path("config"),
      ])
    #expect(terminal.wait { $0.text.contains("■ ") }, "\(terminal.screen.text)")
    terminal.settle()
    return terminal
  }

  /// What the terminal was asked to put on the clipboard, the last time.
  static func clipboard(_ terminal: PseudoTerminal) -> String? {
    let output = String(decoding: terminal.output, as: UTF8.self)
    guard let start = output.range(of: "\u{1B}]52;c;", options: .backwards),
      let end = output.range(of: "\u{07}", range: start.upperBound..<output.endIndex),
      let data = Data(base64Encoded: String(output[start.upperBound..<end.lowerBound]))
    else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// Runs a copied command line as a person would paste it.
  static func paste(_ line: String, in folder: TemporaryFolder) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line.replacing("mezzotint ", with: "\(Program.path) ", maxReplacements: 1)]
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func theCopiedCommandDrawsTheSavedBytes() throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.explore(in: folder, "--label cat --seed 11 --steps 6 --sampler euler-ancestral")
    // FreeU from the end of what the b slider reaches by hand, and a preset in the third panel.
    terminal.send("=1.2345\r3e")
    #expect(terminal.wait { $0.text.contains("enter takes it into Model 3") })
    terminal.send("late\r")
    #expect(terminal.wait { $0.text.contains("has the knobs of “late freeu”") && $0.text.contains("■ 6/6") })
    terminal.settle()
    terminal.send("W")
    #expect(terminal.wait { $0.text.contains("-model-3.png") }, "\(terminal.screen.text)")
    terminal.send("y")
    #expect(terminal.wait { $0.text.contains("copied: mezzotint sample avatars --seed 11") })
    let single = try #require(Self.clipboard(terminal))
    terminal.send("w")
    #expect(terminal.wait { $0.text.contains("saved avatars-cat-seed11-b1_1.2345_") })
    terminal.send("Y")
    #expect(terminal.wait { $0.text.contains("copied: mezzotint compare") })
    let all = try #require(Self.clipboard(terminal))
    terminal.send("V")
    #expect(terminal.wait { $0.text.contains("-screen.svg") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))

    #expect(try Self.paste(single, in: folder) == 0, "\(single)")
    #expect(try Self.paste(all, in: folder) == 0, "\(all)")
    let names = try folder.names.filter { $0.hasPrefix("avatars-cat-seed11-") && $0.hasSuffix(".png") }
    let panel = try #require(names.first { $0.hasSuffix("-model-3.png") })
    let sheet = try #require(names.first { $0 != panel })
    for (drawn, saved) in [("panel.png", panel), ("panels.png", sheet)] {
      let bytes = try [drawn, saved].map { try Data(contentsOf: URL(filePath: folder.path($0))) }
      #expect(bytes[0] == bytes[1], "\(drawn)")
    }
  }

  @Test func anOwnPresetIsSavedOfferedAndKnownToTheCommands() throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.explore(in: folder, "--steps 2")
    terminal.send("=1.25\rE")
    #expect(terminal.wait { $0.text.contains("name of the preset") })
    terminal.send("my own\r")
    #expect(terminal.wait { $0.text.contains("saved the preset “my own” as my-own.toml") })
    terminal.send("e")
    #expect(terminal.wait { $0.text.contains("my own (own)") })
    terminal.send("\u{1b}")
    #expect(terminal.wait { !$0.text.contains("my own (own)") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))

    let environment = ["XDG_CONFIG_HOME": folder.path("config")]
    let sample = try Program.run(
      ["sample", "--steps", "2", "--preset", "my-own", "-o", folder.path("a.png")], environment: environment)
    #expect(sample.status == 0, "\(sample.errors)")
    let compare = try Program.run(
      ["compare", "--steps", "2", "--panel", "preset=my own,s=0.9", "-o", folder.path("b.png")],
      environment: environment)
    #expect(compare.status == 0, "\(compare.errors)")
    _ = try Program.run("sample", "--steps", "2", "--b", "1.25", "-o", folder.path("c.png"))
    let bytes = try ["a.png", "c.png"].map { try Data(contentsOf: URL(filePath: folder.path($0))) }
    #expect(bytes[0] == bytes[1])
    let wrong = try Program.run("sample", "--preset", "none such", "-o", folder.path("d.png"))
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("choose one of off, freeu sd-1.4"))
  }
}
