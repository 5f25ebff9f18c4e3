import Checkpoints
import Denoising
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

/// Networks that diffusers itself evaluated, from random weights.
struct UNetGolden {
  let name: String
  let configuration: UNetConfiguration
  let cases: SafetensorsFile
  let freeUs: [GoldenFreeU]

  static let names: [String] = {
    let folder = golden("unet").path
    return (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
  }()

  init(_ name: String) throws {
    self.name = name
    let file = golden("unet/\(name)/config.json")
    configuration = try UNetConfiguration(json: Data(contentsOf: file), path: file.path)
    cases = try SafetensorsFile(golden("unet/\(name)/cases.safetensors"))
    let rows = try JSONDecoder().decode(
      [[String: GoldenFreeU]].self, from: Data(#require(cases.metadata["cases"]).utf8))
    freeUs = try rows.map { try #require($0["freeu"]) }
  }

  var weights: any TensorSource {
    get throws { try CheckpointFile.open(golden("unet/\(name)/weights.safetensors")) }
  }

  func model(_ precision: Precision = .fp32) throws -> UNet {
    let source = try weights
    return try UNet(
      configuration: configuration, weights: source, fingerprint: source.fingerprint(),
      engine: ComputeEngine(),
      precision: precision, schedule: NoiseSchedule(.linear, timesteps: 1000), prediction: .epsilon)
  }

  /// - Parameter knobs: nil: the case's own.
  func input(_ index: Int, knobs: Knobs? = nil) throws -> (samples: Tensor, rows: [DenoisingRow]) {
    let samples = try tensor(index, "x")
    let times = try tensor(index, "t").values
    let (context, cond) = (try optional(index, "context"), try optional(index, "cond"))
    let (pooled, sizes) = (try optional(index, "added.text_embeds"), try optional(index, "added.time_ids"))
    let labels =
      cases.contains("case.\(index).label") ? try cases.integers(named: "case.\(index).label") : nil
    let rows = times.enumerated().map { row, time in
      DenoisingRow(
        timestep: Double(time),
        condition: Condition(
          label: labels?[row], context: context.map { ConditionTensor($0.row(row)) },
          pooled: pooled.map { ConditionTensor($0.row(row)) }, sizes: sizes?.row(row).values ?? [],
          guidance: cond.map { ConditionTensor($0.row(row)) }), knobs: knobs ?? freeUs[index].knobs)
    }
    return (samples, rows)
  }

  func output(_ index: Int) throws -> Tensor { try tensor(index, "out") }

  private func tensor(_ index: Int, _ name: String) throws -> Tensor {
    try cases.tensor(named: "case.\(index).\(name)")
  }

  private func optional(_ index: Int, _ name: String) throws -> Tensor? {
    cases.contains("case.\(index).\(name)") ? try tensor(index, name) : nil
  }
}

/// FreeU as the goldens' metadata says it: a factor for each stage.
struct GoldenFreeU: Decodable {
  let b, s: [Double]
  let version: Int
  let skip_filter: Knobs.SkipFilter
  let threshold: Int
  let rule: Knobs.FreeURule

  var knobs: Knobs {
    var knobs = Knobs()
    for (stage, value) in b.enumerated() { knobs.set(.b, to: .number(value), at: .stage(stage)) }
    for (stage, value) in s.enumerated() { knobs.set(.s, to: .number(value), at: .stage(stage)) }
    (knobs.version, knobs.skipFilter, knobs.threshold, knobs.freeURule) = (
      version, skip_filter, threshold, rule
    )
    return knobs
  }
}

extension Tensor {
  /// One row of the first axis, without it.
  fileprivate func row(_ index: Int) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(Array(shape.dropFirst()), values: Array(values[index * size..<(index + 1) * size]))
  }
}
