import Denoising
import Tensors

extension EngineMessage {
  /// - Throws: `MessageDefect` for an answer that was not asked for.
  func probed(
    _ question: ProbeQuestion, _ row: DenoisingRow, of model: ModelDescription
  ) throws -> ProbeAnswer? {
    switch question {
    case .attention(let place):
      guard tensors["before"] != nil else { return nil }
      guard model.attention.indices.contains(place.block) else {
        throw MessageDefect("attention of block \(place.block), which there is not")
      }
      return .attention(try attention(in: model.attention[place.block]))
    case .attentionStatistics: return try statistics(of: model).map(ProbeAnswer.attentionStatistics)
    case .words: return try words(of: model).map(ProbeAnswer.words)
    case .times: return nil
    case .features(let wanted):
      let places = try body(EngineBody.Probed.self).features ?? []
      return .features(
        try places.enumerated().map { index, place in
          guard place.count == 2, model.stages.indices.contains(place[0]),
            model.stages[place[0]].concatenations.indices.contains(place[1])
          else { throw MessageDefect("features of \(place)") }
          let found = FeaturePlace(stage: place[0], concatenation: place[1])
          guard wanted.contains(found) else { throw MessageDefect("features that were not asked for") }
          let stage = model.stages[place[0]]
          return JoinedFeatures(
            place: found, backbone: try change("backbone", index, stage.grid),
            skip: try change("skip", index, stage.grid),
            factors: row.knobs.freeU(at: stage.concatenations[place[1]]))
        })
    }
  }

  /// [head, token], what stands before the patches first, without and with the mask.
  private func attention(in block: AttentionBlock) throws -> AttentionProbe {
    let names = try body(EngineBody.Probed.self).tokens ?? []
    guard names.count <= 128, names.allSatisfy(DescriptionForm.isPlain) else {
      throw MessageDefect("names of \(names.count) tokens")
    }
    let shape = [block.heads, names.count + block.grid.count]
    let (before, after) = (try tensor("before", shape: shape), try tensor("after", shape: shape))
    func shares(_ tensor: Tensor, _ head: Int) -> AttentionProbe.Shares {
      let all = tensor.values[head * shape[1]..<(head + 1) * shape[1]]
      return AttentionProbe.Shares(
        tokens: Array(all.prefix(names.count)), patches: Array(all.dropFirst(names.count)))
    }
    return AttentionProbe(
      heads: (0..<block.heads).map { .init(before: shares(before, $0), after: shares(after, $0)) },
      tokenNames: names)
  }

  private func statistics(of model: ModelDescription) throws -> [[HeadStatistics]]? {
    guard let blocks = try body(EngineBody.Probed.self).statistics else { return nil }
    guard blocks.count == model.attention.count,
      zip(blocks, model.attention).allSatisfy({ $0.isEmpty || $0.count == $1.heads })
    else { throw MessageDefect("statistics of \(blocks.count) attentions, which are not those of the model") }
    return try blocks.map { heads in
      try heads.map { numbers in
        guard numbers.count == 4 else { throw MessageDefect("statistics of \(numbers.count) numbers") }
        return HeadStatistics(
          before: .init(entropy: numbers[0], distance: numbers[1]),
          after: .init(entropy: numbers[2], distance: numbers[3]))
      }
    }
  }

  private func words(of model: ModelDescription) throws -> WordMaps? {
    guard let maps = tensors["words"] else { return nil }
    let grid = Grid(rows: model.sampleShape[1], columns: model.sampleShape[2])
    guard maps.shape.count == 3, Array(maps.shape.dropFirst()) == [grid.rows, grid.columns] else {
      throw MessageDefect("words of \(maps.shape)")
    }
    let count = maps.shape[0]
    let words = try (body(EngineBody.Probed.self).words ?? []).map { word in
      guard word.places.count <= count, word.places.allSatisfy((0..<count).contains) else {
        throw MessageDefect("a word of tokens that there are not")
      }
      return PromptWord(text: word.text.asOneLine(), places: word.places)
    }
    return WordMaps(
      grid: grid,
      tokens: (0..<count).map { Array(maps.values[$0 * grid.count..<($0 + 1) * grid.count]) }, words: words)
  }

  /// [row, column, channel] before and, where it differs, after.
  private func change(_ what: String, _ index: Int, _ grid: Grid) throws -> JoinedFeatures.Change {
    let before = try tensor("\(what).\(index)")
    guard before.shape.count == 3, before.shape[0] == grid.rows, before.shape[1] == grid.columns else {
      throw MessageDefect("features of \(before.shape)")
    }
    func map(_ tensor: Tensor) -> FeatureMap {
      FeatureMap(grid: grid, channels: tensor.shape[2], values: tensor.values)
    }
    let name = "\(what).\(index).after"
    let after = tensors[name] == nil ? before : try tensor(name, shape: before.shape)
    return JoinedFeatures.Change(before: map(before), after: map(after))
  }
}
