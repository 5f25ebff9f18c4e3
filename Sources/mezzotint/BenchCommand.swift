import ArgumentParser
import Denoising
import Foundation
import Recipes
import Tensors

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time the engine on this machine.")

  @OptionGroup var model: ModelOptions

  func run() throws {
    for precision in [Precision.fp32, .bf16] {
      let model = try LoadedModel(ModelLibrary().file(model.model), precision: precision)
      for batch in [1, 3, 9] {
        let milliseconds = try model.denoiser.run { denoiser -> Double in
          let rows = (0..<batch).map { _ in
            DenoisingRow(timestep: 500, label: denoiser.traits.labels.isEmpty ? nil : 0)
          }
          var generator = SeededNoise(seed: 0)
          let images = generator.normals([batch] + denoiser.traits.imageShape)
          var times: [Double] = []
          for _ in 0..<30 {
            let start = ContinuousClock.now
            _ = try denoiser(images, rows)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
          }
          return times.sorted()[15]
        }
        print("\(precision.rawValue)  batch \(batch)  \(String(format: "%.2f", milliseconds)) ms a step")
      }
    }
  }
}
