import Tensors

extension UNetPass {
  /// Runs one sample as far as the attention that is asked for and works out what one place looks at in it.
  func attention(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], at place: AttentionPlace,
    heeding interruption: Interruption?
  ) throws -> AttentionProbe? {
    var probe: AttentionProbe?
    try visitAttentions(sample, row, embedding: embedding, heeding: interruption) { block, mask in
      guard block == place.block else { return true }
      probe = mask.probed(row.mask, block: block)?.probe(from: place.patch)
      return false
    }
    return probe
  }

  /// Runs one sample to the end, and works out how widely each head of each attention looks.
  func attentionStatistics(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> [[HeadStatistics]] {
    var statistics: [[HeadStatistics]] = []
    try visitAttentions(sample, row, embedding: embedding, heeding: interruption) { block, mask in
      statistics.append(mask.probed(row.mask, block: block)?.statistics ?? [])
      return true
    }
    return statistics
  }

  /// Runs one sample to the end, and works out what its places look at of the prompt; nil for a network that reads none.
  func words(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> WordMaps? {
    let decoder = try madeDecoder(heeding: interruption)
    let texts = try madeEncoder(heeding: interruption).texts + decoder.texts
    let (grid, tokens) = (form.grid, form.tokens)
    guard !texts.isEmpty, tokens > 0 else { return nil }
    var sum = [[Float]](repeating: [Float](repeating: 0, count: grid.count), count: tokens)
    func visited(_ attention: StreamingAttention) -> Bool {
      guard let text = texts.first(where: { $0.layer === attention }) else { return true }
      let shares = text.shares(tokens: tokens)
      for token in 0..<tokens {
        let map = shares[token * text.grid.count..<(token + 1) * text.grid.count]
        for (place, share) in text.grid.resampled(map, to: grid).enumerated() {
          sum[token][place] += share / Float(texts.count)
        }
      }
      return true
    }
    try encode(
      sample.values, [0], [row], embeddings: [embedding], visiting: visited, heeding: interruption)
    try decode(
      [row], parts: 0..<decoder.parts.count, embeddings: [embedding], visiting: visited,
      heeding: interruption)
    return WordMaps(grid: grid, tokens: sum)
  }

  /// - Parameter visit: is told of each attention between places before it is run, by its place in the order of the
  ///   data, and says whether to go on.
  private func visitAttentions(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?,
    _ visit: @escaping (_ block: Int, _ mask: UNetMask) -> Bool
  ) throws {
    let decoder = try madeDecoder(heeding: interruption)
    let masks = try madeEncoder(heeding: interruption).masks + decoder.masks
    var goesOn = true
    func visited(_ attention: StreamingAttention) -> Bool {
      // Those that look at a prompt are not between places.
      guard let block = masks.firstIndex(where: { $0.attention?.layer === attention }) else { return true }
      goesOn = visit(block, masks[block])
      return goesOn
    }
    try encode(
      sample.values, [0], [row], embeddings: [embedding], visiting: visited, heeding: interruption)
    guard goesOn else { return }
    try decode(
      [row], parts: 0..<decoder.parts.count, embeddings: [embedding], visiting: visited,
      heeding: interruption)
  }

  /// Runs one sample to the end, and takes the time.
  func times(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], heeding interruption: Interruption?
  ) throws -> BlockTimes {
    // Made before the clock runs.
    _ = try madeEncoder(heeding: interruption)
    let parts = try madeDecoder(heeding: interruption).parts.count
    var output = [Float](repeating: 0, count: configuration.outputChannels * form.grid.count)
    return try BlockTimes.measured { clock in
      try encode(
        sample.values, [0], [row], embeddings: [embedding], timing: clock, heeding: interruption)
      try decode([row], parts: 0..<parts, embeddings: [embedding], timing: clock, heeding: interruption)
      clock.enter(.rest)
      try finish(into: &output, at: [0])
    }
  }

  /// Runs one sample as far as the last of these concatenations.
  func features(
    _ sample: Tensor, _ row: DenoisingRow, embedding: [Float], at places: [FeaturePlace],
    heeding interruption: Interruption?
  ) throws -> [JoinedFeatures] {
    let recorder = FeatureRecorder(places)
    let parts = try madeDecoder(heeding: interruption).parts
    guard let last = parts.lastIndex(where: { recorder.wants($0.place) }) else { return [] }
    try encode(sample.values, [0], [row], embeddings: [embedding], heeding: interruption)
    try decode(
      [row], parts: 0..<last + 1, embeddings: [embedding], recording: recorder, heeding: interruption)
    return recorder.features
  }
}
