import Checkpoints
import Tensors

/// A U-ViT as mezzotint writes it: safetensors with the names of the published checkpoints, and the configuration in
/// the metadata.
package struct UViTFile: ModelFile {
  private let file: SafetensorsFile
  private let c: UViTConfiguration

  package init?(_ file: SafetensorsFile) throws {
    guard file.metadata[UViTConfiguration.metadataKey] != nil else { return nil }
    (self.file, c) = (file, try UViTConfiguration(metadataOf: file))
  }

  package var outline: ModelOutline { c.outline }

  package var configuration: any Encodable & Sendable { c }

  package var facts: [(name: String, text: String)] {
    [
      (
        "images",
        "\(c.channels) x \(c.imageSize) x \(c.imageSize), patches of \(c.patchSize) (\(c.grid) x \(c.grid))"
      ),
      ("network", "U-ViT, width \(c.width), depth \(c.depth), \(c.heads) heads, mlp x \(c.mlpRatio)"),
      ("mask", c.maskKernels > 0 ? "mixture of \(c.maskKernels) Gaussians for each head and block" : "none"),
      ("predicts", "\(c.prediction.rawValue), \(c.schedule.rawValue) schedule, \(c.timesteps) timesteps"),
    ]
  }

  package func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    try UViT(engine, c, file, precision: precision)
  }
}
