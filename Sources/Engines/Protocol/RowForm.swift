import Denoising
import Foundation
import Models

/// How one row is run, as a message has it: `DenoisingRow` without tensors, which an engine makes of the prompt itself.
struct RowForm: Codable {
  let timestep: Double
  var label: Int?
  var prompt: PromptForm?
  let knobs: Knobs

  /// - Throws: `MessageDefect` for a row that is told an encoded prompt, which does not travel.
  init(_ row: DenoisingRow) throws {
    let condition = row.condition
    guard condition.context == nil, condition.pooled == nil, condition.guidance == nil else {
      throw MessageDefect("encoded prompts stay where they were encoded; give the text")
    }
    (timestep, label, knobs) = (row.timestep, condition.label, row.knobs)
    prompt = condition.prompt.map { PromptForm($0) }
  }

  /// - Throws: `MessageDefect` for what the model cannot be told.
  func row(for model: ModelDescription) throws -> DenoisingRow {
    guard (0...Double(model.timesteps - 1)).contains(timestep) else {
      throw MessageDefect("timestep \(timestep), expected 0 to \(model.timesteps - 1)")
    }
    if model.labelling != nil, !model.allows(label: label ?? -1) {
      throw MessageDefect("label \(label.map(String.init) ?? "none"), which the model does not have")
    }
    let condition = Condition(
      label: model.labelling == nil ? nil : label, prompt: model.prompting == nil ? nil : prompt?.prompt)
    if model.prompting != nil, condition.prompt == nil { throw MessageDefect("a row without a prompt") }
    return DenoisingRow(timestep: timestep, condition: condition, knobs: knobs)
  }
}

struct PromptForm: Codable {
  var text: String?
  var plain: Bool?
  var guidance: Double?

  init(_ prompt: Prompt) {
    (text, guidance) = (prompt.text, prompt.guidance)
    plain = prompt.isPlain ? true : nil
  }

  var prompt: Prompt { Prompt(text, isPlain: plain ?? false, guidance: guidance) }
}

/// What can be asked of the inside of a network.
struct QuestionForm: Codable {
  struct Attention: Codable { let block, patch: Int }

  var attention: Attention?
  /// [stage, concatenation] of each place.
  var features: [[Int]]?
  /// Of whole networks.
  var whole: Whole?

  enum Whole: String, Codable { case statistics, words }

  /// nil for what is asked of this process alone.
  init?(_ question: ProbeQuestion) {
    switch question {
    case .attention(let place): attention = Attention(block: place.block, patch: place.patch)
    case .features(let places): features = places.map { [$0.stage, $0.concatenation] }
    case .attentionStatistics: whole = .statistics
    case .words: whole = .words
    case .times: return nil
    }
  }

  /// - Throws: `MessageDefect` for what is no question.
  func question() throws -> ProbeQuestion {
    switch (attention, features, whole) {
    case (let place?, nil, nil): return .attention(AttentionPlace(block: place.block, patch: place.patch))
    case (nil, nil, .statistics): return .attentionStatistics
    case (nil, nil, .words): return .words
    case (nil, let places?, nil):
      guard places.count <= EngineLimits.rows, places.allSatisfy({ $0.count == 2 }) else {
        throw MessageDefect("a probe of \(places.count) places that cannot be")
      }
      return .features(places.map { FeaturePlace(stage: $0[0], concatenation: $0[1]) })
    default: throw MessageDefect("a probe that does not ask for one thing")
    }
  }
}

/// What a file does not say of a model; paths are those of the machine that the engine is on.
struct HintsForm: Codable {
  struct Addition: Codable {
    let file: String
    let weight: Double
  }

  var heads: Int?
  var configuration: String?
  var loras: [Addition]?
  /// linear, tiny, full or a folder.
  var preview: String?

  init(_ hints: ModelHints) {
    (heads, configuration) = (hints.heads, hints.configuration?.relativePath)
    loras =
      hints.loras.isEmpty
      ? nil : hints.loras.map { Addition(file: $0.url.relativePath, weight: $0.weight) }
    preview =
      switch hints.preview {
      case nil: nil
      case .linear: "linear"
      case .full: "full"
      case .tiny(let folder): folder?.relativePath ?? "tiny"
      }
  }

  /// - Throws: `MessageDefect`.
  func hints() throws -> ModelHints {
    let additions = loras ?? []
    guard heads.map({ (1...1024).contains($0) }) ?? true, additions.count <= LoRA.most,
      additions.allSatisfy({ LoRA.weights.contains($0.weight) })
    else { throw MessageDefect("hints that cannot be meant") }
    return ModelHints(
      heads: heads, configuration: configuration.map { URL(filePath: $0) },
      loras: additions.map { LoRA(URL(filePath: $0.file), weight: $0.weight) },
      preview: preview.map { PreviewChoice($0) })
  }
}
