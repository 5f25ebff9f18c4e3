import Denoising
import Sampling

/// Everything that makes the same picture again: no time, no path, no batch size.
package struct Recipe: Hashable, Sendable, Codable {
  /// Version of this form, for readers of older files.
  package var format = 1
  /// The model's name, as `mezzotint models` and the file's name have it.
  package var model: String
  /// Of the model's weights; nil when unknown. Other weights make another picture.
  package var fingerprint: String?
  /// The arithmetic that was used, "fp32" or "bf16".
  package var precision: Precision
  package var seed: UInt64 = 0
  /// The noise came from a file of the user's: the seed alone does not bring the picture back.
  package var noiseFromFile = false
  /// Row of the label embedding for every image; nil gives image i label i mod (named labels).
  package var label: Int?
  /// 1 is no guidance.
  package var guidance = 1.0
  package var sampler = SamplerSettings()
  /// Images drawn from one noise tensor; the panels of a comparison are not counted.
  package var count = 1
  /// Columns of the sheet; nil for ⌈√count⌉.
  package var columns: Int?
  /// One for a sample, several for a comparison.
  package var panels: [Panel]
  /// What is swept in a grid of cells, of which each is else as this recipe says.
  package var sweep: SweepText?

  /// The axes of a sweep as they were given, `b=1.0:1.6:0.1`.
  package struct SweepText: Hashable, Sendable, Codable {
    package var x: String?
    package var y: String?

    package init(x: String?, y: String?) { (self.x, self.y) = (x, y) }
  }

  package init(model: String, fingerprint: String? = nil, precision: Precision, panels: [Panel]) {
    (self.model, self.fingerprint, self.precision) = (model, fingerprint, precision)
    self.panels = panels
  }

  /// The label of each image, or nil for a model without labels.
  package func labels(for description: ModelDescription) -> [Int]? {
    guard !description.labels.isEmpty else { return nil }
    return (0..<count).map { label ?? $0 % description.labels.count }
  }

  /// - Throws: `ModelError.unused` for a setting that the model has no use for: never ignored in silence.
  package func requireUse(by description: ModelDescription) throws {
    if let label {
      guard let labelling = description.labelling else {
        throw ModelError.unused(option: "--label", reason: "this model has no labels")
      }
      guard description.allows(label: label) else {
        throw ModelError.unused(
          option: "--label \(label)", reason: "this model has labels 0 to \(labelling.rows - 1)")
      }
    }
    if guidance != 1, description.noLabel == nil {
      throw ModelError.unused(
        option: "--guidance", reason: "it needs a \"no label\" row, which this model does not have")
    }
    for panel in panels {
      for segment in panel.schedule.segments { try segment.knobs.requireUse(by: description) }
    }
  }
}

extension Knobs {
  /// - Throws: `ModelError.unused` for a knob that the model has no use for.
  package func requireUse(by description: ModelDescription) throws {
    if mask != MaskKnobs(mixture: mixture), !description.hasMask {
      throw ModelError.unused(
        option: "--mask-strength, --alpha-gain and --sigma-gain",
        reason: "this model was trained without a mask")
    }
    if let key = mixture.keys.sorted().first(where: { key in
      guard let mask = description.masks.first, key.block < description.masks.count else { return true }
      return key.head >= mask.heads || key.kernel >= mask.kernels
    }) {
      throw ModelError.unused(option: "--mixture \(key.text)", reason: "this model's mask has no such number")
    }
    let stages = description.stages.indices
    if let block = blocks?.first(where: { !stages.contains($0) }) {
      let range = stages.isEmpty ? "no decoder blocks" : "blocks 0 to \(stages.count - 1)"
      throw ModelError.unused(option: "--blocks \(block)", reason: "this model has \(range)")
    }
  }
}
