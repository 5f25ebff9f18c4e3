import Checkpoints
import Denoising
import Files
import Foundation
import Sampling

/// What `info` says of a model.
struct ModelReport: Encodable {
  let name: String
  let file: String
  let family: String
  let fingerprint: String
  let parameters: Int
  let maskParameters: Int
  let byteCount: Int
  /// Tensors of each element type.
  let types: [String: Int]
  let configuration: Configuration
  /// The file's other metadata.
  let metadata: [String: String]
  /// [kernel][head] of each block's mask, first block to last.
  let masks: [Mask]
  /// What it can be told: label, text; empty for nothing.
  let conditions: [String]
  /// Whether it draws in sizes beside its own.
  let otherSizes: Bool
  /// Where FreeU can act, from the middle outwards.
  let stages: [Stage]
  /// How it is run where nothing is said.
  let run: Run
  /// diffusers' class of the scheduler file; nil for a model that brings none.
  let scheduler: String?
  /// Bytes that the weights take in each arithmetic once layers have packed them.
  let memory: [String: Int]
  /// And what is computed on the way to one picture of the model's own size.
  let pictureMemory: [String: Int]
  /// And on the way to those of the explorer's three panels at once, guided where that is a second pass.
  let panelsMemory: [String: Int]

  struct Stage: Encodable {
    let name: String
    let skips, rows, columns: Int
  }

  struct Run: Encodable {
    let sampler: SamplerSettings
    let guidance: Double
  }

  struct Mask: Encodable {
    let alpha, sigma: [[Float]]
  }

  /// As the model's file has it.
  struct Configuration: Encodable {
    let values: any Encodable & Sendable

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
  }

  private enum CodingKeys: String, CodingKey {
    case name, file, family, fingerprint, parameters, maskParameters, byteCount, types, configuration,
      metadata,
      masks, conditions, otherSizes, stages, run, scheduler, memory, pictureMemory, panelsMemory
  }

  private let facts: [(name: String, text: String)]
  private let labelling: Labelling?
  private let panelsText: String

  init(_ model: any ModelFile, _ description: ModelDescription, name: String) throws {
    let file = model.weights
    self.name = name
    self.file = file.path
    family = description.family
    conditions =
      (description.labelling == nil ? [] : ["label"])
      + (description.prompting == nil ? [] : ["text"])
    otherSizes = description.allowsOtherSizes
    stages = description.stages.map {
      Stage(name: $0.name, skips: $0.concatenations.count, rows: $0.grid.rows, columns: $0.grid.columns)
    }
    run = Run(sampler: description.defaultRun.sampler, guidance: description.defaultRun.guidance)
    scheduler = description.scheduler?.kind.rawValue
    let needs = Dictionary(
      uniqueKeysWithValues: Precision.arithmetics.map { ($0.rawValue, model.memory($0)) })
    memory = needs.mapValues(\.weights)
    pictureMemory = needs.mapValues { $0.maps() }
    let panels = description.outline.panels
    panelsMemory = needs.mapValues { $0.maps(evaluations: panels.evaluations) }
    panelsText = panels.text
    fingerprint = description.fingerprint
    parameters = description.parameterCount
    maskParameters = description.maskParameterCount
    byteCount = model.byteCount
    let all = try model.allWeights.flatMap { part in try part.names.map { try part.type(of: $0).rawValue } }
    types = Dictionary(grouping: all) { $0 }.mapValues(\.count)
    configuration = Configuration(values: model.configuration)
    (facts, labelling) = (model.facts, description.labelling)
    metadata = file.metadata.filter { $0.key != "mezzotint" }
    masks = description.learnedMasks.map { mask in
      func rows(_ values: [Float]) -> [[Float]] {
        (0..<mask.kernels).map { Array(values[$0 * mask.heads..<($0 + 1) * mask.heads]) }
      }
      return Mask(alpha: rows(mask.alpha.values), sigma: rows(mask.sigma.values))
    }
  }

  func text() -> String {
    var rows: [(String, String)] = [
      ("model", name), ("file", file), ("fingerprint", fingerprint),
      ("parameters", "\(grouped(parameters)), of which the mask \(grouped(maskParameters))"),
      (
        "stored as",
        types.sorted { $0.key < $1.key }.map { "\($0.value) tensors \($0.key)" }.joined(separator: ", ")
      ),
    ]
    rows += facts.map { ($0.name, $0.text) }
    rows.append(("draws from", conditions.isEmpty ? "noise alone" : conditions.joined(separator: " and ")))
    rows.append(("sizes", otherSizes ? "others too" : "this one alone"))
    rows.append(("labels", labels))
    rows.append(
      ("stages", stages.map { "\($0.name) (\($0.skips) x \($0.rows)x\($0.columns))" }.joined(separator: ", "))
    )
    rows.append(("run", runText))
    func both(_ bytes: [String: Int]) -> String {
      "\(megabytes(bytes["fp32"])) and \(megabytes(bytes["bf16"])) more for"
    }
    rows.append(
      (
        "memory",
        "\(megabytes(memory["fp32"])) MB of weights in fp32, \(megabytes(memory["bf16"])) in bf16; "
          + "\(both(pictureMemory)) a picture, \(both(panelsMemory)) \(panelsText)"
      ))
    rows += metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0.0.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.1 }
      .joined(separator: "\n")
  }

  private func megabytes(_ bytes: Int?) -> String {
    let megabytes = Double(bytes ?? 0) / 1e6
    return String(format: megabytes < 10 ? "%.1f" : "%.0f", megabytes)
  }

  private var runText: String {
    let sampler = run.sampler
    let guidance = run.guidance == 1 ? "" : ", guidance \(run.guidance.plain)"
    let clip = sampler.clip ? "" : ", unclipped"
    return
      "\(sampler.sampler.rawValue), \(sampler.steps) step\(sampler.steps == 1 ? "" : "s"), "
      + "\(sampler.spacing.rawValue)\(guidance)\(clip)"
  }

  private var labels: String {
    guard let labelling else { return "none" }
    let names = labelling.names
    let named = labelling.areNamed ? names.joined(separator: ", ") : "\(names.count) without names"
    return named + (labelling.none == nil ? "" : ", and \"no label\" for guidance")
  }
}
