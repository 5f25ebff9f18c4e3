import Foundation
import TestSupport
import Testing

/// `mezzotint attention`: the numbers of its tables, the plots, and what is said of places that are not there.
struct AttentionCommandTests {
  private static let model = golden("labelled/model.safetensors").path
  private static let way = [
    "--steps", "4", "--precision", "fp32", "--panel", "b=1", "--panel", "mask-strength=0",
  ]

  private func attention(_ words: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(["attention", Self.model] + Self.way + words, folder: folder.url)
  }

  private func table(_ name: String, in folder: TemporaryFolder) throws -> [[Substring]] {
    try String(contentsOf: folder.file(name), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  @Test func aTableHasEveryPanelStepLayerAndHead() throws {
    let folder = try TemporaryFolder()
    let outcome = try attention(["-o", "a.csv"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try table("a.csv", in: folder)
    #expect(lines[0].last == "distance_pixels" && lines.allSatisfy { $0.count == 9 })
    #expect(lines.count - 1 == 2 * 4 * 5 * 4 * 2)
    for line in lines.dropFirst() {
      let (entropy, patches, pixels) = (Double(line[6]) ?? -1, Double(line[7]) ?? -1, Double(line[8]) ?? -1)
      // 64 patches and two tokens; patches of two pixels.
      #expect(0...log(66) ~= entropy && 0...10 ~= patches && abs(pixels - 2 * patches) < 1e-5)
    }
    func pairs(_ panel: String) -> [Bool] {
      let all = lines.filter { $0[0] == panel }
      return zip(all, all.dropFirst()).filter { $0.0[5] == "without" }.map { $0.0[6...] == $0.1[6...] }
    }
    #expect(pairs("Panel 1").contains(false) && !pairs("Panel 2").contains(false))
  }

  @Test func aLayersTableAddsUpToOneForEachHead() throws {
    let folder = try TemporaryFolder()
    let words = ["--layer", "2", "--patch", "3,8", "--step", "1", "-o", "a.csv"]
    #expect(try attention(words, in: folder).status == 0)
    let lines = try table("a.csv", in: folder).dropFirst()
    #expect(
      lines.count == 2 * 4 * 2 * 66 && lines.allSatisfy { $0[3] == "mid" && $0[6] == "3" && $0[7] == "8" })
    #expect(Set(lines.map { $0[8] }) == ["label", "time", "patch"])
    let sums = Dictionary(grouping: lines) { [$0[0], $0[4], $0[5]] }.mapValues {
      $0.reduce(0) { $0 + (Double($1[11]) ?? .nan) }
    }
    #expect(sums.count == 16 && sums.values.allSatisfy { abs($0 - 1) < 1e-4 })
  }

  @Test func plotsHaveAxesUnitsAndNames() throws {
    let folder = try TemporaryFolder()
    func svg(_ words: [String]) throws -> String {
      let outcome = try attention(words + ["-o", "a.svg"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    }
    let all = try svg([])
    for word in [
      "Panel 1, entropy, step 3", "Panel 2, mean distance, step 3", "nats", "patches", "pixels", "out 1",
      "without M", "head 1",
    ] {
      #expect(all.contains(word), "\(word)")
    }
    let layer = try svg(["--layer", "2", "--head", "3"])
    for word in [
      "what patch 5,5 looks at, mid", "head 4 without M", "head 1 with M", "label ", "time ",
      "colours by its square root", "M(d), mid head 3", "distance d in patches; one is 2 pixels",
    ] {
      #expect(layer.contains(word), "\(word)")
    }
    #expect(try attention(["--layer", "0", "-o", "a.png"], in: folder).status == 0)
    #expect(try Data(contentsOf: folder.file("a.png")).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    // Without a terminal and without a file: the table of one step.
    let said = try attention([], in: folder)
    #expect(
      said.status == 0 && said.output.hasPrefix("panel,step_from_1,timestep,layer,head,mask,entropy_nats"))
  }

  /// Of the bundled model that draws from text.
  private func words(_ words: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    let way = ["--steps", "2", "--precision", "fp32", "--panel", "b=1", "--prompt", "a cat on blue"]
    return try Program.run(["attention", "emoji"] + way + words, folder: folder.url)
  }

  @Test func aTableOfWordsHasAShareForEachPlace() throws {
    let folder = try TemporaryFolder()
    let outcome = try words(["--words", "-o", "a.csv"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try table("a.csv", in: folder)
    #expect(lines[0].joined(separator: ",") == "panel,step_from_1,timestep,word,column,row,share")
    #expect(lines.count - 1 == 2 * 4 * 256)
    #expect(lines.dropFirst().allSatisfy { 0...1 ~= Double($0[6]) ?? -1 })
    #expect(Set(lines.dropFirst().map { $0[3] }) == ["a", "cat", "on", "blue"])
  }

  @Test func mapsOfWordsAreThoseThatWereAskedForInThePromptsOrder() throws {
    let folder = try TemporaryFolder()
    let outcome = try words(["--word", "blue", "--word", "Cat", "-o", "a.svg"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    let places = try ["looks at its words, step 2", ">cat</text>", ">blue</text>"].map {
      try #require(svg.range(of: $0)).lowerBound
    }
    #expect(places == places.sorted() && svg.contains("each map's highest") && !svg.contains(">on</text>"))
  }

  @Test func aWordThatIsNotThereIsSaid() throws {
    let folder = try TemporaryFolder()
    let missing = try words(["--word", "dog", "-o", "a.csv"], in: folder)
    #expect(missing.status == 2 && missing.errors.contains("expected one of a, cat, on, blue"))
    for (words, option) in [(["--word", "cat"], "--word: "), (["--words"], "--words: ")] {
      let untold = try attention(words, in: folder)
      #expect(untold.status == 1 && untold.errors.contains(option), "\(untold.errors)")
    }
    #expect(try folder.names == [])
  }

  @Test(arguments: [
    (["--word", "cat", "--layer", "0"], "--layer: words are looked at"),
    (["--word", "cat", "--words"], "--word cat: --words draws all of them"),
    (["--word", ""], "--word: expected a word of the prompt, found an empty one"),
    (["--layer", "5"], "--layer 5: expected 0 to 4"),
    (["--patch", "1,1"], "say of which --layer"),
    (["--layer", "0", "--patch", "9,1"], "--patch 9,1: expected 1,1 to 8,8"),
    (["--layer", "0", "--patch", "9"], "--patch 9: expected a column and a row"),
    (["--layer", "0", "--head", "5"], "--head 5: expected 1 to 4: in 0 has 4 heads"),
    (["--step", "5"], "--step 5: expected 1 to 4"),
    (["--step", "0"], "the first step is 1, as on the screen"),
    (["-o", "a.jpg"], ".svg, .png or .csv"),
  ])
  func whatIsNotThereIsSaid(words: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try attention(words, in: folder)
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try folder.names == [])
  }
}
