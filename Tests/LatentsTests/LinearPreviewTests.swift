import Denoising
import Foundation
import Latents
import Tensors
import TestSupport
import Testing

@Suite struct LinearPreviewTests {
  @Test func `each pixel is a sum of its channels`() {
    let preview = LinearPreview(factors: [[1, 2, 3], [10, 20, 30]], bias: [0.5, 0, -0.5])
    let pictures = preview.pictures(of: Tensor([1, 2, 1, 2], values: [1, 2, 3, 4]))
    #expect(pictures == Tensor([1, 3, 1, 2], values: [31.5, 42.5, 62, 84, 92.5, 125.5]))
  }

  @Test func `a fit to a decoder that is linear finds its numbers`() throws {
    let decoder = Blocks(
      preview: LinearPreview(
        factors: [[0.1, 0.02, -0.03], [0.05, -0.1, 0.04], [0.02, 0.03, 0.1]], bias: [0.1, -0.2, 0.05]))
    let fitted = try LinearPreview(fitting: decoder)
    for (found, expected) in zip(
      fitted.factors + [fitted.bias], decoder.preview.factors + [decoder.preview.bias])
    {
      #expect(difference(found, expected, tolerance: 1e-4, name: "factors") == nil)
    }
  }

  @Test func `what is fitted to an autoencoder has its colours`() throws {
    let autoencoder = try AutoencoderGolden("emoji").autoencoder()
    let preview = try LinearPreview(fitting: autoencoder)
    // Areas of one colour, as its own pictures have them.
    var noise = SeededNoise(seed: 3)
    let colors = noise.normals([6, 4, 1, 1])
    let latents = Tensor([6, 4, 6, 6], values: colors.values.flatMap { Array(repeating: $0, count: 36) })
    let shown = preview.pictures(of: latents)
    let decoded = try autoencoder.pictures(of: latents)
    var (error, spread) = (Float(0), Float(0))
    for plane in 0..<18 {
      let true_ =
        decoded.values[plane * 576..<(plane + 1) * 576].map { min(max($0, -1), 1) }
        .reduce(0, +) / 576
      error += (shown.values[plane * 36] - true_) * (shown.values[plane * 36] - true_)
      spread += true_ * true_
    }
    #expect(error < 0.5 * spread)
  }

  @Test(arguments: [
    ("[128, 256, 512, 512]", 0.18215, Float(0.337366)), ("[128, 256, 512, 512]", 0.13025, 0.258303),
    ("[128, 256, 512, 512]", 0.5, nil), ("[32, 64, 64, 64]", 0.18215, nil),
  ])
  func `an autoencoder that people have numbers of is known`(
    _ widths: String, _ factor: Double, _ expected: Float?
  ) throws {
    func types(_ way: String) -> String {
      Array(repeating: "\"\(way)\(way == "Up" ? "De" : "En")coderBlock2D\"", count: 4).joined(separator: ", ")
    }
    let json = """
      {"_class_name": "AutoencoderKL", "scaling_factor": \(factor), "block_out_channels": \(widths),
       "down_block_types": [\(types("Down"))], "up_block_types": [\(types("Up"))]}
      """
    let configuration = try AutoencoderConfiguration(json: Data(json.utf8), path: "config.json")
    #expect(configuration.knownPreview?.factors[0][0] == expected)
  }

  @Test func `latents are shown by what was asked for`() throws {
    let golden = try AutoencoderGolden("emoji")
    let autoencoder = try golden.autoencoder()
    let views = LatentViews(full: autoencoder)
    let latents = try golden.latents()
    #expect(views.ways == [.linear, .full])
    #expect(try views.pictures(of: latents, by: .full) == autoencoder.pictures(of: latents))
    #expect(try views.pictures(of: latents, by: .linear).shape == [2, 3, 8, 8])
    #expect(LatentViews(full: autoencoder, tiny: autoencoder).ways == PreviewWay.allCases)
  }
}

/// Each pixel of a linear preview as a block of pixels.
private final class Blocks: LatentPictures {
  let preview: LinearPreview
  let factor = 2
  var channels: Int { preview.channels }

  init(preview: LinearPreview) { self.preview = preview }

  func pictures(of latents: Tensor) -> Tensor {
    let small = preview.pictures(of: latents)
    let (rows, columns) = (small.shape[2], small.shape[3])
    var large = Tensor([small.shape[0], 3, 2 * rows, 2 * columns])
    for index in large.values.indices {
      let (plane, place) = (index / (4 * rows * columns), index % (4 * rows * columns))
      let (row, column) = (place / (2 * columns) / 2, place % (2 * columns) / 2)
      large.values[index] = small.values[(plane * rows + row) * columns + column]
    }
    return large
  }
}
