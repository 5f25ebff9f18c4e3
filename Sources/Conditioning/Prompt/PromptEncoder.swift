import Checkpoints
import Denoising
import Files
import Foundation
import Tensors

/// From prompts to what a network is fed: Stable Diffusion's tokenizer and text encoder, or SDXL's two side by side.
///
/// Each prompt is encoded once and kept: the same text gives the same `ConditionTensor`. Lives on one engine thread.
package final class PromptEncoder {
  package struct Part {
    package let tokenizer: CLIPTokenizer
    package let encoder: CLIPTextEncoder

    package init(tokenizer: CLIPTokenizer, encoder: CLIPTextEncoder) {
      (self.tokenizer, self.encoder) = (tokenizer, encoder)
    }
  }

  let parts: [Part]
  /// States are taken before the last layer, without the last norm: SDXL's way. Podell et al. 2023, arXiv:2307.01952.
  private let takesPenultimate: Bool
  private let zeroesMissing: Bool
  private let path: String
  private var kept: [Question: EncodedPrompt] = [:]
  /// Prompts that are kept; a person types a few dozen.
  private static let most = 64

  private struct Question: Hashable {
    let prompt: String?
    let skipping: Int
    let isPlain: Bool
  }

  /// - Parameters:
  ///   - parts: one, or two whose states are set side by side and of which the last says what a prompt says as a whole.
  ///   - takesPenultimate: states before the last layer, without the last norm.
  ///   - zeroesMissing: a prompt that is not given is zeros and not the empty prompt.
  ///   - path: where they are from, for messages.
  /// - Throws: `TextEncoderError` for a tokenizer and an encoder that do not belong together.
  package init(
    _ parts: [Part], takesPenultimate: Bool, zeroesMissing: Bool = false, path: String
  ) throws(TextEncoderError) {
    precondition(!parts.isEmpty, "a prompt encoder of nothing")
    for part in parts {
      let (said, known) = (part.tokenizer.vocabularySize, part.encoder.configuration.vocabularySize)
      guard said <= known else {
        throw TextEncoderError(file: path, defect: .vocabulary(tokenizer: said, encoder: known))
      }
      guard part.tokenizer.length == part.encoder.length else {
        throw TextEncoderError(
          file: path, defect: .length(tokenizer: part.tokenizer.length, encoder: part.encoder.length))
      }
    }
    (self.parts, self.takesPenultimate) = (parts, takesPenultimate)
    (self.zeroesMissing, self.path) = (zeroesMissing, path)
  }

  /// Of each token.
  package var contextWidth: Int { parts.reduce(0) { $0 + $1.encoder.configuration.width } }

  /// Of what a prompt says as a whole; nil where no encoder says it.
  package var pooledWidth: Int? { takesPenultimate ? parts.last?.encoder.pooledWidth : nil }

  /// - Parameters:
  ///   - prompt: nil for none, which is the empty one or zeros, as the model was trained.
  ///   - skipping: how many layers earlier than usual the states are taken ("clip skip" less 1 where 1 is usual).
  ///   - isPlain: brackets are text and no weights.
  /// - Throws: `PromptError`; `TextEncoderError` for more layers than there are.
  package func callAsFunction(
    _ prompt: String?, skipping: Int = 0, isPlain: Bool = false
  ) throws -> EncodedPrompt {
    let question = Question(prompt: prompt, skipping: skipping, isPlain: isPlain)
    if let known = kept[question] { return known }
    let encoded = try encode(prompt, skipping: skipping, isPlain: isPlain)
    if kept.count >= Self.most { kept = [:] }
    kept[question] = encoded
    return encoded
  }

  /// Its words, and where each one's states stand in the context.
  package func words(of prompt: Prompt) throws -> [PromptWord] {
    let runs =
      prompt.isPlain
      ? [WeightedText(text: prompt.text ?? "", weight: 1)] : WeightedText.runs(of: prompt.text ?? "")
    return try parts[0].tokenizer.words(of: runs)
  }

  package func callAsFunction(_ prompt: Prompt) throws -> EncodedPrompt {
    try self(prompt.text, isPlain: prompt.isPlain)
  }

  private func encode(_ prompt: String?, skipping: Int, isPlain: Bool) throws -> EncodedPrompt {
    let usual = takesPenultimate ? 1 : 0
    for layers in parts.map(\.encoder.configuration.layers) where !(0..<layers - usual ~= skipping) {
      throw TextEncoderError(file: path, defect: .skip(skipping, layers: layers - usual))
    }
    try PromptError.check(prompt ?? "")
    let runs = isPlain ? [WeightedText(text: prompt ?? "", weight: 1)] : WeightedText.runs(of: prompt ?? "")
    var (columns, pooled) = ([[Tensor]](), Tensor?.none)
    for part in parts {
      let windows = try part.tokenizer.windows(of: runs)
      let encoded = windows.map {
        part.encoder($0.tokens, skipping: skipping + usual, norms: !takesPenultimate)
      }
      columns.append(zip(windows, encoded).map { $0.weighted($1.states) })
      pooled = encoded.first?.pooled
    }
    // Encoders that cut a long prompt differently: the shorter goes on with nothing.
    let count = columns.map(\.count).max() ?? 1
    let length = count * parts[0].encoder.length
    var context: [Float] = []
    context.reserveCapacity(length * contextWidth)
    for window in 0..<count {
      for token in 0..<parts[0].encoder.length {
        for (part, column) in zip(parts, columns) {
          let width = part.encoder.configuration.width
          context +=
            window < column.count
            ? column[window].values[token * width..<(token + 1) * width]
            : [Float](repeating: 0, count: width)[...]
        }
      }
    }
    if prompt == nil, zeroesMissing {
      context = [Float](repeating: 0, count: context.count)
      pooled = pooled.map { Tensor($0.shape) }
    }
    return EncodedPrompt(
      context: ConditionTensor(Tensor([length, contextWidth], values: context)),
      pooled: takesPenultimate ? pooled.map { ConditionTensor($0) } : nil, windows: count)
  }
}
