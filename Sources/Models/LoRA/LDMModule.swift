/// Names of a U-Net's modules as the first release counts them, with underscores for their dots, as kohya's scripts
/// write them for SDXL: `input_blocks_4_1_proj_in` is `down_blocks_1_attentions_0_proj_in`.
///
/// CompVis/stable-diffusion, `openaimodel.py`: blocks are numbered one behind the other, `layers` of them and one that
/// changes the size for each level on the way down, one more layer on the way up.
package enum LDMModule {
  /// - Parameter layers: of a block on the way down.
  /// - Returns: diffusers' name; nil for what is not named so.
  package static func diffusersName(_ module: String, layers: Int) -> String? {
    if let name = outer[module] { return name }
    let words = module.split(separator: "_").map(String.init)
    func rest(_ count: Int) -> String { words.dropFirst(count).joined(separator: "_") }
    guard words.count > 3, words[1] == "block" || words[1] == "blocks" else { return nil }
    if words[0] == "middle" {
      if words[2] == "1" { return "mid_block_attentions_0_\(rest(3))" }
      return residuals[rest(3)].map { "mid_block_resnets_\(words[2] == "0" ? 0 : 1)_\($0)" }
    }
    guard words.count > 4, let number = LDMNetwork.number(words[2]),
      words[0] == "input" || words[0] == "output"
    else { return nil }
    let isDown = words[0] == "input"
    let (level, layer) = (number - (isDown ? 1 : 0)).quotientAndRemainder(dividingBy: layers + 1)
    let block = "\(isDown ? "down" : "up")_blocks_\(level)"
    if isDown, words[4] == "op" { return "\(block)_downsamplers_0_conv" }
    if !isDown, words[3] != "0", words[4] == "conv" { return "\(block)_upsamplers_0_conv" }
    if words[3] == "0" { return residuals[rest(4)].map { "\(block)_resnets_\(layer)_\($0)" } }
    return "\(block)_attentions_\(layer)_\(rest(4))"
  }

  private static let outer = [
    "input_blocks_0_0": "conv_in", "out_2": "conv_out", "time_embed_0": "time_embedding_linear_1",
    "time_embed_2": "time_embedding_linear_2", "label_emb_0_0": "add_embedding_linear_1",
    "label_emb_0_2": "add_embedding_linear_2",
  ]

  private static let residuals = Dictionary(
    uniqueKeysWithValues: LDMNetwork.residuals.map { ($0.replacing(".", with: "_"), $1) }
      + [("skip_connection", "conv_shortcut")])
}
