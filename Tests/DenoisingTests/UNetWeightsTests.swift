import Checkpoints
import Denoising
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

/// Tensors of a file, some of them changed.
private final class ChangedSource: TensorSource {
  let base: any TensorSource
  let dropped: String?
  let added: String?
  let reshaped: String?

  init(_ base: any TensorSource, dropped: String? = nil, added: String? = nil, reshaped: String? = nil) {
    (self.base, self.dropped, self.added, self.reshaped) = (base, dropped, added, reshaped)
  }

  var path: String { "unet.safetensors" }
  var metadata: [String: String] { [:] }
  var names: [String] { base.names.filter { $0 != dropped } + (added.map { [$0] } ?? []) }
  func contains(_ name: String) -> Bool { names.contains(name) }
  func type(of name: String) throws -> ElementType {
    try require(name)
    return try name == added ? .float32 : base.type(of: name)
  }
  func shape(of name: String) throws -> [Int] {
    try require(name)
    if name == added { return [1] }
    let shape = try base.shape(of: name)
    return name == reshaped ? [shape[0], shape.dropFirst().reduce(1, *)] : shape
  }
  func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
  {
    try require(name)
    return try base.withBytes(of: name, body)
  }
  func fingerprint() throws -> String { "0" }

  private func require(_ name: String) throws {
    guard name != dropped else {
      throw CheckpointError.missingTensor(file: path, tensor: name, similar: nil)
    }
  }
}

struct UNetWeightsTests {
  private func message(
    _ name: String, _ change: @escaping @Sendable (any TensorSource) -> any TensorSource
  ) throws -> String {
    try OnEngine { () }.run { _ in
      let reference = try UNetGolden(name)
      let source = change(try reference.weights)
      do {
        _ = try UNet(
          configuration: reference.configuration, weights: source, fingerprint: "0", engine: ComputeEngine(),
          schedule: NoiseSchedule(.linear, timesteps: 1000), prediction: .epsilon)
        return "nothing"
      } catch { return "\(error)" }
    }
  }

  @Test func aTensorThatIsMissingIsNamed() throws {
    let text = try message("labels") { ChangedSource($0, dropped: "up_blocks.1.resnets.0.conv2.weight") }
    #expect(text.contains("there is no tensor 'up_blocks.1.resnets.0.conv2.weight'"))
  }

  @Test func aTensorThatNothingUsesIsNamed() throws {
    let text = try message("labels") { ChangedSource($0, added: "up_blocks.9.resnets.0.conv2.weight") }
    #expect(text.contains("nothing uses tensor 'up_blocks.9.resnets.0.conv2.weight'"))
  }

  @Test(arguments: ["conv_in.weight", "mid_block.resnets.1.conv1.weight"])
  func aShapeThatTheConfigurationContradictsIsNamed(tensor: String) throws {
    let text = try message("labels") { ChangedSource($0, reshaped: tensor) }
    #expect(text.contains("tensor '\(tensor)' has shape [") && text.contains("expected ["))
  }
}
