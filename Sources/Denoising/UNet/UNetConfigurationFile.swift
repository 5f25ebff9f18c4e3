import Foundation
import Tensors

extension UNetConfiguration {
  /// Bounds that no model of this kind comes near, so that products of them stay far from overflow.
  static let widths = 1...16384
  static let sides = 1...4096

  /// - Parameters:
  ///   - json: of diffusers' `config.json`.
  ///   - path: of that file, for messages.
  /// - Throws: `UNetConfigurationError` for text that is no such file, and for a network that is not built.
  package init(json: Data, path: String) throws(UNetConfigurationError) {
    do {
      let fields = try ConfigurationFields(json)
      switch fields["_class_name"] {
      case .text("UNet2DModel"): self = try Self.unconditional(fields)
      case .text("UNet2DConditionModel"), .text("FlaxUNet2DConditionModel"):
        self = try Self.conditional(fields)
      case let name:
        throw ConfigurationDefect.unknownClass(name?.text, known: ["UNet2DModel", "UNet2DConditionModel"])
      }
      if let text = contradiction { throw ConfigurationDefect.contradiction(text) }
    } catch let defect as ConfigurationDefect {
      throw UNetConfigurationError(file: path, defect: defect)
    } catch {
      throw UNetConfigurationError(file: path, defect: .notAnObject)
    }
  }

  /// Whether samples of this size can be drawn; nil where they can, else why not.
  package func defect(ofSize grid: Grid) -> String? {
    let halvings = down.count { $0.resampling != nil }
    let step = 1 << halvings
    // Prompted networks double to the size of the skip; averages and the others double exactly.
    let resampled = className == "UNet2DModel" || (down + up).contains { $0.resampling == .residual }
    for side in [grid.rows, grid.columns] {
      guard Self.sides.contains(side) else { return "\(side) is not from 1 to \(Self.sides.upperBound)" }
      if resampled, side % step != 0 { return "\(side) is no multiple of \(step), which it halves to" }
    }
    return nil
  }

  /// What cannot go together in any network, or nil.
  private var contradiction: String? {
    let (blocks, largest) = (down + up, AttentionKeys.largestSize)
    for block in blocks where block.width % groups != 0 {
      return "`norm_num_groups` \(groups) does not divide `block_out_channels` \(block.width)"
    }
    let places = blocks.map { ($0.width, $0.attention) } + (middle.map { [($0.width, $0.attention)] } ?? [])
    for (width, attention) in places {
      switch attention {
      case .text(let text) where text.contextWidth != contextWidth:
        return "`cross_attention_dim` is not the same everywhere"
      case .text(let text) where width % text.heads != 0:
        return "`attention_head_dim`, here the number of heads, is \(text.heads) and does not divide "
          + "`block_out_channels` \(width)"
      case .text(let text) where width / text.heads > largest:
        return "a head of \(width / text.heads) channels is more than \(largest)"
      case .map(let heads, _) where heads < 1:
        return "`attention_head_dim` is more than `block_out_channels` \(width)"
      case .map(_, let size) where size > largest:
        return "a head of \(size) channels is more than \(largest)"
      default: continue
      }
    }
    if let groups = middle?.attentionGroups, let width = middle?.width, width % groups != 0 {
      return "`attn_norm_num_groups` \(groups) does not divide `block_out_channels` \(width)"
    }
    return defect(ofSize: grid).map { "`sample_size` \($0)" }
  }
}

/// What both classes have in common.
struct UNetFrame {
  let fields: ConfigurationFields
  let downTypes, upTypes: [String]
  let widths: [Int]
  var count: Int { widths.count }

  init(
    _ fields: ConfigurationFields, down: [String], up: [String], widths: [Int]
  ) throws(ConfigurationDefect) {
    self.fields = fields
    for option in ["model_channels", "dim_mult", "block_mid_channels", "block_crossattn_heads"] {
      // Other people's networks under the same class's name.
      if let value = fields[option], value != .null {
        throw .notBuilt(option: option, found: value.shown, built: "a network without it")
      }
    }
    downTypes = try fields.texts("down_block_types", down)
    upTypes = try fields.texts("up_block_types", up)
    self.widths = try fields.wholes("block_out_channels", widths, UNetConfiguration.widths)
    guard (1...16).contains(self.widths.count) else {
      throw .value(
        option: "block_out_channels", found: "a list of \(self.widths.count)", expected: "1 to 16 widths")
    }
    for (option, types) in [("down_block_types", downTypes), ("up_block_types", upTypes)]
    where types.count != self.widths.count {
      throw .contradiction(
        "`\(option)` has \(types.count) entries and `block_out_channels` \(self.widths.count)")
    }
    _ = try fields.choice("act_fn", "silu", of: ["silu", "swish"])
  }

