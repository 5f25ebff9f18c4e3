import Denoising

/// A network as a letter U, from what its description says: encoder down the left, decoder up the right, a skip across
/// each level.
struct NetworkMap: Hashable, Sendable {
  struct Box: Hashable, Sendable {
    let name: String
    /// The decoder's stage, where b and s act; nil in encoder and middle.
    var stage: Int?
    /// Places in the description's `attention`.
    var attention: [Int] = []
    /// From 0 at the top; the middle is the lowest.
    let level: Int
    let side: Side
  }

  enum Side: Hashable, Sendable { case encoder, middle, decoder }

  /// In the order of the data.
  let boxes: [Box]

  init(_ model: ModelDescription) {
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

  var levels: Int { (boxes.map(\.level).max() ?? 0) + 1 }

  /// The box on the other side of a box's skip.
  func partner(of index: Int) -> Int? {
    let box = boxes[index]
    return boxes.indices.first { $0 != index && boxes[$0].level == box.level && boxes[$0].side != box.side }
  }
}
