/// The names of a U-Net in the layout of Stable Diffusion's first release, and diffusers' names for them.
///
/// CompVis/stable-diffusion, `openaimodel.py`: blocks are numbered one behind the other, `resnets` of them and one that
/// changes the size for each level. Distilled models leave out some and keep the others' numbers: so places are counted
/// among those that are there.
struct LDMNetwork {
  /// Where a block stands in diffusers' count.
  private struct Place {
    let level, layer: Int
  }

  static let prefix = "model.diffusion_model."
  private let downs, ups: [Int: Place]
  /// Blocks of a level, that which changes the size among them.
  private let period: Int

  /// - Parameter names: without the prefix.
  init(_ names: [String]) {
    func blocks(_ kind: String, _ mark: String) -> [Int] {
      names.compactMap { name in
        let parts = name.split(separator: ".")
        guard parts.count > 3, parts[0] == kind, name.hasSuffix(mark) else { return nil }
        return Self.number(parts[1])
      }.sorted()
    }
    let residuals = blocks("input_blocks", ".0.in_layers.0.weight")
    period = max(1, blocks("input_blocks", ".0.op.weight").first ?? (residuals.last ?? 0) + 1)
    func places(_ blocks: [Int], first: Int, period: Int) -> [Int: Place] {
      let blocks = Set(blocks).sorted()
      let levels = Set(blocks.map { ($0 - first) / period }).sorted()
      return Dictionary(
        blocks.map { block in
          let level = (block - first) / period
          let layer = blocks.count { ($0 - first) / period == level && $0 < block }
          return (block, Place(level: levels.firstIndex(of: level) ?? 0, layer: layer))
        }, uniquingKeysWith: { first, _ in first })
    }
    downs = places(residuals, first: 1, period: period)
    ups = places(blocks("output_blocks", ".0.in_layers.0.weight"), first: 0, period: period)
  }

  /// diffusers' name; nil for what no U-Net of this kind has.
  func name(_ name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    func rest(_ count: Int) -> String { parts.dropFirst(count).joined(separator: ".") }
    guard parts.count >= 3 else { return nil }
    switch (parts[0], parts[1]) {
    case ("time_embed", "0"), ("time_embed", "2"):
      return "time_embedding.linear_\(parts[1] == "0" ? 1 : 2).\(rest(2))"
    case ("time_embed", "cond_proj"): return "time_embedding.cond_proj.\(rest(2))"
    case ("label_emb", "0") where parts.count == 4:
      return "add_embedding.linear_\(parts[2] == "0" ? 1 : 2).\(rest(3))"
    case ("out", "0"): return "conv_norm_out.\(rest(2))"
    case ("out", "2"): return "conv_out.\(rest(2))"
    case ("middle_block", "1"): return "mid_block.attentions.0.\(rest(2))"
    case ("middle_block", let place):
      return Self.residual(rest(2)).map { "mid_block.resnets.\(place == "0" ? 0 : 1).\($0)" }
    case ("input_blocks", "0"): return "conv_in.\(rest(3))"
    default: break
    }
    guard let block = Self.number(parts[1]), parts.count >= 4 else { return nil }
    switch parts[0] {
    case "input_blocks":
      if parts[2] == "0", parts[3] == "op" {
        // It closes the level of the blocks before it.
        guard let level = downs.filter({ $0.key < block }).map(\.value.level).max() else { return nil }
        return "down_blocks.\(level).downsamplers.0.conv.\(rest(4))"
      }
      return downs[block].flatMap { Self.inner(parts, $0, "down_blocks", rest(3)) }
    case "output_blocks":
      guard let place = ups[block] else { return nil }
      if parts[3] == "conv", parts[2] != "0" {
        return "up_blocks.\(place.level).upsamplers.0.conv.\(rest(4))"
      }
      return Self.inner(parts, place, "up_blocks", rest(3))
    default: return nil
    }
  }

  /// Of a block or a level; nil for one that no network of this kind comes near.
  static func number(_ text: some StringProtocol) -> Int? { Int(text).flatMap { 0..<1000 ~= $0 ? $0 : nil } }

  private static func inner(_ parts: [String], _ place: Place, _ blocks: String, _ rest: String) -> String? {
    let front = "\(blocks).\(place.level)"
    switch parts[2] {
    case "0": return residual(rest).map { "\(front).resnets.\(place.layer).\($0)" }
    case "1": return "\(front).attentions.\(place.layer).\(rest)"
    default: return nil
    }
  }

  /// Parts of a residual block.
  static let residuals = [
    "in_layers.0": "norm1", "in_layers.2": "conv1", "emb_layers.1": "time_emb_proj", "out_layers.0": "norm2",
    "out_layers.3": "conv2",
  ]

  private static func residual(_ name: String) -> String? {
    let parts = name.split(separator: ".")
    if parts.count == 2, parts[0] == "skip_connection" { return "conv_shortcut.\(parts[1])" }
    guard parts.count == 3, let part = residuals["\(parts[0]).\(parts[1])"] else { return nil }
    return "\(part).\(parts[2])"
  }
}
