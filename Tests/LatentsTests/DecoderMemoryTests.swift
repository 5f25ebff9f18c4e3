import Checkpoints
import Denoising
import Foundation
import Latents
import Tensors
import TestSupport
import Testing

/// What decoders take of memory, counted before they take it.
struct DecoderMemoryTests {
  private static let stableDiffusion = """
    {"_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
    "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
    "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
    """
  private static let tiny = #"{"_class_name": "AutoencoderTiny"}"#

  /// - Returns: of a file whose decoder has ten numbers.
  private func memory(_ json: String, side: Int, _ precision: Precision) throws -> ModelMemory {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    writer.add("encoder.a", Tensor([1000]))
    writer.add("decoder.a", Tensor([7]))
    writer.add("post_quant_conv.a", Tensor([3]))
    try writer.write(to: folder.file("a.safetensors"))
    return try AutoencoderConfiguration(json: Data(json.utf8), path: "config.json").memory(
      SafetensorsFile(folder.file("a.safetensors")), grid: Grid(side: side), precision)
  }

  /// Most 3x3 convolutions go by tiles and lie in memory fourfold, in bfloat16 16/9 times; the maps are three of the
  /// largest ones and the bands of a doubled one.
  @Test(arguments: [
    (64, Precision.fp32, 531_431_424, 687_865_856), (32, .fp32, 531_431_424, 201_326_592),
    (64, .bf16, 75_005_952, 343_932_928),
  ])
  func stableDiffusionsDecoder(side: Int, precision: Precision, surplus: Int, maps: Int) throws {
    let memory = try memory(Self.stableDiffusion, side: side, precision)
    #expect(memory.weights == 10 * precision.type.byteCount + surplus)
    #expect(memory.maps() == maps)
  }

  @Test func taesdsDecoder() throws {
    let memory = try memory(Self.tiny, side: 64, .fp32)
    // Three convolutions double 64 channels, thirty go by tiles; three maps of 512 x 512 and the phases of one.
    #expect(memory.weights == 4 * (10 + (3 * 7 + 30 * 27) * 64 * 64))
    #expect(memory.maps() == 4 * 4 * 64 * 512 * 512)
  }
}
