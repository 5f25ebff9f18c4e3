import Foundation
import TestSupport
import Testing

/// `mezzotint spectra`: the numbers of a table, the plots, and what is said of places that are not there.
struct SpectraCommandTests {
  private static let model = golden("labelled/model.safetensors").path
  private static let way = ["--steps", "4", "--precision", "fp32", "--panel", "b=1.3", "--panel", "s=0.5"]

  private func spectra(_ words: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(["spectra", Self.model] + Self.way + words, folder: folder.url)
  }

  @Test func aTableHasEveryPanelStepPlaceAndFrequency() throws {
    let folder = try TemporaryFolder()
    let outcome = try spectra(["-o", "a.csv"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try String(contentsOf: folder.file("a.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines[0].prefix(2) == ["panel", "step_from_1"] && lines.allSatisfy { $0.count == 14 })
    #expect(Set(lines.dropFirst().map { $0[1] }) == ["1", "2", "3", "4"])
    // Maps of 8 x 8: frequencies 0 to 6.
    #expect(lines.count - 1 == 2 * 4 * 2 * 2 * 2 * 7)
    func amplitude(_ panel: String, _ map: String, _ when: String, _ r: String) -> Double? {
      lines.first {
        $0[0] == panel && $0[1] == "1" && $0[3] == "out 0" && $0[5] == map && $0[6] == when && $0[7] == r
      }.flatMap { Double($0[9]) }
    }
    let (before, after) = (
      try #require(amplitude("Panel 2", "skip", "before", "0")),
      try #require(amplitude("Panel 2", "skip", "after", "0"))
    )
    #expect(abs(after / before - 0.5) < 1e-4, "s takes half of frequency 0")
    #expect(amplitude("Panel 1", "skip", "before", "3") == amplitude("Panel 1", "skip", "after", "3"))
    #expect(amplitude("Panel 1", "backbone", "before", "3") != amplitude("Panel 1", "backbone", "after", "3"))
  }

  @Test func plotsHaveAxesUnitsAndNames() throws {
    let folder = try TemporaryFolder()
    #expect(try spectra(["-o", "a.svg", "--stage", "1", "--step", "2"], in: folder).status == 0)
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    for word in [
      "backbone, out 1, step 2", "skip, out 1, step 2", "log10 A(r)", "Panel 1", "Panel 2",
      "frequency r in bins = cycles per picture; r cycles are waves of 16/r pixels", "stroke-dasharray",
      "fill-opacity",
    ] {
      #expect(svg.contains(word), "\(word)")
    }
    #expect(try spectra(["-o", "a.png", "--relative"], in: folder).status == 0)
    #expect(try Data(contentsOf: folder.file("a.png")).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    // Without a terminal and without a file: the table of one step.
    let said = try spectra([], in: folder)
    #expect(said.status == 0 && said.output.hasPrefix("panel,step"))
  }

  @Test func mapsAreDrawnAndAreATable() throws {
    let folder = try TemporaryFolder()
    let words = ["--maps", "--stage", "1", "--step", "2"]
    let outcome = try spectra(words + ["-o", "a.csv"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try String(contentsOf: folder.file("a.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    // Two panels, eight maps of 8 x 8.
    #expect(lines.allSatisfy { $0.count == 9 } && lines.count - 1 == 2 * 8 * 64)
    func values(_ panel: String, _ map: String) -> [Double] {
      lines.filter { $0[0] == panel && $0[5] == map }.compactMap { Double($0[8]) }
    }
    #expect(values("Panel 1", "factor").min() == 1 && values("Panel 1", "factor").max() == 1.3)
    #expect(Set(values("Panel 2", "factor")) == [1] && Set(values("Panel 2", "m")).count > 8)
    #expect(values("Panel 1", "skip PC 3").count == 64)
    #expect(try spectra(words + ["-o", "a.svg"], in: folder).status == 0)
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    for word in [
      "Panel 1, features of out 1, step 2", "1.00 to 1.30", "m as factor, 1 to b", "skip, PC 1 to 3",
      "of the variance",
    ] {
      #expect(svg.contains(word), "\(word)")
    }
  }

  @Test(arguments: [
    ("steps", ["--stage", "1"], ", out 1", 4, ["1", "2", "3", "4"]),
    ("stages", ["--step", "2"], ", step 2", 2, ["out 0", "out 1"]),
  ])
  func spectraAreDrawnOverStepsAndStages(
    axis: String, words: [String], place: String, columns: Int, names: [String]
  ) throws {
    let folder = try TemporaryFolder()
    let words = ["--over", axis] + words
    let outcome = try spectra(words + ["-o", "a.svg"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    for word in [
      "Panel 1, backbone before b", "Panel 1, backbone after b", "Panel 2, skip before s",
      "Panel 2, skip after s",
    ] {
      #expect(svg.contains(">\(word)\(place)</text>"), "\(word)")
    }
    for name in names + [axis == "steps" ? "step" : "stage"] {
      #expect(svg.contains(">\(name)</text>"), "\(name)")
    }
    #expect(svg.contains(">r cycles are waves of 16/r pixels<") && svg.contains("log10 A(r)"))
    #expect(svg.contains("rotate(-90)\" text-anchor=\"middle\">frequency r in cycles per picture</text>"))
    // Backbone and skip of two panels, before and after; frequencies 0 to 6.
    #expect(svg.matches(of: /Z" fill="#/).count == 2 * 4 * columns * 7)
    #expect(try spectra(words + ["-o", "a.png", "--relative"], in: folder).status == 0)
    #expect(try Data(contentsOf: folder.file("a.png")).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    // Without a terminal and without a file: the table of what would be drawn.
    let table = try spectra(words, in: folder).output
    #expect(table.split(separator: "\n").count - 1 == 2 * columns * 4 * 7)
  }

  @Test(arguments: [
    (["--over", "steps", "--step", "1"], 2, "--step: --over steps draws all of them; leave it out"),
    (["--over", "stages", "--stage", "1"], 2, "--stage: --over stages draws all of them; leave it out"),
    (["--over", "steps", "--maps"], 2, "leave it out with --maps"),
    (["--over", "steps", "-o", "a.csv"], 2, "--over steps: a .csv holds A(r) of every stage and step"),
    (["--relative", "-o", "a.csv"], 2, "--relative: a .csv holds A(r) of every stage and step as it is"),
    (["--maps", "--relative"], 2, "leave it out with --maps"),
    (["--stage", "2"], 2, "--stage 2: expected 0 to 1"), (["--step", "5"], 2, "--step 5: expected 1 to 4"),
    (["--step", "0"], 2, "the first step is 1, as on the screen"),
    (["--stage", "0", "--concatenation", "1"], 2, "--concatenation 1: expected 0 to 0"),
    (["--concatenation", "0"], 2, "say of which --stage"), (["-o", "a.jpg"], 2, ".svg, .png or .csv"),
  ])
  func whatIsNotThereIsSaid(words: [String], status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try spectra(words, in: folder)
    #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try folder.names == [])
  }
}
