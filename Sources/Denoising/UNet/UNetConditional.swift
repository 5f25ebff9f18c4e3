import Files

extension UNetConfiguration {
  /// `UNet2DConditionModel`: what looks at a prompt.
  static func conditional(_ fields: ConfigurationFields) throws(ConfigurationDefect) -> UNetConfiguration {
    let crossDown = "CrossAttnDownBlock2D"
    let crossUp = "CrossAttnUpBlock2D"
    let frame = try UNetFrame(
      fields, down: Array(repeating: crossDown, count: 3) + ["DownBlock2D"],
      up: ["UpBlock2D"] + Array(repeating: crossUp, count: 3), widths: [320, 640, 1280, 1280])
    let count = frame.count
    for option in [
      "dual_cross_attention", "class_embeddings_concat", "resnet_skip_time_act", "encoder_hid_dim_type",
      "cross_attention_norm",
    ] { try fields.requireOff(option) }
    _ = try fields.choice("attention_type", "default", of: ["default", nil])
    let modulates = try fields.choice("resnet_time_scale_shift", "default", of: ["default", "scale_shift"])
    let layers = try fields.each("layers_per_block", 2, count: count) { value throws(ConfigurationDefect) in
      try fields.whole(value, of: "layers_per_block", 1...64)
    }
    let texts = try UNetTexts(fields, count: count)
    let divisor = try fields.number("resnet_out_scale_factor", 1, 1e-3...1e3)

    return UNetConfiguration(
      className: "UNet2DConditionModel", grid: try frame.grid(64),
      inputChannels: try fields.whole("in_channels", 4, widths),
      outputChannels: try fields.whole("out_channels", 4, widths),
      centersInput: try fields.flag("center_input_sample", false),
      firstKernel: try kernel("conv_in_kernel", fields), lastKernel: try kernel("conv_out_kernel", fields),
      time: try time(frame), labels: try labels(fields), addition: try addition(fields),
      groups: try fields.whole("norm_num_groups", 32, widths),
      epsilon: try fields.number("norm_eps", 1e-5, 0...1), modulates: modulates == "scale_shift",
      downsamplingPadding: try fields.whole("downsample_padding", 1, 0...1),
      down: try frame.down(layers: layers) { type, index throws(ConfigurationDefect) in
        switch type {
        case "DownBlock2D": return UNetBlockKind()
        case "ResnetDownsampleBlock2D": return UNetBlockKind(resampling: .residual, divisor: divisor)
        case crossDown:
          return UNetBlockKind(
            attention: .text(try texts.transformers(index, texts.depths[index], layers: layers[index])))
        default:
          throw .notBuilt(
            option: "down_block_types", found: quoted(type),
            built: "DownBlock2D, \(crossDown) or ResnetDownsampleBlock2D")
        }
      },
      middle: try middle(fields, texts, width: frame.widths[count - 1]),
      up: try frame.up(layers: layers) { type, index throws(ConfigurationDefect) in
        let mirror = count - 1 - index
        switch type {
        case "UpBlock2D": return UNetBlockKind()
        case "ResnetUpsampleBlock2D": return UNetBlockKind(resampling: .residual, divisor: divisor)
        case crossUp:
          let depths = texts.upDepths[index]
          return UNetBlockKind(
            attention: .text(try texts.transformers(mirror, depths, layers: layers[mirror] + 1)))
        default:
          throw .notBuilt(
            option: "up_block_types", found: quoted(type),
            built: "UpBlock2D, \(crossUp) or ResnetUpsampleBlock2D")
        }
      })
  }

  /// Rows and columns of a kernel that keeps a map's size.
  private static func kernel(_ option: String, _ fields: ConfigurationFields) throws(ConfigurationDefect)
    -> Int
  {
    let side = try fields.whole(option, 3, 1...63)
    guard side % 2 == 1 else {
      throw .notBuilt(option: option, found: "\(side)", built: "an odd number")
    }
    return side
  }

  private static func time(_ frame: UNetFrame) throws(ConfigurationDefect) -> UNetTime {
    let fields = frame.fields
    _ = try fields.choice("time_embedding_type", "positional", of: ["positional"])
    let silu = [nil, "silu", "swish"]
    return try frame.positionalTime(
      guidanceWidth: try fields.optionalWhole("time_cond_proj_dim", widths),
      activatesEmbedding: try fields.choice("timestep_post_act", nil, of: silu) != nil,
      activatesSum: try fields.choice("time_embedding_act_fn", nil, of: silu) != nil)
  }

