import Checkpoints
import Denoising
import Foundation
import Latents
import Tensors
import TestSupport
import Testing

@Suite struct AutoencoderTests {
  @Test(arguments: AutoencoderGolden.names, [0, 1])
  func `decodes and encodes as diffusers does`(_ name: String, _ index: Int) throws {
    let golden = try AutoencoderGolden(name)
    let autoencoder = try golden.autoencoder()
    let pictures = try autoencoder.pictures(of: golden.latents(index))
    let expected = try golden.pictures(index)
    #expect(difference(pictures, expected, tolerance: 1e-4, name: "pictures") == nil)
    let seen = Tensor(expected.shape, values: expected.values.map { min(max($0, -1), 1) })
    let latents = try autoencoder.latents(of: seen)
    #expect(try difference(latents, golden.encoded(index), tolerance: 1e-4, name: "latents") == nil)
  }

  @Test(arguments: AutoencoderGolden.names, Precision.available)
  func `an image of a batch is that image alone, bit for bit`(_ name: String, _ precision: Precision) throws {
    let golden = try AutoencoderGolden(name)
    let autoencoder = try golden.autoencoder(precision)
    let latents = try golden.latents()
    let together = try autoencoder.pictures(of: latents)
    let back = try autoencoder.latents(of: together)
    for image in 0..<latents.shape[0] {
      let alone = try autoencoder.pictures(of: latents.image(image))
      #expect(alone == together.image(image))
      #expect(try autoencoder.latents(of: alone) == back.image(image))
    }
  }

  @Test(.enabled(if: ComputeEngine.hasBFloat16), arguments: AutoencoderGolden.names)
  func `bfloat16 draws nearly the same`(_ name: String) throws {
    let golden = try AutoencoderGolden(name)
    let pictures = try golden.autoencoder(.bf16).pictures(of: golden.latents())
    // Eight bits of mantissa, twenty layers.
    #expect(try difference(pictures, golden.pictures(), tolerance: 0.05, name: "pictures") == nil)
  }

  @Test func `after another size the first comes out as before`() throws {
    let golden = try AutoencoderGolden("emoji")
    let autoencoder = try golden.autoencoder()
    let first = try autoencoder.pictures(of: golden.latents(0))
    _ = try autoencoder.pictures(of: golden.latents(1))
    #expect(try autoencoder.pictures(of: golden.latents(0)) == first)
  }

  @Test func `a picture that is no whole number of latents is refused`() throws {
    let autoencoder = try AutoencoderGolden("emoji").autoencoder()
    #expect(throws: AutoencoderError.side(30, factor: 4)) {
      try autoencoder.latents(of: Tensor([1, 3, 32, 30]))
    }
  }
}
