import Denoising
import Engines
import Foundation
import Recipes
import Tensors
import Testing

struct PrecisionTests {
  /// The three panels of the starter model, 20 steps: what bfloat16 changes must stay far below what a knob
  /// changes, which is several steps of 255.
  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func bfloat16ChangesPicturesByLessThanHalfAStep() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "models/avatars.safetensors")
    let runs = try [Precision.fp32, .bf16].map { precision -> SamplingRun in
      let model = try LoadedModel(file, precision: precision)
      let recipe = Recipe(model: model.name, precision: precision, panels: Panel.models)
      return try model.run { network in
        var run = try SamplingRun(recipe, network.description)
        while !run.isFinished { _ = try run.advance(with: network) }
        return run
      }
    }
    let differences = zip(runs[0].results, runs[1].results).map {
      meanDifference(pictures(of: $0)[0], pictures(of: $1)[0])
    }
    #expect(differences.count == 3)
    #expect(
      differences.allSatisfy { $0 > 0 && $0 <= 0.4 }, "mean differences in steps of 255: \(differences)")
  }
}
