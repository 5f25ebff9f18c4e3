import Foundation
import TestSupport
import Testing

/// Commands whose network is evaluated by another process.
struct EngineCommandTests {
  @Test(arguments: [
    ["sample", "--count", "3", "--b", "1.3", "--label", "1"], ["compare", "--count", "2", "--guidance", "2"],
    ["sweep", "--x", "b=1.0,1.3"],
  ])
  func aPictureIsTheSameWhoeverEvaluates(words: [String]) throws {
    let folder = try TemporaryFolder()
    let common = words + ["--steps", "3", "--precision", "fp32", golden("labelled/model.safetensors").path]
    let here = try Program.run(common + ["--output", folder.path("here.png")])
    let command = "'\(Program.path)' engine --threads 1"
    let there = try Program.run(common + ["--engine", command, "--output", folder.path("there.png")])
    #expect(here.status == 0 && there.status == 0, "\(here.errors) \(there.errors)")
    let pictures = try ["here.png", "there.png"].map { try Data(contentsOf: folder.file($0)) }
    #expect(pictures[0] == pictures[1])
  }

  /// The second engine ends, again and again, when it has said so many bytes: later than its model is open.
  @Test(arguments: ["", " | (dd bs=1 count=60000 status=none; kill $$)"])
  func aSweepOfSeveralEnginesIsThatOfOne(end: String) throws {
    let folder = try TemporaryFolder()
    let common = [
      "sweep", "--x", "b=1.0:1.6:0.1", "--y", "s=0.2:1.0:0.2", "--steps", "3", "--precision", "fp32",
      golden("labelled/model.safetensors").path,
    ]
    let here = try Program.run(common + ["--threads", "1", "--output", folder.path("here.png")])
    let there = try Program.run(
      common + [
        "--engine", "local", "--engine", "'\(Program.path)' engine --threads 1\(end)", "--threads", "1",
        "--output", folder.path("there.png"),
      ])
    #expect(here.status == 0 && there.status == 0, "\(here.errors) \(there.errors)")
    let pictures = try ["here.png", "there.png"].map { try Data(contentsOf: folder.file($0)) }
    #expect(pictures[0] == pictures[1])
  }

  @Test func severalEnginesHaveTheSameModel() throws {
    let folder = try TemporaryFolder()
    let (one, other) = (golden("labelled/model.safetensors").path, golden("plain/model.safetensors").path)
    // The second engine knows another model by that name.
    let place = folder.path("other")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: one, toPath: folder.path("m.safetensors"))
    try FileManager.default.copyItem(atPath: other, toPath: "\(place)/m.safetensors")
    let run = try Program.run(
      [
        "sweep", "--x", "b=1,1.2", "--steps", "1", "--engine", "local", "--engine",
        "cd other && exec '\(Program.path)' engine", "-o", "a.png", "m.safetensors",
      ], folder: folder.url)
    #expect(run.status == 2 && run.errors.contains("other weights are called 'm' there"), "\(run.errors)")
  }

  @Test(arguments: [
    (["sample", "--engine", "a", "--engine", "b"], "--engine: this command takes one, found 2"),
    (["sample", "--engine", "a", "--threads", "2"], "--threads 2: an engine elsewhere has its own"),
    (["sample", "--lora", "g.safetensors:abc"], "--lora g.safetensors:abc: expected a weight from -8"),
    (["bench", "--engine", "a", "--threads", "2"], "--threads 2: an engine elsewhere has its own"),
  ])
  func whatCannotActIsRefused(words: [String], part: String) throws {
    let folder = try TemporaryFolder()
    let output = words[0] == "bench" ? [] : ["--output", folder.path("a.png")]
    let run = try Program.run(words + output)
    #expect(run.status == 2 && run.errors.contains(part), "\(run.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test(arguments: [
    ("exit 7", 1, "engine 'exit 7' ended"), ("no-such-engine", 1, "not found"),
    (" ", 2, "--engine: expected local"),
  ])
  func anEngineThatIsNoneIsOneLine(command: String, status: Int32, part: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run("sample", "--engine", command, "--output", folder.path("a.png"))
    #expect(run.status == status && run.errors.contains(part), "\(run.errors)")
    #expect(try folder.names.isEmpty)
    if status == 1 { #expect(run.errors.split(separator: "\n").count == 1) }
  }

  /// The first engine is killed, the second does not start, the third does.
  @Test func theExplorerOutlivesItsEngineAndAsksAgain() throws {
    let folder = try TemporaryFolder()
    let (pid, hurdle) = (folder.path("pid"), folder.path("hurdle"))
    let script = "echo $$ >'\(pid)'; test -e '\(hurdle)' && exit 9; exec '\(Program.path)' engine --threads 1"
    let terminal = try PseudoTerminal(
      Program.path,
      ["explore", "--engine", script, "--steps", "3", golden("labelled/model.safetensors").path],
      columns: 160, rows: 40,
      environment: ["COLORTERM": "truecolor", "NO_COLOR": nil, "SWIFT_BACKTRACE": "enable=no"])
    #expect(terminal.wait { $0.text.contains("■ 3/3") && $0.text.contains("seed 0") })
    #expect(terminal.screen.text.contains("fp32 · at ") || terminal.screen.text.contains("bf16 · at "))
    #expect(FileManager.default.createFile(atPath: hurdle, contents: nil))
    let engine = try #require(
      Int32(String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(in: .newlines)))
    kill(engine, SIGKILL)
    terminal.send("n")
    #expect(terminal.wait { $0.text.contains("ended") }, "\(terminal.screen.text)")
    try FileManager.default.removeItem(atPath: hurdle)
    terminal.send("\u{5}")
    #expect(
      terminal.wait { $0.text.contains("■ 3/3") && $0.text.contains("seed 1") && !$0.text.contains("ended") },
      "\(terminal.screen.text)")
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.hasModesOfStart)
  }

  @Test func anEngineElsewhereIsTimed() throws {
    let run = try Program.run(
      "bench", "--engine", "'\(Program.path)' engine --threads 1", "--rounds", "2", "--batch", "2",
      golden("labelled/model.safetensors").path)
    #expect(run.status == 0 && run.output.contains("on the way"), "\(run.errors)")
    #expect(run.output.split(separator: "\n").count == 3)
  }

  @Test func anEngineIsNoProgramForHands() throws {
    let run = try Program.shell("echo hello | \"$M\" engine")
    #expect(run.status == 2 && run.errors.hasPrefix("mezzotint: engine: "), "\(run.errors)")
    #expect(run.output.hasPrefix("mezzotint engine 1\n"))
  }
}
