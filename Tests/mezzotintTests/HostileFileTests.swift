import Foundation
import TestSupport
import Testing

/// Files from strangers in the real program: one clear line, never a signal, nothing raw on the terminal.
@Suite(.serialized) struct HostileFileTests {
  private static func failing(_ name: String) -> String { golden("failing/\(name)").path }

  /// - Returns: everything printed.
  private static func expectClean(_ outcome: Program.Outcome) -> String {
    let text = outcome.output + outcome.errors
    #expect(
      !text.unicodeScalars.contains {
        $0.value < 32 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value)
      })
    return text
  }

  @Test(arguments: [["info"], ["info", "--json"], ["sample", "--label", "nope", "-o", "/dev/null"]])
  func controlCharactersOfAFileReachNoTerminal(arguments: [String]) throws {
    for name in ["escape-codes.safetensors", "schedule-escape.safetensors"] {
      let words = [arguments[0], Self.failing(name)] + arguments.dropFirst()
      let outcome = try Program.run(words)
      let text = Self.expectClean(outcome)
      #expect(!text.isEmpty)
      #expect(outcome.status == (arguments[0] == "info" && name.hasPrefix("escape") ? 0 : 1), "\(text)")
    }
  }

  @Test(arguments: ["sample", "compare", "sweep --x b=1,1.2"]) func aResultThatIsNoNumberIsAnError(
    command: String
  ) throws {
    let folder = try TemporaryFolder()
    let words = command.split(separator: " ").map(String.init)
    let outcome = try Program.run(
      [words[0], Self.failing("tinynan.safetensors"), "--steps", "2", "-o", folder.path("a.png")]
        + words.dropFirst())
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("is not a number") && outcome.errors.split(separator: "\n").count == 1,
      "\(outcome.errors)")
    #expect(try folder.names == [])
  }

  @Test(arguments: [["tinynan.safetensors"], ["digits", "--noise", "noise-nan.safetensors"]])
  func theExplorerShowsWhatIsNoNumber(subject: [String]) throws {
    let arguments = subject.map { $0.hasSuffix(".safetensors") ? Self.failing($0) : $0 }
    let terminal = try PseudoTerminal(
      Program.path, ["explore"] + arguments + ["--steps", "3"], columns: 120, rows: 40,
      environment: ["COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no"])
    #expect(terminal.wait { $0.text.contains("■ 3/3") }, "\(terminal.screen.text)")
    for key in ["m", "v", "v", "v", "m", "d"] {
      terminal.send(key)
      terminal.settle()
    }
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test(arguments: [
    ("actions-columns.jsonl", "columns 20000"), ("rows-huge.jsonl", "rows 9223372036854775807"),
    ("after-never.jsonl", "step"), ("recipe-branch.png", "the recipe in this picture"),
  ])
  func aFileThatCrashedIsOneLine(name: String, words: String) throws {
    let folder = try TemporaryFolder()
    let command =
      name.hasSuffix(".png")
      ? ["explore", "--screenshot", folder.path("a.svg")] : ["replay", "--output", folder.path("f")]
    let outcome = try Program.run([command[0], Self.failing(name)] + command.dropFirst())
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains(words) && outcome.errors.split(separator: "\n").count <= 2, "\(outcome.errors)")
  }

  @Test(arguments: [("labels-negative", "label -5"), ("labels-1e8", "label 100000000")])
  func labelsAreCheckedBeforeNamesAreMade(name: String, words: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["train", "--data", Self.failing("\(name).safetensors"), "-o", folder.path("m.safetensors")])
    #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func aRecordingLeadsToNoOtherFolder() throws {
    let folder = try TemporaryFolder()
    try rewriteGolden(to: folder.file("secret.safetensors"))
    let inner = folder.file("inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    let start =
      #"{"columns":80,"rows":24,"format":1,"model":"../secret.safetensors","recipe":{"format":1,"model":"x","#
      + #""precision":"fp32","panels":[{"name":"a","knobs":{}}]},"theme":0,"themes":["../../x"]}"#
    try Data((start + "\n").utf8).write(to: inner.appending(path: "a.jsonl"))
    let outcome = try Program.run(["replay", "a.jsonl", "--output", "f"], folder: inner)
    #expect(outcome.status == 1 && outcome.errors.contains("secret"), "\(outcome.errors)")
    // Beside the recording it is found by its name.
    try FileManager.default.moveItem(
      at: folder.file("secret.safetensors"), to: inner.appending(path: "secret.safetensors"))
    let found = try Program.run(["replay", "a.jsonl", "--output", "f"], folder: inner)
    #expect(found.status == 0, "\(found.errors)")
  }

  @Test(arguments: ["ulimit -n 10", "ulimit -v 400000"]) func littleIsALine(limit: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.shell(
      "\(limit); exec \"$M\" sample digits --steps 2 -o a.png", folder: folder.url)
    #expect(
      outcome.status == 1 && outcome.errors.split(separator: "\n").count == 1,
      "\(outcome.status) \(outcome.errors)")
    #expect(outcome.errors.contains("ulimit"))
  }

  @Test func noiseForFewerImagesThanAskedForIsRefused() throws {
    let outcome = try Program.run(
      "sample", "digits", "--noise", Self.failing("noise-nan.safetensors"), "--count", "7", "-o", "/dev/null")
    #expect(outcome.status == 2 && outcome.errors.contains("--count 7"), "\(outcome.errors)")
  }

  @Test func aModelOrPictureThatIsNoTrainingsIsNotOverwritten() throws {
    for name in ["m.safetensors", "m.png"] {
      let folder = try TemporaryFolder([name: "mine"])
      try TrainCommandTests.writeData(folder)
      let outcome = try Program.run(
        ["train", "--data", "data.safetensors", "-o", "m.safetensors", "--images-seen", "8"],
        folder: folder.url)
      #expect(
        outcome.status == 1 && outcome.errors.contains("\(name): it is there already"), "\(outcome.errors)")
      #expect(try String(contentsOf: folder.file(name), encoding: .utf8) == "mine")
    }
  }

  /// oneDNN takes the processor for a smaller one where it is told to.
  private static let withoutBFloat16 = ["DNNL_MAX_CPU_ISA": "AVX2"]

  @Test func aPictureInArithmeticThatIsNotHereIsDrawnInThatWhichIs() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["explore", Self.failing("each-in-turn.png"), "--screenshot", "a.svg"], folder: folder.url,
      environment: Self.withoutBFloat16)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    let words = svg.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace)
    #expect(words.joined(separator: " ").contains("drawn in bf16, which this processor does not compute in"))
  }

  @Test(arguments: [["sample", "digits", "-o", "a.png"], ["explore", "digits", "--screenshot", "a.svg"]])
  func arithmeticThatIsNotHereIsRefused(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      arguments + ["--precision", "bf16"], folder: folder.url, environment: Self.withoutBFloat16)
    #expect(
      outcome.status == 2
        && outcome.errors
          == "mezzotint: --precision bf16: this processor does not compute in it; give fp32 or auto\n",
      "\(outcome.status) \(outcome.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test func aPictureOfFourLabelsShowsFour() throws {
    let terminal = try PseudoTerminal(
      Program.path, ["explore", Self.failing("each-in-turn.png")], columns: 120, rows: 40,
      environment: ["COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no"])
    #expect(terminal.wait { $0.text.contains("each label in turn") }, "\(terminal.screen.text)")
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }
}
