import Tensors
import Testing

/// What this processor lacks cannot be tested on it: each such thing is listed as skipped, with what is missing.
struct ProcessorTests {
  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func layersAreTestedInBfloat16Too() {
    #expect(LayerTests.types.contains(.bfloat16))
  }

  @Test(
    .enabled(
      if: AttentionWay.vectors.suits(.bfloat16, tokens: 16, size: 16), "this processor has no avx512_bf16"))
  func attentionIsTestedInVectorsToo() {
    #expect(LayerTests.ways.contains { $0.way == .vectors })
  }

  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func attentionOverManyTokensIsTestedInPairsToo() {
    #expect(StreamingAttentionTests.ways.contains { $0.inPairs })
  }

  @Test(
    .enabled(if: AttentionWay.tiles.suits(.bfloat16, tokens: 16, size: 16), "this processor has no AMX"))
  func attentionIsTestedInTilesToo() {
    #expect(LayerTests.ways.contains { $0.way == .tiles })
  }
}
