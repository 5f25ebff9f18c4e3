import Files

extension UNetConfiguration {
  /// `UNet2DModel`: pixels, from noise or labels alone.
  static func unconditional(_ fields: ConfigurationFields) throws(ConfigurationDefect) -> UNetConfiguration {
    let frame = try UNetFrame(
      fields, down: ["DownBlock2D"] + Array(repeating: "AttnDownBlock2D", count: 3),
      up: Array(repeating: "AttnUpBlock2D", count: 3) + ["UpBlock2D"], widths: [224, 448, 672, 896])
    let headSize =
      fields["attention_head_dim"] == nil ? 8 : try fields.optionalWhole("attention_head_dim", widths)
    let groups = try fields.whole("norm_num_groups", 32, widths)
    let modulates = try fields.choice("resnet_time_scale_shift", "default", of: ["default", "scale_shift"])
    let downsampling = try resampling("downsample_type", fields)
    let upsampling = try resampling("upsample_type", fields)
    let layers = Array(repeating: try fields.whole("layers_per_block", 2, 1...64), count: frame.count)

    func attention(_ width: Int) -> UNetAttention {
      .map(heads: width / (headSize ?? width), size: headSize ?? width)
    }
    func kind(
      _ type: String, _ names: (plain: String, attending: String, residual: String), _ option: String,
      width: Int, _ resampling: UNetResampling
    ) throws(ConfigurationDefect) -> UNetBlockKind {
      switch type {
      case names.plain: return UNetBlockKind()
      case names.attending: return UNetBlockKind(attention: attention(width), resampling: resampling)
      case names.residual: return UNetBlockKind(resampling: .residual)
      default:
        throw .notBuilt(
          option: option, found: quoted(type),
          built: "\(names.plain), \(names.attending) or \(names.residual)")
      }
    }

    return UNetConfiguration(
      className: "UNet2DModel", grid: try frame.grid(32),
      inputChannels: try fields.whole("in_channels", 3, widths),
      outputChannels: try fields.whole("out_channels", 3, widths),
      centersInput: try fields.flag("center_input_sample", false), firstKernel: 3, lastKernel: 3,
      time: try time(frame), labels: try labels(fields), addition: nil, groups: groups,
      epsilon: try fields.number("norm_eps", 1e-5, 0...1), modulates: modulates == "scale_shift",
      downsamplingPadding: try fields.whole("downsample_padding", 1, 0...1),
      down: try frame.down(layers: layers) { type, index throws(ConfigurationDefect) in
        try kind(
          type, ("DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"), "down_block_types",
          width: frame.widths[index], downsampling)
      },
      middle: try middle(
        fields, width: frame.widths[frame.count - 1], attention: attention,
        modulates: modulates == "scale_shift",
        groups: groups),
      up: try frame.up(layers: layers) { type, index throws(ConfigurationDefect) in
        try kind(
          type, ("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"), "up_block_types",
          width: frame.widths[frame.count - 1 - index], upsampling)
      })
  }

  private static func resampling(
    _ option: String, _ fields: ConfigurationFields
  ) throws(ConfigurationDefect) -> UNetResampling {
    try fields.choice(option, "conv", of: ["conv", "resnet"]) == "conv" ? .convolution : .residual
  }

  private static func time(_ frame: UNetFrame) throws(ConfigurationDefect) -> UNetTime {
    let fields = frame.fields
    switch try fields.choice(
      "time_embedding_type", "positional", of: ["positional", "fourier", "learned"])
    {
    case "fourier": return try frame.time(.fourier, inputWidth: 2 * frame.widths[0])
    case "learned":
      let rows = try fields.whole("num_train_timesteps", 0, 1...1_000_000)
      guard rows > 0 else { throw .contradiction("`num_train_timesteps` is missing for learned times") }
      return try frame.time(.learned(rows: rows), inputWidth: frame.widths[0])
    default: return try frame.positionalTime()
    }
  }

  /// Both classes' labels.
  static func labels(_ fields: ConfigurationFields) throws(ConfigurationDefect) -> UNetLabels? {
    let rows = try fields.optionalWhole("num_class_embeds", 1...1_000_000)
    if try fields.choice("class_embed_type", nil, of: [nil, "timestep"]) == "timestep" { return .time }
    return rows.map { .table(rows: $0) }
  }

  private static func middle(
    _ fields: ConfigurationFields, width: Int, attention: (Int) -> UNetAttention, modulates: Bool, groups: Int
  ) throws(ConfigurationDefect) -> UNetMiddle? {
    let built = try fields.choice("mid_block_type", "UNetMidBlock2D", of: ["UNetMidBlock2D", nil])
    let divisor = try fields.number("mid_block_scale_factor", 1, 1e-3...1e3)
    let attends = try fields.flag("add_attention", true)
    let own = try fields.optionalWhole("attn_norm_num_groups", widths)
    guard built != nil else { return nil }
    return UNetMiddle(
      width: width, residuals: 2, attention: attends ? attention(width) : nil,
      attentionGroups: own ?? (modulates ? nil : groups), divisor: divisor)
  }
}
