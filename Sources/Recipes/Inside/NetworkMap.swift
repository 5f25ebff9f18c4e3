import Denoising

/// A network as a letter U, from what its description says: encoder down the left, decoder up the right, a skip across
/// each level.
package struct NetworkMap: Hashable, Sendable {
  package struct Box: Hashable, Sendable {
    package let name: String
    /// The decoder's stage, where b and s act; nil in encoder and middle.
    package var stage: Int?
    /// Places in the description's `attention`.
    package var attention: [Int] = []
    /// From 0 at the top; the middle is the lowest.
    package let level: Int
    package let side: Side
  }

  package enum Side: Hashable, Sendable { case encoder, middle, decoder }

  /// In the order of the data.
  package let boxes: [Box]

  package init(_ model: ModelDescription) {
    let count = model.stages.count
    // A U-ViT's blocks are called after what they do, a U-Net's after where they lead.
    let isFlat = model.attention.contains { $0.name.hasPrefix("in ") }
    func attention(_ name: String) -> [Int] {
      model.attention.indices.filter {
        model.attention[$0].name == name || model.attention[$0].name.hasPrefix("\(name).")
      }
    }
    func box(_ name: String, stage: Int? = nil, level: Int, _ side: Side) -> Box {
      Box(name: name, stage: stage, attention: attention(name), level: level, side: side)
    }
    let encoder = (0..<count).map { box("\(isFlat ? "in" : "down") \($0)", level: $0, .encoder) }
    let decoder = model.stages.enumerated().map { stage, place in
      box(place.name, stage: stage, level: count - 1 - stage, .decoder)
    }
    boxes = encoder + [box("mid", level: count, .middle)] + decoder
  }

  package var levels: Int { (boxes.map(\.level).max() ?? 0) + 1 }

  /// The box on the other side of a box's skip.
  package func partner(of index: Int) -> Int? {
    let box = boxes[index]
    return boxes.indices.first { $0 != index && boxes[$0].level == box.level && boxes[$0].side != box.side }
  }

  /// Of each box how far its features are from those of another run: of the encoder's what they hand over, of the middle
  /// what the decoder begins with, of the decoder's what goes into them, once FreeU has acted. nil for what is not known.
  package func distances(_ differences: [FeatureDifference]) -> [RelativeDistance?] {
    func sum(_ stage: Int, _ part: (FeatureDifference) -> RelativeDistance) -> RelativeDistance? {
      let there = differences.filter { $0.place.stage == stage }
      return there.isEmpty ? nil : there.reduce(RelativeDistance()) { $0 + part($1) }
    }
    let last = levels - 2
    return boxes.map { box in
      switch box.side {
      case .encoder: sum(last - box.level, \.skip)
      case .middle: differences.first { $0.place == FeaturePlace() }?.backbone
      case .decoder: box.stage.flatMap { sum($0, \.joined) }
      }
    }
  }
}
