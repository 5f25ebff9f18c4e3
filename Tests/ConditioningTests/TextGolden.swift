import Checkpoints
import Conditioning
import Denoising
import Foundation
import Tensors
import TestSupport

/// Text encoders of the golden pipelines, and what transformers makes of their prompts.
final class TextGolden: Sendable {
  static let names = PipelineFolder.texts
  let prompts = PipelineFolder.prompts
  let negative = PipelineFolder.negative
  let name: String
  private let pipeline: PipelineFolder
  private let states: SafetensorsFile
  var folder: TemporaryFolder { pipeline.folder }

  init(_ name: String) throws {
    self.name = name
    pipeline = try PipelineFolder(textOf: name)
    states = try SafetensorsFile(golden("text/\(name)/states.safetensors"))
  }

  func encoder(_ precision: Precision = .fp32) throws -> PromptEncoder {
    try PromptEncoderFiles(folder: folder.url, zeroesMissing: name == "sdxl")
      .load(on: ComputeEngine(), precision: precision)
  }

  /// One row of what transformers says.
  func expected(_ name: String, row: Int) throws -> Tensor? {
    guard states.contains(name) else { return nil }
    let all = try states.tensor(named: name)
    let size = all.shape.dropFirst().reduce(1, *)
    return Tensor(Array(all.shape.dropFirst()), values: Array(all.values[row * size..<(row + 1) * size]))
  }
}
