import Denoising
import Models
import Sampling

/// Everything that makes the same picture again: no time, no path, no batch size.
///
/// What `run` says can be read and written here too: `recipe.seed`, `recipe.sampler.steps`.
@dynamicMemberLookup
package struct Recipe: Hashable, Sendable {
  /// Version of this form, for readers of older files.
  package var format = 1
  /// The model's name, as `mezzotint models` and the file's name have it.
  package var model: String
  /// Of the model's weights; nil when unknown. Other weights make another picture.
  package var fingerprint: String?
  /// Of its attention, where a person said so because its file does not.
  package var heads: Int?
  /// What was added to its weights, as `LoRA.text`.
  package var loras: [String] = []
  /// How all panels are run, as far as they do not say it for themselves. Without a label image i gets label
  /// i mod (named labels).
  package var run = RunSettings()
  /// Of each picture; nil for what the model was trained with.
  package var size: PictureSize?
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
    (self.model, self.fingerprint, self.panels) = (model, fingerprint, panels)
    self.precision = precision
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<RunSettings, Value>) -> Value {
    get { run[keyPath: path] }
    set { run[keyPath: path] = newValue }
  }

  /// The arithmetic that was used, fp32 or bf16.
  package var precision: Precision {
    get { run.precision ?? .auto }
    set { run.precision = newValue }
  }

  /// Images drawn from one noise tensor; the panels of a comparison are not counted.
  package var count: Int {
    get { run.images }
    set { run.images = newValue }
  }

  /// The label of each image, or nil for a model without labels.
  package func labels(for description: ModelDescription) -> [Int]? {
    guard !description.labels.isEmpty else { return nil }
    return run.labels(of: description)
  }

  /// - Throws: `ModelError.unused` for a setting that the model has no use for: never ignored in silence.
  package func requireUse(by description: ModelDescription) throws {
    if description.conditioning.contextWidth != nil, description.prompting == nil {
      throw ModelError.needsReader
    }
    if let size { try size.require(of: description) }
    for setting in [RunSetting.prompt, .negative] where run[setting] != nil && !setting.suits(description) {
      let reason =
        setting == .negative && description.prompting != nil
        ? "this model's guidance leads away from nothing" : "this model reads no text"
      throw ModelError.unused(option: "--\(setting.name)", reason: reason)
    }
    for label in run.labels {
      guard let labelling = description.labelling else {
        throw ModelError.unused(option: "--label", reason: "this model has no labels")
      }
      guard description.allows(label: label) else {
        throw ModelError.unused(
          option: "--label \(label)", reason: "this model has labels 0 to \(labelling.rows - 1)")
      }
    }
    if run.guidance != 1, !description.knowsGuidance {
      throw ModelError.unused(
        option: "--guidance", reason: "it needs a \"no label\" row, which this model does not have")
    }
    for panel in panels {
      for segment in panel.schedule.segments { try segment.knobs.requireUse(by: description) }
    }
  }
}

extension Recipe: Codable {
  private enum Field: String {
    case format, model, fingerprint, heads, lora, size, columns, panels, sweep
    var key: SettingKey { SettingKey(rawValue) }
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: SettingKey.self)
    format = try fields.decode(Int.self, forKey: Field.format.key)
    model = try fields.decode(String.self, forKey: Field.model.key)
    fingerprint = try fields.decodeIfPresent(String.self, forKey: Field.fingerprint.key)
    heads = try fields.decodeIfPresent(Int.self, forKey: Field.heads.key)
    loras = try fields.decodeIfPresent([String].self, forKey: Field.lora.key) ?? []
    run = try RunSettings(from: fields)
    guard run.precision != nil else {
      throw DecodingError.dataCorruptedError(
        forKey: SettingKey(RunSetting.precision.name), in: fields, debugDescription: "it is missing")
    }
    size = try fields.decodeIfPresent(PictureSize.self, forKey: Field.size.key)
    columns = try fields.decodeIfPresent(Int.self, forKey: Field.columns.key)
    panels = try fields.decode([Panel].self, forKey: Field.panels.key)
    try Self.require(columns ?? 1, in: 1...4096, Field.columns.rawValue)
    try Self.require(panels.count, in: 1...Self.mostPanels, "number of panels")
    try Self.require(loras.count, in: 0...LoRA.most, "number of LoRAs")
    sweep = try fields.decodeIfPresent(SweepText.self, forKey: Field.sweep.key)
  }

  /// More than `compare` can be told on a command line that a person reads.
  package static let mostPanels = 256

  private static func require(_ value: Int, in range: ClosedRange<Int>, _ name: String) throws {
    guard !range.contains(value) else { return }
    throw SettingTextError(
      name: name, found: "\(value)",
      expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: SettingKey.self)
    try fields.encode(format, forKey: Field.format.key)
    try fields.encode(model, forKey: Field.model.key)
    try fields.encodeIfPresent(fingerprint, forKey: Field.fingerprint.key)
    try fields.encodeIfPresent(heads, forKey: Field.heads.key)
    if !loras.isEmpty { try fields.encode(loras, forKey: Field.lora.key) }
    try run.encode(into: &fields)
    try fields.encodeIfPresent(size, forKey: Field.size.key)
    try fields.encodeIfPresent(columns, forKey: Field.columns.key)
    try fields.encode(panels, forKey: Field.panels.key)
    try fields.encodeIfPresent(sweep, forKey: Field.sweep.key)
  }
}
