import Checkpoints
import Tensors

/// The weights of what stands behind a residual block.
enum UNetAttentionWeights {
  case map(MapAttentionWeights)
  case text(UNetTransformersWeights)

  /// - Parameters:
  ///   - groups: of the norm before it; nil for none.
  ///   - layer: the residual block that it stands behind.
  init(_ reader: LayerReader, _ attention: UNetAttention, width: Int, groups: Int?, layer: Int) throws {
    switch attention {
    case .map(let heads, let size):
      self = .map(try MapAttentionWeights(reader, width: width, heads: heads, size: size, groups: groups))
    case .text(let text):
      self = .text(try UNetTransformersWeights(reader, text, width: width, depth: text.depths[layer]))
    }
  }
}

struct UNetTransformersWeights {
  let heads: Int
  let norm: NormWeights
  let input, output: DenseWeights
  let blocks: [UNetTransformerWeights]

  init(_ reader: LayerReader, _ text: UNetTransformers, width: Int, depth: Int) throws {
    heads = text.heads
    norm = try reader.norm("norm", width)
    input = try reader.projection("proj_in", width, width, asConvolution: !text.isLinear)
    output = try reader.projection("proj_out", width, width, asConvolution: !text.isLinear)
    blocks = try (0..<depth).map {
      try UNetTransformerWeights(reader["transformer_blocks.\($0)"], text, width: width)
    }
  }
}

struct UNetTransformerWeights {
  let norm1, norm2, norm3: NormWeights
  /// Of the map, or of the prompt where all look at it alone.
  let own: Attention
  /// Of the prompt.
  let text: Attention
  /// To values and gates side by side, and back.
  let widening, narrowing: DenseWeights

  struct Attention {
    let queries, keys, values, output: DenseWeights
    let looksAtText: Bool

    init(_ reader: LayerReader, width: Int, context: Int?) throws {
      looksAtText = context != nil
      keys = try reader.linear("to_k", context ?? width, width, hasBias: false)
      output = try reader.linear("to_out.0", width, width)
      queries = try reader.linear("to_q", width, width, hasBias: false)
      values = try reader.linear("to_v", context ?? width, width, hasBias: false)
    }
  }

  init(_ reader: LayerReader, _ text: UNetTransformers, width: Int) throws {
    own = try Attention(
      reader["attn1"], width: width, context: text.looksAtTextOnly ? text.contextWidth : nil)
    self.text = try Attention(reader["attn2"], width: width, context: text.contextWidth)
    widening = try reader.linear("ff.net.0.proj", width, 8 * width)
    narrowing = try reader.linear("ff.net.2", 4 * width, width)
    norm1 = try reader.norm("norm1", width)
    norm2 = try reader.norm("norm2", width)
    norm3 = try reader.norm("norm3", width)
  }
}
