import Checkpoints
import Foundation
import TestSupport
import Testing

/// `--convergence` of `sample` and `compare`.
struct ConvergenceCommandTests {
  private static let model = golden("labelled/model.safetensors").path
  private static let way = ["--steps", "4", "--precision", "fp32"]

  /// [panel: distances of its steps].
  private static func table(_ url: URL) throws -> [String: [Double]] {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines[0] == ["panel", "step_from_1", "timestep", "mean_difference_of_255"])
    var found: [String: [Double]] = [:]
    for line in lines.dropFirst() {
      found[line[0], default: []].append(try #require(Double(line[3])))
      #expect(Int(line[1]) == found[line[0]]?.count)
    }
    return found
  }

  /// As the saved trajectory has it, but for the rounding to 8 bits.
  @Test func aTableHasTheDistancesOfTheTrajectory() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["compare", Self.model, "--count", "2", "--panel", "b=1", "--panel", "b=1.5", "-o", "a.png"] + Self.way
        + ["--convergence", "a.csv", "--save-trajectory", "a.safetensors"], folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let found = try Self.table(folder.file("a.csv"))
    #expect(found.count == 2)
    let file = try SafetensorsFile(folder.file("a.safetensors"))
    for (panel, name) in ["Panel 1", "Panel 2"].enumerated() {
      let distances = try #require(found[name])
      #expect(distances.count == 4 && distances[3] == 0 && distances[0] > 1)
      func predicted(_ step: Int) throws -> [Float] {
        try file.tensor(named: "panel.\(panel).x0.\(step)").values.map { min(1, max(-1, $0)) }
      }
      let end = try predicted(3)
      for (step, distance) in distances.enumerated() {
        let sum = zip(try predicted(step), end).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) }
        #expect(abs(distance - sum / Double(end.count) * 127.5) < 0.5, "step \(step + 1)")
      }
    }
  }

  @Test func aPlotHasALineForEachPanelAndNamedAxes() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["compare", Self.model, "-o", "a.png", "--convergence", "a.svg"] + Self.way, folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    for text in ["Model 1", "Model 2", "Model 3", "step", "mean |x0(t) - x0(end)|, of 255"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    let single = try Program.run(
      ["sample", Self.model, "-o", "b.png", "--convergence", "c.png"] + Self.way, folder: folder.url)
    #expect(single.status == 0, "\(single.errors)")
    #expect(try Data(contentsOf: folder.file("c.png")).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
  }

  /// The steps of latents are looked at by a preview.
  @Test func latentsComeToTheirEndToo() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      ["sample", "emoji", "--prompt", "a cat", "-o", "a.png", "--convergence", "a.csv"] + Self.way,
      folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let distances = try #require(try Self.table(folder.file("a.csv")).values.first)
    #expect(distances.count == 4 && distances[3] == 0 && distances[0] > 1)
  }

  @Test(arguments: [
    (["--convergence", "a.jpg"], ".svg, .png or .csv"),
    (["--convergence", "a.png"], "this file is --output too"),
  ])
  func aFileThatCannotBeWrittenIsSaidBeforeAnythingIsDrawn(words: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["sample", Self.model, "-o", "a.png"] + Self.way + words, folder: folder.url)
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
    #expect(try folder.names == [])
  }
}
