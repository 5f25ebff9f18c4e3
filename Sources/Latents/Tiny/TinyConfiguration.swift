import Denoising

/// The shape of diffusers' `AutoencoderTiny`; where an option is missing, as its class has it.
package struct TinyConfiguration: Hashable, Sendable {
  /// Of the latents.
  package let channels: Int
  /// Channels of all maps.
  let encoderWidth, decoderWidth: Int
  /// Residual blocks between one resolution and the next, in the order of the data.
  let encoderBlocks, decoderBlocks: [Int]
  let scaling: LatentScaling

  /// Pixels of a picture for each row, and for each column, of latents.
  package var factor: Int { 1 << (decoderBlocks.count - 1) }

  init(_ fields: ConfigurationFields) throws(ConfigurationDefect) {
    try fields.requirePictures()
    _ = try fields.choice("act_fn", "relu", of: ["relu"])
    _ = try fields.choice("upsample_fn", "nearest", of: ["nearest"])
    let upsampling = try fields.whole("upsampling_scaling_factor", 2, 1...64)
    guard upsampling == 2 else {
      throw .notBuilt(option: "upsampling_scaling_factor", found: "\(upsampling)", built: "2")
    }
    channels = try fields.whole("latent_channels", 4, 1...1024)
    encoderBlocks = try Self.blocks(fields, "num_encoder_blocks", [1, 3, 3, 3])
    decoderBlocks = try Self.blocks(fields, "num_decoder_blocks", [3, 3, 3, 1])
    guard encoderBlocks.count == decoderBlocks.count else {
      throw .contradiction(
        "`num_encoder_blocks` has \(encoderBlocks.count) entries and `num_decoder_blocks` \(decoderBlocks.count)"
      )
    }
    encoderWidth = try Self.width(fields, "encoder_block_out_channels", count: encoderBlocks.count)
    decoderWidth = try Self.width(fields, "decoder_block_out_channels", count: decoderBlocks.count)
    scaling = LatentScaling(
      channels: channels, factor: try fields.number("scaling_factor", 1, 1e-6...1e6),
      shift: try fields.number("shift_factor", 0, -1e6...1e6))
  }

  private static func blocks(
    _ fields: ConfigurationFields, _ option: String, _ standard: [Int]
  ) throws(ConfigurationDefect) -> [Int] {
    let blocks = try fields.wholes(option, standard, 0...ConfigurationFields.mostBlocks)
    guard 1...8 ~= blocks.count else {
      throw .value(option: option, found: "a list of \(blocks.count)", expected: "a list of 1 to 8")
    }
    return blocks
  }

  /// Layers between two resolutions keep the width, so that all have the same one.
  private static func width(
    _ fields: ConfigurationFields, _ option: String, count: Int
  ) throws(ConfigurationDefect) -> Int {
    let widths = try fields.wholes(
      option, Array(repeating: 64, count: count), ConfigurationFields.widths)
    guard widths.count == count, let width = widths.first else {
      throw .contradiction("`\(option)` has \(widths.count) entries for \(count) blocks")
    }
    guard Set(widths).count == 1 else {
      throw .contradiction("the entries of `\(option)` differ, which this class cannot run")
    }
    return width
  }
}
