import Checkpoints
import Denoising
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

/// What is said of a model without running it.
struct DescriptionTests {
  private static func description(_ fingerprint: String, width: Int = 64) -> ModelDescription {
    var c = UViTConfiguration()
    c.width = width
    return ModelDescription(c, masks: [], parameterCount: 1, fingerprint: fingerprint)
  }

  @Test func modelsAreEqualWhenTheirWeightsAre() {
    let one = Self.description("0123456789abcdef")
    #expect(one == Self.description("0123456789abcdef"))
    #expect(one != Self.description("0123456789abcdee"), "all else is alike")
  }

  @Test func aFileSaysWhatItsWeightsAre() throws {
    let file = try SafetensorsFile(golden("labelled/model.safetensors"))
    let description = try OnEngine { try UViT(ComputeEngine(), file, precision: .fp32) }.run {
      $0.description
    }
    #expect(description.fingerprint == (try file.fingerprint()))
    #expect(description.family == "U-ViT")
    #expect(description.sampleShape == description.pictureShape)
    #expect(description.attention.count == description.stages.count * 2 + 1)
    #expect(description.masks.count == description.attention.count)
  }

  @Test func stagesAndAttentionAreNamedInTheOrderOfTheData() {
    var c = UViTConfiguration()
    (c.depth, c.imageSize, c.patchSize, c.heads) = (4, 32, 4, 2)
    let description = ModelDescription(c, masks: [], parameterCount: 0, fingerprint: "")
    #expect(description.attention.map(\.name) == ["in 0", "in 1", "mid", "out 0", "out 1"])
    #expect(description.stages.map(\.name) == ["out 0", "out 1"])
    #expect(description.stages.map(\.grid) == [Grid(side: 8), Grid(side: 8)])
    #expect(description.largestThreshold == 4)
    #expect(description.grid(ofBlock: 4) == Grid(side: 8))
    #expect(!description.hasMask && !description.knowsGuidance)
  }

  @Test(arguments: [
    (
      #"{"schedule": "exponential"}"#, #"`schedule` is "exponential", expected "linear" or "cosine""#
    ),
    (
      #"{"prediction": "velocity"}"#,
      #"`prediction` is "velocity", expected "epsilon", "v" or "sample""#
    ),
  ])
  func anUnknownWordIsAnErrorAndNeverTakenForSomethingElse(json: String, defect: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.safetensors")
    var writer = SafetensorsWriter(metadata: ["mezzotint": json])
    writer.add("x", Tensor([1]))
    try writer.write(to: url)
    let file = try SafetensorsFile(url)
    #expect(throws: ModelError.configuration(file: url.relativePath, defect: defect)) {
      try UViTConfiguration(metadataOf: file)
    }
  }

  @Test func scheduleAndPredictionAreWrittenAsTheyAreRead() throws {
    var c = UViTConfiguration()
    (c.schedule, c.prediction) = (.linear, .v)
    let json = try JSONEncoder().encode(c)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""schedule":"linear""#) && text.contains(#""prediction":"v""#))
    #expect(try JSONDecoder().decode(UViTConfiguration.self, from: json) == c)
  }
}

struct LowFrequencyTests {
  /// The matrix is the average over frequencies in the window and their opposites, on maps that are not square too.
  @Test(arguments: [Grid(side: 4), Grid(rows: 2, columns: 5), Grid(rows: 6, columns: 3)], [0, 1, 2])
  func theMatrixIsTheFilterOfTheReference(grid: Grid, threshold: Int) {
    let matrix = LowFrequencies(grid, threshold: threshold).matrix
    func window(_ size: Int) -> [Int] {
      (max(0, size / 2 - threshold)..<min(size, size / 2 + threshold)).map { $0 - size / 2 }
    }
    var worst = 0.0
    for p in 0..<grid.count {
      for q in 0..<grid.count {
        let (dy, dx) = (p / grid.columns - q / grid.columns, p % grid.columns - q % grid.columns)
        // The real part of the inverse transform of the window.
        var expected = 0.0
        for fy in window(grid.rows) {
          for fx in window(grid.columns) {
            let turns =
              Double(fy * dy) / Double(grid.rows) + Double(fx * dx) / Double(grid.columns)
            expected += cos(2 * .pi * turns) / Double(grid.count)
          }
        }
        worst = max(worst, abs(expected - Double(matrix[p * grid.count + q])))
      }
    }
    #expect(worst < 1e-6)
  }
}
