import Denoising

/// One tensor of a model, as its file names it, and its place among all learned numbers.
package struct ParameterEntry: Sendable {
  /// As in the published checkpoints.
  package let name: String
  /// As in the file.
  package let shape: [Int]
  /// Weight decay pulls it towards zero.
  package let decays: Bool
  package let start: Start
  /// [width, 2 width] in the file, [2, width, width] in memory: each half is a matrix of its own.
  package let isHalved: Bool
  /// First number, a multiple of 16 so that it begins a cache line.
  package fileprivate(set) var offset = 0

  package var count: Int { shape.reduce(1, *) }
  package var range: Range<Int> { offset..<offset + count }

  /// How a new model begins; the reference and PyTorch's defaults.
  package enum Start: Sendable, Hashable {
    case constant(Float)
    case normal(deviation: Float)
    case uniform(bound: Float)
    /// Kernel k of every head: 1.5 · 2.5ᵏ patches.
    case kernelWidths
  }

  fileprivate init(
    _ name: String, _ shape: [Int], decays: Bool = false, _ start: Start, isHalved: Bool = false
  ) {
    (self.name, self.shape, self.decays, self.start, self.isHalved) = (name, shape, decays, start, isHalved)
  }
}

extension UViTConfiguration {
  /// Every tensor of the model; those that decay come first, so that the optimiser meets one border.
  ///
  /// Biases, norms, positions and the mask do not decay; matrices, convolutions and the label embedding do, as
  /// U-ViT's own training has it for the embedding (Bao et al. 2022, arXiv:2209.12152).
  package var parameterEntries: [ParameterEntry] {
    let all = inputEntries + blockEntries + outputEntries
    var offset = 0
    return (all.filter(\.decays) + all.filter { !$0.decays }).map { entry in
      var entry = entry
      entry.offset = offset
      offset += (entry.count + 15) / 16 * 16
      return entry
    }
  }

  private var inputEntries: [ParameterEntry] {
    let fan = Float(channels * patchSize * patchSize)
    var entries = [
      ParameterEntry(
        "patch_embed.proj.weight", [width, channels, patchSize, patchSize], decays: true,
        .uniform(bound: 1 / fan.squareRoot())),
      ParameterEntry("patch_embed.proj.bias", [width], .uniform(bound: 1 / fan.squareRoot())),
      ParameterEntry("pos_embed", [1, tokens, width], .normal(deviation: 0.02)),
    ]
    if classes > 0 {
      entries.append(
        ParameterEntry("label_emb.weight", [classes, width], decays: true, .normal(deviation: 1)))
    }
    if timeMLP {
      entries += linear("time_embed.0", 4 * width, width) + linear("time_embed.2", width, 4 * width)
    }
    return entries
  }

  private var blockEntries: [ParameterEntry] {
    let names =
      (0..<depth / 2).map { "in_blocks.\($0)" } + ["mid_block"] + (0..<depth / 2).map { "out_blocks.\($0)" }
    return names.flatMap { block in
      var entries = norm("\(block).norm1") + norm("\(block).norm2")
      entries += linear("\(block).attn.qkv", 3 * width, width, hasBias: qkvBias)
      entries += linear("\(block).attn.proj", width, width)
      entries += linear("\(block).mlp.fc1", mlpWidth, width) + linear("\(block).mlp.fc2", width, mlpWidth)
      if block.hasPrefix("out") {
        entries += linear("\(block).skip_linear", width, 2 * width, isHalved: true)
      }
      if maskKernels > 0 {
        let shape = [maskKernels, heads]
        entries.append(
          ParameterEntry("\(block).attn.mask.alpha", shape, .constant(1 / Float(maskKernels))))
        entries.append(ParameterEntry("\(block).attn.mask.sigma", shape, .kernelWidths))
      }
      return entries
    }
  }

  private var outputEntries: [ParameterEntry] {
    var entries = norm("norm") + linear("decoder_pred", channels * patchSize * patchSize, width)
    if finalConvolution {
      let start = ParameterEntry.Start.uniform(bound: 1 / Float(9 * channels).squareRoot())
      entries.append(
        ParameterEntry("final_layer.weight", [channels, channels, 3, 3], decays: true, start))
      entries.append(ParameterEntry("final_layer.bias", [channels], start))
    }
    return entries
  }

  private func norm(_ name: String) -> [ParameterEntry] {
    [
      ParameterEntry("\(name).weight", [width], .constant(1)),
      ParameterEntry("\(name).bias", [width], .constant(0)),
    ]
  }

  private func linear(
    _ name: String, _ outputs: Int, _ inputs: Int, hasBias: Bool = true, isHalved: Bool = false
  ) -> [ParameterEntry] {
    let weight = ParameterEntry(
      "\(name).weight", [outputs, inputs], decays: true, .normal(deviation: 0.02), isHalved: isHalved)
    return [weight] + (hasBias ? [ParameterEntry("\(name).bias", [outputs], .constant(0))] : [])
  }
}
