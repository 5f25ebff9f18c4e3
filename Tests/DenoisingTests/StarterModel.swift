import Checkpoints
import Denoising
import Foundation
import Tensors

let precisions: [Precision] = ComputeEngine.hasNativeBFloat16 ? [.fp32, .bf16] : [.fp32]

/// The model that comes with the program.
let starterModel = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "models/avatars.safetensors")

func loadStarterModel(_ precision: Precision) throws -> OnEngine<UViT> {
  try OnEngine { try UViT(ComputeEngine(), SafetensorsFile(starterModel), precision: precision) }
}

/// Noise [count, channel, row, column], each image different.
func noise(_ count: Int, _ traits: ModelDescription, seed: UInt64 = 0) -> Tensor {
  var generator = SeededNoise(seed: seed)
  return generator.normals([count] + traits.sampleShape)
}

extension Tensor {
  /// One image of a batch, as a batch of one.
  func image(_ index: Int) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor([1] + shape.dropFirst(), values: Array(values[index * size..<(index + 1) * size]))
  }
}

/// The knobs of nine panels that differ in every way in which panels can.
let assortedKnobs: [Knobs] = {
  var all = [
    Knobs(), Knobs(b: 1.3), Knobs(s: 0.8), Knobs(b: 1.2, s: 0.5), Knobs(), Knobs(), Knobs(b: 1.4), Knobs(),
    Knobs(),
  ]
  all[3].version = 1
  all[4].maskStrength = 0
  all[5].alphaGain = 1.5
  all[6].blocks = [2]
  (all[7].s, all[7].skipFilter) = (0.9, .uniform)
  all[8].sigmaGain = 0.5
  return all
}()
