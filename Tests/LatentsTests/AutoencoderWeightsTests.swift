import Checkpoints
import Denoising
import Foundation
import Latents
import Tensors
import TestSupport
import Testing

@Suite struct AutoencoderWeightsTests {
  @Test func `weights of another shape are named`() throws {
    let (small, sd1) = (try AutoencoderGolden("small"), try AutoencoderGolden("sd1"))
    let error = try #require(throws: CheckpointError.self) {
      try sd1.configuration.load(small.weights, on: ComputeEngine())
    }
    guard case .shape(_, let name, _, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(name == "decoder.up_blocks.1.resnets.0.conv1.weight")
  }

  @Test func `a decoder needs no encoder until something is encoded`() throws {
    let golden = try AutoencoderGolden("small")
    let source = try golden.weights
    let folder = try TemporaryFolder()
    let file = folder.file("decoder.safetensors")
    try source.rewritten(file) { !$0.hasPrefix("encoder.") && !$0.hasPrefix("quant_conv") }
    let autoencoder = try golden.configuration.load(CheckpointFile.open(file), on: ComputeEngine())
    let pictures = try autoencoder.pictures(of: golden.latents(1))
    #expect(throws: CheckpointError.self) { try autoencoder.latents(of: pictures) }
  }

  @Test func `a tensor that nothing here knows is named`() throws {
    let golden = try AutoencoderGolden("small")
    let folder = try TemporaryFolder()
    let file = folder.file("more.safetensors")
    try golden.weights.rewritten(file, adding: "loss.logvar") { _ in true }
    #expect(throws: CheckpointError.surplus(file: file.relativePath, tensors: ["loss.logvar"])) {
      _ = try golden.configuration.load(CheckpointFile.open(file), on: ComputeEngine())
    }
  }
}

extension TensorSource {
  /// The tensors that are wanted, in a file of their own.
  fileprivate func rewritten(
    _ file: URL, adding extra: String? = nil, where isWanted: (String) -> Bool
  ) throws {
    var writer = SafetensorsWriter()
    for name in names where isWanted(name) { writer.add(name, try tensor(named: name)) }
    if let extra { writer.add(extra, Tensor([1])) }
    try writer.write(to: file)
  }
}
