import Denoising
import Testing

/// Which factors act where.
struct StageTests {
  /// The up path of Stable Diffusion 1: widths of the backbone by up block.
  static let stableDiffusion = [
    [1280, 1280, 1280], [1280, 1280, 1280], [1280, 640, 640], [640, 320, 320],
  ]

  private static func concatenations(_ widths: [[Int]], first: Int) -> [FreeUConcatenation] {
    widths.enumerated().flatMap { stage, widths in
      widths.map { FreeUConcatenation(stage: stage, backboneWidth: $0, firstWidth: first) }
    }
  }

  /// Of each concatenation b, nil where FreeU leaves it alone.
  private static func factors(
    _ knobs: Knobs, _ widths: [[Int]] = stableDiffusion, first: Int = 320
  ) -> [Double?] {
    concatenations(widths, first: first).map { knobs.freeU(at: $0)?.b }
  }

  private static func knobs(_ rule: Knobs.FreeURule, _ b: [Double]) -> Knobs {
    var knobs = Knobs()
    knobs.freeURule = rule
    for (stage, b) in b.enumerated() { knobs[.b, at: .stage(stage)] = b }
    return knobs
  }

  /// The table of implementations: 3 + 3 concatenations by blocks, 7 + 3 by channels.
  @Test func theRulesGiveTheSameNumbersDifferentPlaces() {
    #expect(
      Self.factors(Self.knobs(.blocks, [1.3, 1.4]))
        == [1.3, 1.3, 1.3, 1.4, 1.4, 1.4, nil, nil, nil, nil, nil, nil])
    #expect(
      Self.factors(Self.knobs(.channels, [1.3, 1.4]))
        == [1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.4, 1.4, 1.4, nil, nil])
    #expect(
      Self.factors(Self.knobs(.blocks, [1, 1, 0, 1.2]))
        == [nil, nil, nil, nil, nil, nil, 0, 0, 0, 1.2, 1.2, 1.2])
    // The third width is twice the first: rule `channels` finds no stage 0.
    #expect(
      Self.factors(Self.knobs(.channels, [1.3, 1.4]), [[64, 64], [64, 32]], first: 32)
        == [1.4, 1.4, 1.4, nil])
  }

  @Test func oneValueIsForTheFirstTwoStagesOfAUNetAndForAllBlocksOfAUViT() {
    #expect(
      Self.factors(Knobs(b: 1.2)) == [1.2, 1.2, 1.2, 1.2, 1.2, 1.2, nil, nil, nil, nil, nil, nil])
    var chosen = Knobs(b: 1.2)
    chosen.blocks = [0, 3]
    #expect(Self.factors(chosen) == [1.2, 1.2, 1.2, nil, nil, nil, nil, nil, nil, nil, nil, nil])
    let blocks = (0..<4).map { FreeUConcatenation(stage: $0) }
    #expect(blocks.map { Knobs(b: 1.2).freeU(at: $0)?.b } == [1.2, 1.2, 1.2, 1.2])
    #expect(blocks.map { chosen.freeU(at: $0)?.b } == [1.2, nil, nil, 1.2])
    var single = Self.knobs(.channels, [1.3, 1, 1.5])
    single.b = 1.1
    #expect(blocks.map { single.freeU(at: $0)?.b } == [1.3, nil, 1.5, 1.1], "all widths are the same")
  }
}
