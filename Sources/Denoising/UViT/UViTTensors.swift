/// Every tensor of a U-ViT: its name in the published checkpoints, and its shape. Inference and training both read
/// them here.
package struct UViTTensors: Sendable {
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let shape: [Int]
  }

  /// A linear layer, [outputs, inputs] and [outputs]; a convolution, [outputs, inputs, row, column] and [outputs]; or a
  /// norm's scale and shift, [width] each.
  package struct Layer: Sendable {
    package let weight: Entry
    package let bias: Entry?

    fileprivate init(_ name: String, _ shape: [Int], hasBias: Bool = true) {
      weight = Entry(name: "\(name).weight", shape: shape)
      bias = hasBias ? Entry(name: "\(name).bias", shape: [shape[0]]) : nil
    }
  }

  package struct Block: Sendable {
    package let norm1, norm2: Layer
    /// Queries, keys and values, one below the other.
    package let qkv: Layer
    package let projection, fc1, fc2: Layer
    /// What a decoder block's input is made of: the backbone's channels, then the long skip's.
    package let skip: Layer?
    package let mask: Mask?

    fileprivate init(_ name: String, _ c: UViTConfiguration, hasSkip: Bool) {
      let width = c.width
      norm1 = Layer("\(name).norm1", [width])
      norm2 = Layer("\(name).norm2", [width])
      qkv = Layer("\(name).attn.qkv", [3 * width, width], hasBias: c.qkvBias)
      projection = Layer("\(name).attn.proj", [width, width])
      fc1 = Layer("\(name).mlp.fc1", [c.mlpWidth, width])
      fc2 = Layer("\(name).mlp.fc2", [width, c.mlpWidth])
      skip = hasSkip ? Layer("\(name).skip_linear", [width, 2 * width]) : nil
      mask = c.maskKernels > 0 ? Mask("\(name).attn.mask", [c.maskKernels, c.heads]) : nil
    }
  }

  /// α and σ of a mixture mask, [kernels, heads].
  package struct Mask: Sendable {
    package let alpha, sigma: Entry

    fileprivate init(_ name: String, _ shape: [Int]) {
      alpha = Entry(name: "\(name).alpha", shape: shape)
      sigma = Entry(name: "\(name).sigma", shape: shape)
    }
  }

  /// The patches' embedding: a convolution that steps from patch to patch.
  package let patches: Layer
  package let positions: Entry
  /// nil for a model without labels.
  package let labels: Entry?
  /// Two layers behind the time embedding; nil where it is used as it is.
  package let time: (first: Layer, second: Layer)?
  /// From a prompt's tokens to those of the network; nil where it reads none.
  package let context: Layer?
  package let inBlocks: [Block]
  package let midBlock: Block
  package let outBlocks: [Block]
  package let norm: Layer
  /// From tokens to patches.
  package let decoder: Layer
  /// nil where the decoder's patches are the image.
  package let finalConvolution: Layer?

  package init(_ c: UViTConfiguration) {
    let (width, half) = (c.width, c.depth / 2)
    patches = Layer("patch_embed.proj", [width, c.channels, c.patchSize, c.patchSize])
    positions = Entry(name: "pos_embed", shape: [1, c.tokens, width])
    labels = c.classes > 0 ? Entry(name: "label_emb.weight", shape: [c.classes, width]) : nil
    time =
      c.timeMLP
      ? (Layer("time_embed.0", [4 * width, width]), Layer("time_embed.2", [width, 4 * width])) : nil
    context = c.contextWidth > 0 ? Layer("context_embed", [width, c.contextWidth]) : nil
    inBlocks = (0..<half).map { Block("in_blocks.\($0)", c, hasSkip: false) }
    midBlock = Block("mid_block", c, hasSkip: false)
    outBlocks = (0..<half).map { Block("out_blocks.\($0)", c, hasSkip: true) }
    norm = Layer("norm", [width])
    decoder = Layer("decoder_pred", [c.patchLength, width])
    finalConvolution = c.finalConvolution ? Layer("final_layer", [c.channels, c.channels, 3, 3]) : nil
  }

  /// In the order of the data.
  package var blocks: [Block] { inBlocks + [midBlock] + outBlocks }
}
