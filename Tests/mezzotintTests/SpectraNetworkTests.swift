import Foundation
import TestSupport
import Testing

/// `mezzotint spectra --network`: how far panels are from the first one, block by block.
struct SpectraNetworkTests {
  private static let way = ["--steps", "4", "--precision", "fp32"]
  private static let panels = ["--panel", "b=1", "--panel", "b=1.3", "--panel", "s=0.5"]

  private func network(_ words: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(
      ["spectra", golden("labelled/model.safetensors").path, "--network"] + Self.way + words,
      folder: folder.url)
  }

  /// In the first step all are fed the same: nothing differs before FreeU acts.
  @Test func inTheFirstStepPanelsPartWhereTheirKnobsAct() throws {
    let folder = try TemporaryFolder()
    let run = try network(Self.panels + ["--step", "1", "-o", "a.csv"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(contentsOf: folder.file("a.csv"), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(
      lines[0].joined(separator: ",") == "panel,reference,step_from_1,timestep,block,relative_distance")
    #expect(lines.dropFirst().allSatisfy { $0[1] == "Panel 1" && $0[2] == "1" })
    for panel in ["Panel 2", "Panel 3"] {
      let own = lines.filter { $0[0] == panel }
      #expect(own.map { $0[4] } == ["in 0", "in 1", "mid", "out 0", "out 1"])
      let distances = own.compactMap { Double($0[5]) }
      #expect(distances.prefix(3).allSatisfy { $0 == 0 } && distances.suffix(2).allSatisfy { $0 > 1e-4 })
    }
  }

  @Test func bothPicturesNameBlocksAndPanels() throws {
    let folder = try TemporaryFolder()
    #expect(try network(Self.panels + ["-o", "a.svg"], in: folder).status == 0)
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    for text in [
      "how far features are from those of Panel 1, step 3", "Panel 2", "Panel 3", "in 0", "mid", "out 1",
      "relative distance |x - y| / |y|, y of Panel 1", "block, in the order of the data",
    ] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(try network(Self.panels + ["-o", "a.png"], in: folder).status == 0)
    #expect(try Data(contentsOf: folder.file("a.png")).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let said = try network(Self.panels, in: folder)
    #expect(said.output.hasPrefix("panel,reference,step_from_1"), "a table where no terminal is")
  }

  /// Another network has other blocks.
  @Test func aPanelOfAnotherModelIsNamedAndLeftOut() throws {
    let (folder, models) = (try TemporaryFolder(), try ModelFolder())
    let other = ["--panel", "name=other,model=\(models.file("plain").path)"]
    let run = try network(["--panel", "b=1", "--panel", "b=1.3"] + other + ["-o", "a.csv"], in: folder)
    #expect(run.status == 0 && run.errors.contains("other: not compared"), "\(run.errors)")
    #expect(try !String(contentsOf: folder.file("a.csv"), encoding: .utf8).contains("other"))
    let alone = try network(["--panel", "b=1"] + other, in: folder)
    #expect(alone.status == 2 && alone.errors.contains("expected a second panel"), "\(alone.errors)")
  }

  @Test func stepsOfUnlikeTimestepsAreNotCompared() throws {
    let folder = try TemporaryFolder()
    let panels = ["--panel", "b=1", "--panel", "steps=3,b=1.3"]
    let run = try network(panels + ["--step", "2", "-o", "a.csv"], in: folder)
    #expect(
      run.status == 2 && run.errors.contains("--network: step 2 of Panel 2 is at timestep "), "\(run.errors)")
    #expect(try folder.names == [])
  }

  @Test(arguments: ["--maps", "--relative", "--over=steps", "--stage=0"])
  func whatDrawsSomethingElseIsRefused(option: String) throws {
    let folder = try TemporaryFolder()
    let run = try network(Self.panels + [option], in: folder)
    let name = option.split(separator: "=")[0]
    #expect(run.status == 2 && run.errors.contains("\(name): --network draws"), "\(run.errors)")
  }
}
