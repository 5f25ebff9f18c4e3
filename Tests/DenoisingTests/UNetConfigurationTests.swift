import Denoising
import Foundation
import Testing

private func configuration(_ json: String) throws -> UNetConfiguration {
  try UNetConfiguration(json: Data(json.utf8), path: "unet/config.json")
}

/// Of one of the classes, with some options set.
private func configuration(_ name: String, _ options: String) throws -> UNetConfiguration {
  try configuration(#"{"_class_name": "\#(name)"\#(options.isEmpty ? "" : ", ")\#(options)}"#)
}

struct UNetConfigurationTests {
  @Test func whatIsMissingTakesTheClasssOwnDefault() throws {
    let plain = try configuration("UNet2DModel", "")
    #expect(plain.down.map(\.width) == [224, 448, 672, 896] && plain.inputChannels == 3)
    #expect(plain.down.map { $0.attention == nil } == [true, false, false, false])
    #expect(plain.middle?.attention == .map(heads: 112, size: 8) && plain.middle?.attentionGroups == 32)
    #expect(plain.time.width == 896 && plain.time.cosinesFirst && plain.time.shift == 0)

    let text = try configuration("UNet2DConditionModel", "")
    #expect(text.up.map(\.width) == [1280, 1280, 640, 320] && text.contextWidth == 1280)
    #expect(text.up.map { $0.attention == nil } == [true, false, false, false])
    guard case .text(let middle)? = text.middle?.attention else {
      Issue.record("the middle block attends to nothing")
      return
    }
    #expect(middle.heads == 8 && middle.depths == [1] && !middle.isLinear)
  }

  @Test func nullIsNotMissing() throws {
    let alone = try configuration("UNet2DModel", #""attention_head_dim": null, "mid_block_type": null"#)
    #expect(alone.middle == nil && alone.down[1].attention == .map(heads: 1, size: 448))
    let small = try configuration("UNet2DConditionModel", #""mid_block_type": null, "sample_size": null"#)
    #expect(small.middle == nil && small.grid == Grid(side: 64))
  }

  @Test func theDecoderTakesEverySkipFromTheLastToTheFirst() throws {
    let c = try configuration("UNet2DConditionModel", "")
    #expect(
      c.up.map(\.skips) == [[1280, 1280, 1280], [1280, 1280, 640], [640, 640, 320], [320, 320, 320]])
    #expect(
      c.up.map(\.backbones) == [
        [1280, 1280, 1280], [1280, 1280, 1280], [1280, 640, 640], [640, 320, 320],
      ])
    #expect(c.down.map(\.input) == [320, 320, 640, 1280])
    #expect(c.up.map { $0.resampling != nil } == [true, true, true, false])
  }

  @Test func listsSayItBlockByBlockAndAreMirrored() throws {
    let c = try configuration(
      "UNet2DConditionModel",
      #"""
      "block_out_channels": [320, 640, 1280], "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
      "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
      "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"], "mid_block_type": "UNetMidBlock2D",
      "transformer_layers_per_block": [0, [2, 2], [4, 4]],
      "reverse_transformer_layers_per_block": [[4, 4, 10], [2, 1, 1], 1],
      "use_linear_projection": true, "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
      "projection_class_embeddings_input_dim": 2816
      """#)
    guard case .text(let down)? = c.down[2].attention, case .text(let up)? = c.up[1].attention else {
      Issue.record("blocks attend to nothing")
      return
    }
    #expect(down.depths == [4, 4] && down.heads == 20 && up.depths == [2, 1, 1] && up.heads == 10)
    #expect(c.middle?.residuals == 1 && c.middle?.attention == nil)
    #expect(c.addition?.sizeWidth == 256 && c.addition?.inputWidth == 2816)
  }

  @Test func optionsOfPixelModelsAreRead() throws {
    let c = try configuration(
      "UNet2DModel",
      #"""
      "block_out_channels": [32, 64], "down_block_types": ["AttnDownBlock2D", "ResnetDownsampleBlock2D"],
      "up_block_types": ["ResnetUpsampleBlock2D", "AttnUpBlock2D"], "downsample_type": "resnet", "norm_num_groups": 8,
      "time_embedding_type": "fourier", "num_class_embeds": 10, "resnet_time_scale_shift": "scale_shift",
      "attn_norm_num_groups": 4, "mid_block_scale_factor": 1.5, "downsample_padding": 0, "sample_size": [24, 32],
      "time_embedding_dim": 96
      """#)
    #expect(c.grid == Grid(rows: 24, columns: 32) && c.downsamplingPadding == 0 && c.modulates)
    #expect(c.down.map(\.resampling) == [.residual, nil] && c.up.map(\.resampling) == [.residual, nil])
    #expect(c.time.kind == .fourier && c.time.inputWidth == 64 && c.time.width == 96)
    #expect(c.labels == .table(rows: 10) && c.middle?.attentionGroups == 4 && c.middle?.divisor == 1.5)
  }

  @Test(arguments: [
    ("[]", "no JSON object"), ("{", "no JSON object"), (#"{"sample_size": 8}"#, "`_class_name` is missing"),
    (#"{"_class_name": "AutoencoderKL"}"#, "`_class_name` is 'AutoencoderKL', expected UNet2DModel"),
    (#"{"_class_name": "UNet2DModel\u001b[2J"}"#, #"'UNet2DModel\u{1B}[2J'"#),
  ])
  func whatIsNoConfigurationIsSaidInOneLine(json: String, reason: String) {
    #expect(message { try configuration(json) }?.contains(reason) == true)
  }

  @Test(arguments: [
    (#""block_out_channels": [1e99]"#, "`block_out_channels` is 1e+99, expected a whole number"),
    (#""block_out_channels": []"#, "`block_out_channels` is a list of 0"),
    (#""block_out_channels": [64, 64]"#, "`down_block_types` has 4 entries and `block_out_channels` 2"),
    (#""block_out_channels": [20, 20, 20, 20]"#, "`norm_num_groups` 32 does not divide"),
    (#""layers_per_block": 0"#, "`layers_per_block` is 0, expected a whole number from 1 to 64"),
    (#""layers_per_block": 1.5"#, "`layers_per_block` is 1.5"),
    (#""sample_size": 30"#, "`sample_size` 30 is no multiple of 8"),
    (#""center_input_sample": "yes""#, "`center_input_sample` is 'yes', expected true or false"),
    (#""act_fn": "gelu""#, "`act_fn` is 'gelu', which is not built here: silu or swish is"),
    (
      #""down_block_types": ["KDownBlock2D", "DownBlock2D", "DownBlock2D", "DownBlock2D"]"#,
      "`down_block_types` is 'KDownBlock2D', which is not built here"
    ),
    (#""mid_block_type": "UNetMidBlock3D""#, "`mid_block_type` is 'UNetMidBlock3D'"),
    (#""class_embed_type": "identity""#, "`class_embed_type` is 'identity'"),
    (#""resnet_time_scale_shift": "spatial""#, "`resnet_time_scale_shift` is 'spatial'"),
    (#""time_embedding_type": "learned""#, "`num_train_timesteps` is missing"),
    (#""norm_num_groups": null"#, "`norm_num_groups` is null"),
    (#""model_channels": 384"#, "`model_channels` is 384, which is not built here"),
    (
      #""attention_head_dim": 4000, "block_out_channels": [4000, 4000, 4000, 4000]"#,
      "a head of 4000 channels"
    ),
    (#""attention_head_dim": 1000"#, "`attention_head_dim` is more than `block_out_channels` 448"),
  ])
  func whatCannotBeBuiltForPixelsIsNamed(options: String, reason: String) {
    #expect(message { try configuration("UNet2DModel", options) }?.contains(reason) == true)
  }

  @Test(arguments: [
    (#""dual_cross_attention": true"#, "`dual_cross_attention` is true, which is not built here"),
    (#""attention_type": "gated""#, "`attention_type` is 'gated'"),
    (#""encoder_hid_dim_type": "text_proj""#, "`encoder_hid_dim_type` is 'text_proj'"),
    (#""addition_embed_type": "image""#, "`addition_embed_type` is 'image'"),
    (#""addition_embed_type": "text_time""#, "`addition_time_embed_dim` or"),
    (#""class_embed_type": "projection""#, "`class_embed_type` is 'projection'"),
    (#""time_embedding_type": "fourier""#, "`time_embedding_type` is 'fourier'"),
    (#""mid_block_type": "UNetMidBlock2DSimpleCrossAttn""#, "'UNetMidBlock2DSimpleCrossAttn'"),
    (#""resnet_skip_time_act": true"#, "`resnet_skip_time_act` is true"),
    (#""attention_head_dim": [5, 10]"#, "`attention_head_dim` has 2 entries for 4 blocks"),
    (#""attention_head_dim": 7"#, "here the number of heads, is 7 and does not divide"),
    (#""cross_attention_dim": [1, 2, 3, 4]"#, "`cross_attention_dim` is not the same everywhere"),
    (#""cross_attention_dim": null"#, "`cross_attention_dim` is null"),
    (
      #""transformer_layers_per_block": [[1, 2], 1, 1, 1]"#,
      "`reverse_transformer_layers_per_block` is missing"
    ),
    (#""conv_in_kernel": 4"#, "`conv_in_kernel` is 4"),
  ])
  func whatCannotBeBuiltForPromptsIsNamed(options: String, reason: String) {
    #expect(message { try configuration("UNet2DConditionModel", options) }?.contains(reason) == true)
  }

  @Test func sizesAreWhatTheNetworkCanHalveAndDouble() throws {
    let pixels = try configuration("UNet2DModel", "")
    #expect(pixels.defect(ofSize: Grid(rows: 40, columns: 8)) == nil)
    #expect(pixels.defect(ofSize: Grid(rows: 40, columns: 12))?.contains("12 is no multiple of 8") == true)
    let text = try configuration("UNet2DConditionModel", "")
    #expect(text.defect(ofSize: Grid(rows: 41, columns: 12)) == nil)
    #expect(text.defect(ofSize: Grid(rows: 0, columns: 12)) != nil)
  }

  /// What is thrown, which is one line that names the file.
  private func message(_ body: () throws -> UNetConfiguration) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      let text = "\(error)"
      return text.hasPrefix("unet/config.json: ") && !text.contains("\n") ? text : nil
    }
  }
}
