import Denoising
import Foundation
import Testing

struct UNetDescriptionTests {
  private func configuration(_ json: String) throws -> UNetConfiguration {
    try UNetConfiguration(json: Data(json.utf8), path: "config.json")
  }

  @Test func stagesAreTheDecodersBlocks() throws {
    let c = try configuration(#"{"_class_name": "UNet2DConditionModel", "cross_attention_dim": 768}"#)
    #expect(c.stages.map(\.name) == ["up 0", "up 1", "up 2", "up 3"])
    #expect(c.stages.map(\.grid) == [8, 16, 32, 64].map { Grid(side: $0) })
    #expect(c.stages.map { $0.concatenations.map { $0.widths?.backbone ?? 0 } }[2] == [1280, 640, 640])
    // Two blocks of 1280 channels and the first place of the third: FreeU's demo has seven of them.
    let byChannels = c.stages.flatMap(\.concatenations).map { $0.stage(by: .channels) }
    #expect(byChannels.count { $0 == 0 } == 7 && byChannels.count { $0 == 1 } == 3)
    #expect(c.conditioning == Conditioning(contextWidth: 768))
  }

  @Test func attentionIsCountedInTheOrderOfTheData() throws {
    let c = try configuration(
      #"""
      {"_class_name": "UNet2DConditionModel", "block_out_channels": [64, 128], "sample_size": [16, 32],
       "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"], "layers_per_block": 1,
       "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"], "transformer_layers_per_block": [1, 2]}
      """#)
    #expect(
      c.attentionBlocks.map(\.name) == [
        "down 1.0.0", "down 1.0.1", "mid.0.0", "mid.0.1", "up 0.0.0", "up 0.0.1", "up 0.1.0", "up 0.1.1",
      ])
    #expect(c.attentionBlocks.allSatisfy { $0.grid == Grid(rows: 8, columns: 16) && $0.heads == 8 })
  }

  @Test func labelsAreNumbersAndNoneStandsForNone() throws {
    let c = try configuration(#"{"_class_name": "UNet2DModel", "num_class_embeds": 3}"#)
    #expect(c.labelling()?.names == ["label 0", "label 1", "label 2"])
    #expect(c.labelling()?.none == nil && c.labelling()?.areNamed == false)
    #expect(try configuration(#"{"_class_name": "UNet2DModel"}"#).labelling() == nil)
  }

  /// What Stable Diffusion keeps from its encoder at 64 x 64, 6.6 million numbers, and what passes beside it.
  @Test func mapsAreEstimatedBeforeTheyAreMade() throws {
    let c = try configuration(#"{"_class_name": "UNet2DConditionModel"}"#)
    let bytes = c.mapBytes(batch: 1, grid: Grid(side: 64), .fp32)
    #expect((80_000_000...140_000_000).contains(bytes))
    #expect(c.mapBytes(batch: 3, grid: Grid(side: 64), .fp32) == 3 * bytes)
  }

  /// Stable Diffusion 1.5's: what goes by tiles lies in memory fourfold or 16/9 times, by the size of its map, and 33.2
  /// million numbers of convolutions that double are four times 2 x 2.
  @Test(arguments: [
    (64, Precision.fp32, 5_503_287_056), (32, .fp32, 4_608_720_656), (8, .fp32, 3_581_443_856),
    (64, .bf16, 2_140_520_328),
  ])
  func weightsAreCountedAsLayersKeepThem(side: Int, precision: Precision, bytes: Int) throws {
    let c = try configuration(#"{"_class_name": "UNet2DConditionModel", "cross_attention_dim": 768}"#)
    let grid = Grid(side: side)
    let memory = c.memory(numbers: 859_520_964, grid: grid, precision)
    #expect(memory.weights == bytes)
    #expect(memory.maps() == c.mapBytes(batch: 1, grid: grid, precision))
    #expect(memory.total() == bytes + memory.maps())
    #expect(memory.total(evaluations: 6) == bytes + c.mapBytes(batch: 6, grid: grid, precision))
  }
}
