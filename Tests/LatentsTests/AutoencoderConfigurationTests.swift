import Denoising
import Foundation
import Latents
import Testing

@Suite struct AutoencoderConfigurationTests {
  @Test func `what a file leaves out is as its class has it`() throws {
    let tiny = try configuration(#"{"_class_name": "AutoencoderTiny"}"#)
    #expect(tiny.channels == 4 && tiny.factor == 8)
    let kl = try configuration(#"{"_class_name": "AutoencoderKL"}"#)
    #expect(kl.channels == 4 && kl.factor == 1)
  }

  @Test(arguments: [
    ("[]", "it is no JSON object"),
    ("{}", "`_class_name` is missing"),
    (#"{"_class_name": "VQModel"}"#, "`_class_name` is 'VQModel', expected AutoencoderKL or AutoencoderTiny"),
    (tiny(#""act_fn": "gelu""#), "`act_fn` is 'gelu', which is not built here"),
    (tiny(#""in_channels": 1"#), "`in_channels` is 1, which is not built here: 3 is"),
    (tiny(#""upsampling_scaling_factor": 4"#), "`upsampling_scaling_factor` is 4"),
    (tiny(#""num_encoder_blocks": [1, 3]"#), "`num_encoder_blocks` has 2 entries and `num_decoder_blocks` 4"),
    (tiny(#""num_encoder_blocks": [], "num_decoder_blocks": []"#), "`num_encoder_blocks` is a list of 0"),
    (tiny(#""decoder_block_out_channels": [64, 64, 32, 64]"#), "the entries of `decoder_block_out_channels`"),
    (tiny(#""scaling_factor": 0"#), "`scaling_factor` is 0, expected a number from"),
    (kl(#""block_out_channels": []"#), "`block_out_channels` is a list of 0"),
    (kl(#""block_out_channels": [48]"#), "`norm_num_groups` 32 does not divide `block_out_channels` 48"),
    (kl(#""block_out_channels": [4096]"#), "a head of 4096 channels is more than"),
    (kl(#""scaling_factor": -1"#), "`scaling_factor` is -1.0, expected a number above 0"),
    (
      kl(#""latents_std": [1, 2]"#),
      "`latents_std` is [1, 2], expected a usable number for each of 4 channels"
    ),
    (kl(#""latents_std": [1, 1, 0, 1]"#), "`latents_std` is [1, 1, 0, 1]"),
    (kl(#""up_block_types": ["AttnUpDecoderBlock2D"]"#), "`up_block_types` is 'AttnUpDecoderBlock2D'"),
  ])
  func `what cannot be built is said in a line`(_ json: String, _ message: String) throws {
    let error = try #require(throws: AutoencoderError.self) { _ = try configuration(json) }
    #expect(error.description.contains(message))
    #expect(error.description.hasPrefix("vae/config.json: "))
    #expect(!error.description.contains("\n"))
  }
}

private func configuration(_ json: String) throws(AutoencoderError) -> AutoencoderConfiguration {
  try AutoencoderConfiguration(json: Data(json.utf8), path: "vae/config.json")
}

private func tiny(_ option: String) -> String { #"{"_class_name": "AutoencoderTiny", \#(option)}"# }

private func kl(_ option: String) -> String { #"{"_class_name": "AutoencoderKL", \#(option)}"# }
