import Denoising
import Files
import Tensors

/// The shape of diffusers' `AutoencoderKL`; where an option is missing, as its class has it.
package struct KLConfiguration: Hashable, Sendable {
  /// Of the latents.
  package let channels: Int
  /// Channels of the maps at each resolution, from the largest map to the smallest.
  let widths: [Int]
  /// Residual blocks of the encoder at each resolution; the decoder has one more.
  let layers: Int
  /// Of all norms.
  let groups: Int
  /// Whether the middle looks at its own map.
  let attends: Bool
  /// Whether a 1x1 convolution stands behind the encoder, and before the decoder.
  let hasQuantization, hasDequantization: Bool
  let scaling: LatentScaling

  /// Pixels of a picture for each row, and for each column, of latents.
  package var factor: Int { 1 << (widths.count - 1) }

  init(_ fields: ConfigurationFields) throws(ConfigurationDefect) {
    try fields.requirePictures()
    _ = try fields.choice("act_fn", "silu", of: ["silu", "swish"])
    channels = try fields.whole("latent_channels", 4, 1...1024)
    widths = try fields.wholes("block_out_channels", [64], ConfigurationFields.widths)
    guard 1...8 ~= widths.count else {
      throw .value(
        option: "block_out_channels", found: "a list of \(widths.count)", expected: "a list of 1 to 8")
    }
    for (option, type) in [
      ("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D"),
    ] {
      let types = try fields.texts(option, [type])
      guard types.count == widths.count else {
        throw .contradiction("`\(option)` has \(types.count) entries for \(widths.count) blocks")
      }
      if let other = types.first(where: { $0 != type }) {
        throw .notBuilt(option: option, found: quoted(other), built: type)
      }
    }
    layers = try fields.whole("layers_per_block", 1, 1...ConfigurationFields.mostBlocks)
    groups = try fields.whole("norm_num_groups", 32, ConfigurationFields.widths)
    for width in widths where width % groups != 0 {
      throw .contradiction("`norm_num_groups` \(groups) does not divide `block_out_channels` \(width)")
    }
    attends = try fields.flag("mid_block_add_attention", true)
    let deepest = widths[widths.count - 1]
    if attends && deepest > AttentionKeys.largestSize {
      throw .contradiction("a head of \(deepest) channels is more than \(AttentionKeys.largestSize)")
    }
    hasQuantization = try fields.flag("use_quant_conv", true)
    hasDequantization = try fields.flag("use_post_quant_conv", true)
    scaling = try LatentScaling(fields, channels: channels)
  }
}

extension LatentScaling {
  fileprivate init(_ fields: ConfigurationFields, channels: Int) throws(ConfigurationDefect) {
    func number(_ option: String, _ standard: Double) throws(ConfigurationDefect) -> Double {
      fields[option] == .null ? standard : try fields.number(option, standard, -1e6...1e6)
    }
    let factor = try number("scaling_factor", 0.18215)
    guard factor > 0 else {
      throw .value(option: "scaling_factor", found: "\(factor)", expected: "a number above 0")
    }
    self.init(
      channels: channels, factor: factor, shift: try number("shift_factor", 0),
      means: try Self.list(fields, "latents_mean", channels) { _ in true },
      deviations: try Self.list(fields, "latents_std", channels) { $0 > 0 })
  }

  /// A number for each channel, as a list or lists around lists of one; nil for none.
  private static func list(
    _ fields: ConfigurationFields, _ option: String, _ channels: Int, allows: (Double) -> Bool
  ) throws(ConfigurationDefect) -> [Double]? {
    guard let value = fields[option], value != .null else { return nil }
    let numbers = value.numbers
    guard numbers.count == channels, numbers.allSatisfy({ abs($0) < 1e6 && allows($0) }) else {
      throw .value(
        option: option, found: value.shown, expected: "a usable number for each of \(channels) channels")
    }
    return numbers
  }
}

extension JSONValue {
  /// All numbers in lists of lists, in their order.
  fileprivate var numbers: [Double] {
    switch self {
    case .number(let number): [number]
    case .list(let items): items.flatMap(\.numbers)
    case .null, .flag, .text, .object: []
    }
  }
}