  /// - Parameter standard: for a missing size or null.
  func grid(_ standard: Int) throws(ConfigurationDefect) -> Grid {
    let option = "sample_size"
    switch fields[option] {
    case nil, .null: return Grid(side: standard)
    case .list(let items) where items.count == 2:
      return Grid(
        rows: try fields.whole(items[0], of: option, UNetConfiguration.sides),
        columns: try fields.whole(items[1], of: option, UNetConfiguration.sides))
    case let value?: return Grid(side: try fields.whole(value, of: option, UNetConfiguration.sides))
    }
  }

  func positionalTime(
    guidanceWidth: Int? = nil, activatesEmbedding: Bool = false, activatesSum: Bool = false
  ) throws(ConfigurationDefect) -> UNetTime {
    try time(
      .positional, inputWidth: widths[0], guidanceWidth: guidanceWidth,
      activatesEmbedding: activatesEmbedding,
      activatesSum: activatesSum)
  }

  func time(
    _ kind: UNetTime.Kind, inputWidth: Int, guidanceWidth: Int? = nil, activatesEmbedding: Bool = false,
    activatesSum: Bool = false
  ) throws(ConfigurationDefect) -> UNetTime {
    let width = try fields.optionalWhole("time_embedding_dim", UNetConfiguration.widths)
    let shift = try fields.number("freq_shift", 0, 0...1)
    guard kind != .positional || Double(inputWidth / 2) > shift else {
      throw .contradiction("`block_out_channels` \(inputWidth) has no room for sines and cosines")
    }
    return UNetTime(
      kind: kind, inputWidth: inputWidth, width: width ?? 4 * widths[0],
      cosinesFirst: try fields.flag("flip_sin_to_cos", true), shift: shift, guidanceWidth: guidanceWidth,
      activatesEmbedding: activatesEmbedding, activatesSum: activatesSum)
  }

  /// - Parameters:
  ///   - layers: residual blocks of each block of the encoder.
  ///   - part: attention, resampling and divisor by the type's name and the block's place; `resampling` is asked for
  ///     where the block has any.
  func down(
    layers: [Int], _ part: (_ type: String, _ index: Int) throws(ConfigurationDefect) -> UNetBlockKind
  ) throws(ConfigurationDefect) -> [UNetBlock] {
    var blocks: [UNetBlock] = []
    for (index, type) in downTypes.enumerated() {
      let kind = try part(type, index)
      blocks.append(
        UNetBlock(
          input: index == 0 ? widths[0] : widths[index - 1], width: widths[index], skips: [],
          layers: layers[index], attention: kind.attention,
          resampling: index == count - 1 ? nil : kind.resampling, divisor: kind.divisor))
    }
    return blocks
  }

  /// - Parameter layers: as `down`'s.
  func up(
    layers: [Int], _ part: (_ type: String, _ index: Int) throws(ConfigurationDefect) -> UNetBlockKind
  ) throws(ConfigurationDefect) -> [UNetBlock] {
    let reversed = Array(widths.reversed())
    var blocks: [UNetBlock] = []
    for (index, type) in upTypes.enumerated() {
      let kind = try part(type, index)
      let count = layers[self.count - 1 - index] + 1
      // The last residual block of each takes the skip that the block before it in the encoder ended with.
      let skips = (0..<count).map {
        $0 == count - 1 ? reversed[min(index + 1, self.count - 1)] : reversed[index]
      }
      blocks.append(
        UNetBlock(
          input: index == 0 ? reversed[0] : reversed[index - 1], width: reversed[index], skips: skips,
          layers: count, attention: kind.attention,
          resampling: index == self.count - 1 ? nil : kind.resampling, divisor: kind.divisor))
    }
    return blocks
  }
}

struct UNetBlockKind {
  var attention: UNetAttention?
  var resampling = UNetResampling.convolution
  var divisor = 1.0
}
