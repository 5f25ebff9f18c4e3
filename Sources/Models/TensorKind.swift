import Checkpoints

/// What a file of tensors is that no format takes, by its tensors' names.
enum TensorKind {
  private static let kinds: [(marks: [String], what: String, advice: String)] = [
    (["lora_unet_", "lora_te", "unet.down_blocks"], "a LoRA and no model", "give the model that it changes"),
    (
      ["down_blocks.", "up_blocks.", "conv_in."], "the network of a diffusers model alone",
      "give its folder, with config.json"
    ),
    (
      [
        "first_stage_model.", "encoder.down_blocks.", "decoder.up_blocks.", "encoder.down.", "decoder.up.",
        "decoder.layers.",
      ], "an autoencoder alone", "give the folder of a whole model"
    ),
    (
      ["text_model.", "transformer.resblocks.", "text_projection"], "a text encoder alone",
      "give the folder of a whole model"
    ),
    (
      ["double_blocks.", "transformer_blocks.", "joint_blocks."], "a transformer that is not known here",
      "give a U-Net or a U-ViT"
    ),
    (["weights.", "moment1."], "the state of a training", "give the model's file beside it"),
  ]

  /// A sentence's end: what it is, and what to do.
  static func wording(of source: any TensorSource) -> String {
    let names = source.names
    let found = kinds.first { kind in
      kind.marks.contains { mark in names.contains { $0.hasPrefix(mark) } }
    }
    guard let found else {
      return
        "its tensors are none of a model that is known here, and it has no `mezzotint` configuration in its "
        + "metadata; give a U-ViT's file, or the folder of a diffusers model with a U-Net"
    }
    return "this is \(found.what); \(found.advice)"
  }
}
