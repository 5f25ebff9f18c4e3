import Tensors

extension UViTPass {
  /// Runs as far as the block that is asked for and works one row of its attention out from what it left.
  func attention(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], at place: AttentionPlace
  ) throws -> AttentionProbe? {
    let c = configuration
    let blocks = c.depth + 1
    guard (0..<blocks).contains(place.block), (0..<c.heads).contains(place.head),
      (0..<c.grid * c.grid).contains(place.patch), batch == 1
    else { return nil }
    let encoderBlocks = c.depth / 2 + 1
    try encode(image.values, [0], [row], embeddings: [embedding], blocks: place.block + 1)
    if place.block >= encoderBlocks { try decode([row], blocks: 0..<place.block - encoderBlocks + 1) }

    let size = c.width / c.heads
    let scale = 1 / Float(size).squareRoot()
    func vector(_ buffer: Buffer, _ token: Int) -> [Float] {
      buffer.load(size, at: token * c.width + place.head * size)
    }
    let query = vector(scratch.queries, c.extras + place.patch)
    let scores = (0..<c.tokens).map { token in
      zip(query, vector(scratch.keys, token)).reduce(0) { $0 + $1.0 * $1.1 } * scale
    }
    let mask = maskRow(row.mask, at: place)
    return AttentionProbe(
      before: Array(softmax(scores).dropFirst(c.extras)),
      after: Array(softmax(zip(scores, mask).map { $0 * $1 }).dropFirst(c.extras)))
  }

  /// Runs as far as the last of these concatenations.
  func features(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], at places: [FeaturePlace]
  ) throws -> [JoinedFeatures] {
    let recorder = FeatureRecorder(places)
    guard let last = (0..<decoderBlocks).last(where: { recorder.wants(FeaturePlace(stage: $0)) }) else {
      return []
    }
    try encode(image.values, [0], [row], embeddings: [embedding])
    try decode([row], blocks: 0..<last + 1, recording: recorder)
    return recorder.features
  }

  /// M of one row: 1 for the extra tokens.
  private func maskRow(_ knobs: MaskKnobs, at place: AttentionPlace) -> [Float] {
    let c = configuration
    let (mask, isLearned) = blockMask(place.block)
    let map = mask.edited(knobs.mixture, block: place.block).map(
      from: place.patch, head: place.head, grid: Grid(side: c.grid), knobs.bending(isLearned))
    return [Float](repeating: 1, count: c.extras) + map
  }
}
