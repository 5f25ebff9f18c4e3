/// A convolutional U-Net as diffusers' `config.json` says it, every default resolved and every block spelt out.
///
/// Ronneberger et al. 2015, arXiv:1505.04597; Ho et al. 2020, arXiv:2006.11239; Rombach et al. 2022, arXiv:2112.10752.
/// Classes `UNet2DModel` and `UNet2DConditionModel` of huggingface/diffusers.
package struct UNetConfiguration: Hashable, Sendable {
  /// diffusers' class.
  package let className: String
  /// Rows and columns of the samples that it was trained with.
  package let grid: Grid
  package let inputChannels: Int
  /// Of what it predicts.
  package let outputChannels: Int
  /// The sample is fed as 2 x - 1.
  package let centersInput: Bool
  /// Rows and columns of the first and the last convolution's kernels.
  package let firstKernel, lastKernel: Int

  package let time: UNetTime
  /// nil for a network without labels.
  package let labels: UNetLabels?
  /// A pooled text and sizes, added to the time's embedding; nil for none.
  package let addition: UNetAddition?

  /// Groups of channels in every norm but some of attention's, and what keeps them from dividing by zero.
  package let groups: Int
  package let epsilon: Double
  /// The time's embedding gives factors and terms behind the second norm, not terms before it.
  package let modulates: Bool
  /// Of the convolutions that halve a map; 0: one row and one column of zeroes, at the bottom and on the right.
  package let downsamplingPadding: Int

  /// From the sample to the middle.
  package let down: [UNetBlock]
  /// nil for a network without: then the decoder starts from the encoder's last map.
  package let middle: UNetMiddle?
  /// From the middle to the prediction.
  package let up: [UNetBlock]

  /// Channels of the first and the last block.
  package var firstWidth: Int { down[0].width }

  /// Of the prompt's tokens; nil for a network that looks at none.
  package var contextWidth: Int? {
    let texts = (down + up).map(\.attention) + [middle?.attention]
    for case .text(let text)? in texts { return text.contextWidth }
    return nil
  }
}

/// How it is told where in the noise it stands.
package struct UNetTime: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Sines and cosines of the timestep.
    case positional
    /// Sines and cosines of the logarithm of a noise level, at frequencies from the file; the prediction is divided by
    /// that level.
    case fourier
    /// A table with a row for each timestep.
    case learned(rows: Int)
  }

  package let kind: Kind
  /// Of what goes into the two layers behind it.
  package let inputWidth: Int
  /// Of what comes out.
  package let width: Int
  /// Cosines come before sines.
  package let cosinesFirst: Bool
  /// Frequencies are 10000^(-i / (half the width - this)).
  package let shift: Double
  /// Of an embedded guidance scale, which is added to the input; nil for none.
  package let guidanceWidth: Int?
  /// SiLU behind the two layers, and behind the sum with all that is added.
  package let activatesEmbedding, activatesSum: Bool
}

package enum UNetLabels: Hashable, Sendable {
  /// A learned row for each label.
  case table(rows: Int)
  /// The label is embedded as a timestep is, by two layers of its own.
  case time
}

/// Of SDXL: [pooled text, each of the size numbers as sines and cosines] through two layers.
package struct UNetAddition: Hashable, Sendable {
  /// Sines and cosines for each number.
  package let sizeWidth: Int
  /// Of all that goes in.
  package let inputWidth: Int
}

/// Residual blocks at one resolution, an attention behind each or none, and what leads to the next resolution.
package struct UNetBlock: Hashable, Sendable {
  /// Channels that come from the block before.
  package let input: Int
  package let width: Int
  /// Channels of the skip that each residual block of the decoder takes; in the encoder of none.
  package let skips: [Int]
  /// Residual blocks.
  package let layers: Int
  package let attention: UNetAttention?
  /// nil where the resolution stays.
  package let resampling: UNetResampling?
  /// What its residual sums are divided by.
  package let divisor: Double

  /// Channels of the backbone at each concatenation.
  package var backbones: [Int] { skips.indices.map { $0 == 0 ? input : width } }
}

package enum UNetResampling: Hashable, Sendable {
  case convolution
  /// A residual block, both of whose paths are averaged or doubled.
  case residual
}

package enum UNetAttention: Hashable, Sendable {
  /// Between the places of a map, with a norm before it.
  case map(heads: Int, size: Int)
  /// Transformers that look at the map and at a prompt.
  case text(UNetTransformers)
}

package struct UNetTransformers: Hashable, Sendable {
  package let heads: Int
  package let contextWidth: Int
  /// Transformers one behind the other, for each residual block.
  package let depths: [Int]
  /// Both attentions look at the prompt.
  package var looksAtTextOnly: Bool
  /// The layers around them are stored as linear ones, not as 1x1 convolutions.
  package let isLinear: Bool
}

/// A residual block, and an attention and a second residual block behind it, if there is one.
package struct UNetMiddle: Hashable, Sendable {
  package let width: Int
  package let residuals: Int
  package let attention: UNetAttention?
  /// Of the norm before the attention; nil for none.
  package let attentionGroups: Int?
  package let divisor: Double
}
