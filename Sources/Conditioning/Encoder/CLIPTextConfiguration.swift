import Foundation

/// CLIP's text encoder as its `config.json` has it; what is missing there is transformers' default.
package struct CLIPTextConfiguration: Hashable, Sendable {
  package let width, heads, layers, innerWidth: Int
  /// The most tokens that it takes at a time.
  package let positions: Int
  package let vocabularySize: Int
  /// Of what the prompt says as a whole; only where the file has a projection to it.
  package let projectionWidth: Int
  package let activation: Activation
  /// The token that ends a prompt; nil: the largest there is, as in CLIP's own.
  package let end: Int?

  package enum Activation: String, Hashable, Sendable {
    /// x σ(1.702 x).
    case quickGELU = "quick_gelu"
    /// By the error function.
    case gelu
  }

  /// - Parameters:
  ///   - json: of transformers' `config.json`.
  ///   - path: of that file, for messages.
  /// - Throws: `TextEncoderError`.
  package init(json: Data, path: String) throws(TextEncoderError) {
    guard let fields = try? JSONDecoder().decode(Fields.self, from: json) else {
      throw TextEncoderError(file: path, defect: .notAConfiguration)
    }
    func whole(_ option: String, _ value: Int?, _ standard: Int, _ most: Int) throws(TextEncoderError) -> Int
    {
      let value = value ?? standard
      guard 1...most ~= value else {
        throw TextEncoderError(
          file: path,
          defect: .value(option: option, found: "\(value)", expected: "a whole number from 1 to \(most)"))
      }
      return value
    }
    width = try whole("hidden_size", fields.hidden_size, 512, 16384)
    heads = try whole("num_attention_heads", fields.num_attention_heads, 8, 1024)
    layers = try whole("num_hidden_layers", fields.num_hidden_layers, 12, 256)
    innerWidth = try whole("intermediate_size", fields.intermediate_size, 2048, 65536)
    positions = try whole("max_position_embeddings", fields.max_position_embeddings, 77, 16384)
    vocabularySize = try whole("vocab_size", fields.vocab_size, 49408, 1 << 24)
    projectionWidth = try whole("projection_dim", fields.projection_dim, 512, 16384)
    guard let activation = Activation(rawValue: fields.hidden_act ?? "quick_gelu") else {
      throw TextEncoderError(
        file: path,
        defect: .notBuilt(option: "hidden_act", found: fields.hidden_act ?? "", built: "quick_gelu or gelu"))
    }
    self.activation = activation
    // 2 is what early files say, whatever their vocabulary.
    end = fields.eos_token_id.flatMap { $0 == 2 ? nil : $0 }
    if width % heads != 0 {
      throw TextEncoderError(
        file: path,
        defect: .value(
          option: "num_attention_heads", found: "\(heads)", expected: "a divisor of `hidden_size` \(width)"))
    }
    let epsilon = fields.layer_norm_eps ?? 1e-5
    guard abs(epsilon - 1e-5) < 1e-9 else {
      throw TextEncoderError(
        file: path, defect: .notBuilt(option: "layer_norm_eps", found: "\(epsilon)", built: "1e-05"))
    }
  }

  private struct Fields: Decodable {
    let hidden_size, num_attention_heads, num_hidden_layers, intermediate_size: Int?
    let max_position_embeddings, vocab_size, projection_dim, eos_token_id: Int?
    let hidden_act: String?
    let layer_norm_eps: Double?
  }

  /// Where a prompt ends in its window.
  func endPlace(of tokens: [Int]) -> Int {
    if let end { return tokens.firstIndex(of: end) ?? 0 }
    return tokens.firstIndex(of: tokens.max() ?? 0) ?? 0
  }
}
