import Checkpoints
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

/// One forward pass of the reference: knobs as its JSON has them.
struct GoldenKnobs: Decodable {
  let b, s: Double
  let version: Int
  let skip_filter: Knobs.SkipFilter
  let threshold: Int
  let blocks: [Int]?
  let alpha_gain, sigma_gain, mask_strength: Double

  var knobs: Knobs {
    var knobs = Knobs(b: b, s: s)
    knobs.version = version
    knobs.skipFilter = skip_filter
    knobs.threshold = threshold
    knobs.blocks = blocks.map(Set.init)
    (knobs.alphaGain, knobs.sigmaGain, knobs.maskStrength) = (alpha_gain, sigma_gain, mask_strength)
    return knobs
  }
}

struct GoldenCaseTests {
  @Test(arguments: ["labelled", "plain"])
  func everyCaseAgreesWithTheReference(model: String) throws {
    let problems = try OnEngine {
      try UViT(ComputeEngine(), SafetensorsFile(golden("\(model)/model.safetensors")), precision: .fp32)
    }.run { model_ in
      let cases = try SafetensorsFile(golden("\(model)/cases.safetensors"))
      let settings = try JSONDecoder().decode([GoldenKnobs].self, from: Data(cases.metadata["cases"]!.utf8))
      return try settings.enumerated().compactMap { index, setting in
        let images = try cases.tensor(named: "case.\(index).x")
        let times = try cases.integers(named: "case.\(index).t")
        let labels = model_.description.labels.isEmpty ? nil : try cases.integers(named: "case.\(index).y")
        let rows = times.indices.map {
          DenoisingRow(
            timestep: Double(times[$0]), condition: .init(label: labels?[$0]), knobs: setting.knobs)
        }
        return difference(
          try model_(images, rows), try cases.tensor(named: "case.\(index).out"), tolerance: 1e-4,
          name: "case \(index)")
      }
    }
    #expect(problems == [])
  }
}
