import Tensors

extension UViTPass {
  /// Runs as far as the block that is asked for and works out what one patch looks at in it.
  func attention(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], at place: AttentionPlace,
    heeding interruption: Interruption?
  ) throws -> AttentionProbe? {
    let c = configuration
    guard (0...c.depth).contains(place.block), batch == 1 else { return nil }
    let encoderBlocks = c.depth / 2 + 1
    try encode(
      image.values, [0], [row], embeddings: [embedding], blocks: place.block + 1, heeding: interruption)
    if place.block >= encoderBlocks {
      try decode([row], blocks: 0..<place.block - encoderBlocks + 1, heeding: interruption)
    }
    return probed(place.block, row.mask)
      .probe(from: place.patch, names: c.extraNames)
  }

  /// Runs one image to the end, and works out how widely each head of each block looks.
  func attentionStatistics(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> [[HeadStatistics]] {
    var statistics: [[HeadStatistics]] = []
    func visit(_ block: Int) { statistics.append(probed(block, row.mask).statistics) }
    try encode(image.values, [0], [row], embeddings: [embedding], visiting: visit, heeding: interruption)
    try decode([row], blocks: 0..<decoderBlocks, visiting: visit, heeding: interruption)
    return statistics
  }

  /// Runs one image to the end, and works out what its patches look at of the prompt; nil for a network that reads none.
  func words(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> WordMaps? {
    let c = configuration
    guard c.contextTokens > 0 else { return nil }
    let (patches, samples) = (Grid(side: c.grid), Grid(side: c.imageSize))
    var sum = [[Float]](
      repeating: [Float](repeating: 0, count: patches.count), count: c.contextTokens)
    func visit(_ block: Int) {
      let shares = probed(block, row.mask).shares(ofTokens: c.extras - c.contextTokens..<c.extras)
      for (token, map) in shares.enumerated() {
        for (patch, share) in map.enumerated() { sum[token][patch] += share / Float(c.depth + 1) }
      }
    }
    try encode(image.values, [0], [row], embeddings: [embedding], visiting: visit, heeding: interruption)
    try decode([row], blocks: 0..<decoderBlocks, visiting: visit, heeding: interruption)
    return WordMaps(grid: samples, tokens: sum.map { patches.resampled($0[...], to: samples) })
  }

  /// Runs one image to the end, and takes the time.
  func times(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> BlockTimes {
    try BlockTimes.measured { clock in
      try encode(image.values, [0], [row], embeddings: [embedding], timing: clock, heeding: interruption)
      try decode([row], blocks: 0..<decoderBlocks, timing: clock, heeding: interruption)
      clock.enter(.rest)
      _ = finish()
    }
  }

  /// The attention of the block that ran last.
  private func probed(_ block: Int, _ knobs: MaskKnobs) -> ProbedAttention {
    let c = configuration
    let (mask, isLearned) = blockMask(block)
    return ProbedAttention(
      queries: scratch.queries, keys: scratch.keys, heads: c.heads, extras: c.extras,
      grid: Grid(side: c.grid), mask: mask.edited(knobs.mixture, block: block), knobs.bending(isLearned))
  }

  /// Runs as far as the last of these concatenations.
  func features(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], at places: [FeaturePlace],
    heeding interruption: Interruption?
  ) throws -> [JoinedFeatures] {
    let recorder = FeatureRecorder(places)
    guard let last = (0..<decoderBlocks).last(where: { recorder.wants(FeaturePlace(stage: $0)) }) else {
      return []
    }
    try encode(image.values, [0], [row], embeddings: [embedding], heeding: interruption)
    try decode([row], blocks: 0..<last + 1, recording: recorder, heeding: interruption)
    return recorder.features
  }
}
