import Checkpoints
import Foundation
import Pictures
import TestSupport
import Testing

/// Commands as scripts use them: what they write, and what they say when something is wrong.
struct CommandTests {
  @Test func theSameSeedIsTheSameFile() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png"] {
      let run = try Program.run("sample", "--count", "3", "--steps", "4", "--output", folder.path(name))
      #expect(run.status == 0)
      #expect(run.output.isEmpty && run.errors.isEmpty, "no progress where nobody looks")
    }
    _ = try Program.run("sample", "--count", "3", "--steps", "4", "--seed", "1", "-o", folder.path("c.png"))
    let files = try ["a", "b", "c"].map { try Data(contentsOf: URL(filePath: folder.path($0 + ".png"))) }
    #expect(files[0] == files[1])
    #expect(files[0] != files[2])
    let sheet = try PNGFile(contentsOf: URL(filePath: folder.path("a.png")))
    #expect(sheet.picture.width == 64 && sheet.picture.height == 64)
    #expect(sheet.text("mezzotint")?.contains("\"seed\":0") == true)
  }

  @Test(arguments: [("?", ">Keys<"), (":", ">Find<"), ("zA", ">Panel<"), ("m", ">looks<")])
  func aScreenshotWaitsForTheRunWhateverLiesOverTheTimeline(keys: String, text: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "explore", "--steps", "3", "--size", "80x24", "--keys", keys, "--screenshot", folder.path("a.svg"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(try String(contentsOfFile: folder.path("a.svg"), encoding: .utf8).contains(text))
  }

  /// Nine images in a panel have more pixels than half blocks can show there.
  @Test(arguments: [("half", "", false), ("octant", "", true), ("auto", "T", true), ("octant", "T", false)])
  func aScreenshotHasPicturesAsFineAsAskedFor(pictures: String, keys: String, isFine: Bool) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "explore", "--steps", "2", "--count", "9", "--size", "80x24", "--pictures", pictures, "--keys", keys,
      "--screenshot", folder.path("a.svg"))
    #expect(run.status == 0, "\(run.errors)")
    let svg = try String(contentsOfFile: folder.path("a.svg"), encoding: .utf8)
    #expect(svg.contains("<path d=\"M") == isFine)
    #expect(!svg.unicodeScalars.contains { (0x1CD00...0x1CDE5).contains($0.value) }, "no font is needed")
  }

  @Test(arguments: ["half", "octant"])
  func aScreenshotHasTheColoursThatAreAskedFor(pictures: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "explore", "--steps", "2", "--size", "80x24", "--color", "mono", "--pictures", pictures, "--screenshot",
      folder.path("a.svg"))
    #expect(run.status == 0, "\(run.errors)")
    let svg = try String(contentsOfFile: folder.path("a.svg"), encoding: .utf8)
    #expect(
      Set(svg.matches(of: #/fill="(#[0-9a-f]+)"/#).map { String($0.output.1) }) == ["#000000", "#ffffff"])
  }

  @Test func anUnknownWayToDrawPicturesIsNamedWithTheOthers() throws {
    let run = try Program.run("explore", "--pictures", "etching")
    #expect(run.status == 2)
    #expect(run.errors.contains("etching") && run.errors.contains("octant"), "\(run.errors)")
  }

  @Test func aTrajectoryHoldsEveryStep() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("t.safetensors")
    let run = try Program.run(
      "compare", "--steps", "2", "--output", folder.path("a.png"), "--save-trajectory", file)
    #expect(run.status == 0)
    let names = try SafetensorsFile(URL(filePath: file)).names
    let expected = (0..<3).flatMap { panel in
      ["x.0", "x0.0", "x.1", "x0.1", "final"].map { "panel.\(panel).\($0)" }
    }
    #expect(Set(names) == Set(expected))
  }

  @Test func noiseFromAFileIsTheNoiseOfItsSeed() throws {
    let folder = try TemporaryFolder()
    let noise = folder.path("noise.safetensors")
    _ = try Program.run("sample", "--steps", "2", "-o", folder.path("a.png"), "--save-trajectory", noise)
    let file = try SafetensorsFile(URL(filePath: noise))
    var writer = SafetensorsWriter()
    writer.add("noise", try file.tensor(named: "x.0"))
    try writer.write(to: URL(filePath: folder.path("given.safetensors")))
    let run = try Program.run(
      "sample", "--steps", "2", "--noise", folder.path("given.safetensors"), "-o", folder.path("b.png"))
    #expect(run.status == 0)
    let pictures = try ["a.png", "b.png"].map {
      try PNGFile(contentsOf: URL(filePath: folder.path($0))).picture
    }
    #expect(pictures[0] == pictures[1])
  }

  @Test(arguments: [
    (["sample"], 2, "--output"),
    (["sample", "-o", "x.png", "--steps", "0"], 2, "--steps 0: expected 1 to 10000"),
    (["sample", "-o", "x.png", "--b", "wide"], 2, "wide"),
    (["sample", "-o", "x.png", "--b", "1e9"], 2, "expected a number from -1000 to 1000"),
    (["sample", "-o", "x.png", "--label", "dog"], 1, "robot, monster, head, cat"),
    (["sample", "-o", "x.png", "--blocks", "4"], 1, "blocks 0 to 3"),
    (["sample", "-o", "x.png", "--steps", "5000"], 1, "choose 1 to 999"),
    (["sample", "nothing", "-o", "x.png"], 1, "no such file and no model of that name"),
    (["sample", "-o", "/nowhere/x.png"], 1, "/nowhere/x.png"),
    (["compare", "-o", "x.png", "--panel", "b:1"], 2, "expected pairs"),
    (["compare", "-o", "x.png", "--panel", "c=1"], 2, "no such setting"),
    (["info", "/etc"], 1, "/etc"),
    (["explore"], 2, "must be a terminal"),
    (["explore", "--theme", "none"], 1, "there is no theme"),
    (["dance", "--fast"], 2, "--fast"),
  ])
  func wrongInputIsOneClearLine(arguments: [String], status: Int, words: String) throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == Int32(status), "\(text)")
    #expect(text.contains(words), "\(text)")
    if status == 1 { #expect(text.filter(\.isNewline).count == 1, "\(text)") }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty, "nothing is left behind")
  }

  /// A minus is no option's beginning where a number is wanted.
  @Test(arguments: [
    (["sample", "-o", "x.png", "--seed", "-1"], "The value '-1' is invalid for '--seed"),
    (["sample", "-o", "x.png", "--steps", "-5"], "--steps -5: expected 1 to 10000"),
    (["sample", "-o", "x.png", "--count", "-2"], "--count -2: expected 1 to 4096"),
    (["sample", "-o", "x.png", "--columns", "-2"], "--columns -2: expected 1 or more"),
    (["sample", "-o", "x.png", "--scale", "-2"], "--scale -2: expected 1 to 64"),
    (["sample", "-o", "x.png", "--size", "-8"], "The value '-8' is invalid for '--size"),
    (["sample", "-o", "x.png", "--threads", "-1"], "--threads -1: expected 1 or more"),
    (["sample", "-o", "x.png", "--heads", "-1"], "--heads -1: expected 1 to 1024"),
    (["sweep", "-o", "x.png", "--x", "b=1", "--enlarge", "-1"], "--enlarge -1: expected 1 to 64"),
    (["bench", "--batch", "-1"], "--batch -1: expected 1 to 16"),
    (["bench", "--explorer", "--batch", "3"], "--batch 3: the explorer draws its own panels"),
    (["bench", "--rounds", "-1"], "--rounds -1: expected 1 to 1000"),
    (["train", "--minutes", "-1", "--bench"], "--minutes -1.0: expected more than 0"),
    (["train", "--log-every", "-1", "--bench"], "--log-every -1: expected 1 to 1000000"),
    (["evaluate", "--data", ".", "--seeds", "-1"], "--seeds -1: expected 1 to 1000"),
  ])
  func aNegativeNumberThatCannotBeIsNamed(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(arguments, folder: folder.url)
    #expect(run.status == 2)
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test func negativeValuesNeedNoQuotes() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "sample", "-o", folder.path("a.png"), "--steps", "2", "--b", "-0.5", "--s", "-1", "--alpha-gain", "-1")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test func infoIsForPeopleAndForPrograms() throws {
    let text = try Program.run("info")
    #expect(text.output.contains("7,670,108"))
    let json = try Program.run("info", "--json")
    let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(report?["parameters"] as? Int == 7_670_108)
    #expect((report?["masks"] as? [Any])?.count == 9)
    let maps = ["pictureMemory", "panelsMemory"].map { (report?[$0] as? [String: Int])?["fp32"] ?? 0 }
    #expect(maps[0] > 0 && maps[1] == 6 * maps[0], "three panels, each with and without a label")
    #expect(text.output.contains("more for three guided panels"))
    #expect(try Program.run("models").output.contains("* avatars"))
  }

  @Test func helpAndCompletionsAreThere() throws {
    let help = try Program.run("sample", "--help")
    #expect(help.status == 0)
    for option in ["--sigma-gain", "--freeu-steps", "--save-trajectory", "--noise"] {
      #expect(help.output.contains(option))
    }
    #expect(try Program.run("--generate-completion-script", "bash").output.contains("complete"))
    #expect(try Program.run("--version").output.hasPrefix("0."))
  }
}