  private static func addition(_ fields: ConfigurationFields) throws(ConfigurationDefect) -> UNetAddition? {
    guard try fields.choice("addition_embed_type", nil, of: [nil, "text_time"]) != nil else { return nil }
    guard let size = try fields.optionalWhole("addition_time_embed_dim", 2...widths.upperBound),
      let input = try fields.optionalWhole("projection_class_embeddings_input_dim", widths)
    else {
      throw .contradiction(
        "`addition_time_embed_dim` or `projection_class_embeddings_input_dim` is missing for text_time")
    }
    return UNetAddition(sizeWidth: size, inputWidth: input)
  }

  private static func middle(
    _ fields: ConfigurationFields, _ texts: UNetTexts, width: Int
  ) throws(ConfigurationDefect) -> UNetMiddle? {
    let (attending, plain) = ("UNetMidBlock2DCrossAttn", "UNetMidBlock2D")
    let divisor = try fields.number("mid_block_scale_factor", 1, 1e-3...1e3)
    guard let type = try fields.choice("mid_block_type", attending, of: [attending, plain, nil]) else {
      return nil
    }
    guard type == attending else {
      return UNetMiddle(width: width, residuals: 1, attention: nil, attentionGroups: nil, divisor: divisor)
    }
    let last = texts.heads.count - 1
    var text = try texts.transformers(last, texts.depths[last], layers: 1)
    // Its self-attention looks at the map, whatever the blocks' does.
    text.looksAtTextOnly = false
    return UNetMiddle(
      width: width, residuals: 2, attention: .text(text), attentionGroups: nil, divisor: divisor)
  }
}

/// How a block's transformers look at the prompt, for each block of the encoder.
private struct UNetTexts {
  let heads: [Int]
  /// For each block of the encoder, of the decoder: one depth, or one for each residual block.
  let depths, upDepths: [[Int]]
  private let contexts: [Int?]
  private let textOnly: [Bool]
  private let isLinear: Bool

  init(_ fields: ConfigurationFields, count: Int) throws(ConfigurationDefect) {
    // diffusers' name says the size of a head and means their number.
    let named = fields["num_attention_heads"].map { $0 != .null } ?? false
    let option = named ? "num_attention_heads" : "attention_head_dim"
    heads = try fields.each(option, 8, count: count) { value throws(ConfigurationDefect) in
      try fields.whole(value, of: option, UNetConfiguration.widths)
    }
    contexts = try fields.each("cross_attention_dim", 1280, count: count) {
      value throws(ConfigurationDefect) in
      value == .null ? nil : try fields.whole(value, of: "cross_attention_dim", UNetConfiguration.widths)
    }
    textOnly = try fields.each("only_cross_attention", false, count: count) {
      value throws(ConfigurationDefect) in
      guard case .flag(let flag) = value else {
        throw fields.defect("only_cross_attention", value, "true or false")
      }
      return flag
    }
    isLinear = try fields.flag("use_linear_projection", false)
    depths = try Self.depths("transformer_layers_per_block", fields, count: count)
    let mirrored = fields["reverse_transformer_layers_per_block"]
    if let mirrored, mirrored != .null {
      upDepths = try Self.depths("reverse_transformer_layers_per_block", fields, count: count)
    } else {
      guard depths.allSatisfy({ $0.count == 1 }) else {
        throw .contradiction("`reverse_transformer_layers_per_block` is missing for depths by layer")
      }
      upDepths = depths.reversed()
    }
  }

  private static func depths(
    _ option: String, _ fields: ConfigurationFields, count: Int
  ) throws(ConfigurationDefect) -> [[Int]] {
    try fields.each(option, [1], count: count) { value throws(ConfigurationDefect) in
      guard case .list(let items) = value else { return [try fields.whole(value, of: option, 0...64)] }
      var depths: [Int] = []
      for item in items { depths.append(try fields.whole(item, of: option, 0...64)) }
      // One in a list is one for a single layer, not for all of them.
      guard !depths.isEmpty, depths.count <= 64 else {
        throw .value(option: option, found: value.shown, expected: "depths for each layer")
      }
      return depths
    }
  }

  /// - Parameters:
  ///   - block: of the encoder.
  ///   - layers: residual blocks.
  func transformers(_ block: Int, _ depths: [Int], layers: Int) throws(ConfigurationDefect)
    -> UNetTransformers
  {
    guard depths.count == 1 || depths.count >= layers else {
      throw .contradiction(
        "`transformer_layers_per_block` has \(depths.count) depths for \(layers) layers of a block")
    }
    guard let context = contexts[block] else {
      throw .contradiction("`cross_attention_dim` is null for blocks that look at a prompt")
    }
    return UNetTransformers(
      heads: heads[block], contextWidth: context,
      depths: depths.count == 1 ? Array(repeating: depths[0], count: layers) : Array(depths.prefix(layers)),
      looksAtTextOnly: textOnly[block], isLinear: isLinear)
  }
}
