import Checkpoints
import Tensors

/// The weights of what a U-Net is told: of the time, labels, sizes.
struct UNetEmbeddingWeights {
  /// Of the Fourier features, [half the width]; of learned times, [timestep, width]; nil for sines and cosines.
  let times: Tensor?
  let time: Pair
  let guidance: DenseWeights?
  let labels: Labels?
  let addition: Pair?
  /// From the embedding to what every residual block is told, one behind the other.
  let projections: DenseWeights

  typealias Pair = (first: DenseWeights, second: DenseWeights)

  enum Labels {
    /// [label, width].
    case table(Tensor)
    case time(Pair)
  }

  init(_ reader: LayerReader, _ c: UNetConfiguration, _ projections: TimeProjections) throws {
    let scope = reader.scope
    // A vector for each row: no time is lost by all digits.
    let exact = LayerReader(engine: reader.engine, scope: scope, type: .float32, known: reader.known)
    func pair(_ name: String, _ inputs: Int) throws -> Pair {
      let reader = exact[name]
      return (
        try reader.linear("linear_1", inputs, c.time.width),
        try reader.linear("linear_2", c.time.width, c.time.width)
      )
    }
    addition = try c.addition.map { try pair("add_embedding", $0.inputWidth) }
    labels = try c.labels.map { labels in
      switch labels {
      case .table(let rows): .table(try scope.tensor("class_embedding.weight", [rows, c.time.width]))
      case .time: .time(try pair("class_embedding", c.time.inputWidth))
      }
    }
    guidance = try c.time.guidanceWidth.map {
      try exact["time_embedding"].linear("cond_proj", $0, c.time.inputWidth, hasBias: false)
    }
    time = try pair("time_embedding", c.time.inputWidth)
    switch c.time.kind {
    case .positional: times = nil
    case .fourier: times = try scope.tensor("time_proj.weight", [c.time.inputWidth / 2])
    case .learned(let rows): times = try scope.tensor("time_proj.weight", [rows, c.time.inputWidth])
    }
    self.projections = try projections.layer(reader)
  }
}

/// What all residual blocks make of the embedding, as one layer: `time_emb_proj` of each, one below the other.
final class TimeProjections {
  /// Numbers of all of them.
  private(set) var total = 0
  private let inputs: Int
  /// Numbers for each channel.
  private let factor: Int
  /// Rows of each, and what reads them into a buffer of that many.
  private var weights: [(rows: Int, read: (Buffer) throws -> Void)] = []
  private var biases: [Float] = []

  /// The name of the whole, as if it were one tensor of the network's.
  static let tensor = "time_emb_proj.weight"

  init(_ c: UNetConfiguration) { (inputs, factor) = (c.time.width, c.modulates ? 2 : 1) }

  /// - Parameter width: of the residual block.
  /// - Returns: where its numbers begin.
  func add(_ reader: LayerReader, width: Int) throws -> Int {
    let scope = reader.scope["time_emb_proj"]
    let shape = [factor * width, inputs]
    try scope.promise("weight", shape)
    let stored = try scope.type(of: "weight")
    weights.append(
      (
        shape[0],
        { [engine = reader.engine] buffer in
          try scope.withBytes(of: "weight", shape) { buffer.store($0, of: stored, on: engine) }
        }
      ))
    biases += try scope.tensor("bias", [factor * width]).values
    defer { total += factor * width }
    return total
  }

  func layer(_ reader: LayerReader) throws -> DenseWeights {
    let layer = reader.packed("time_emb_proj") {
      LinearWeights(reader.engine, [total, inputs]) { [total, inputs, weights] in
        let buffer = try Buffer(reader.engine, [total, inputs], reader.type, isPassing: true)
        var start = 0
        for (rows, read) in weights {
          try read(buffer.view([rows, inputs], offset: start * inputs))
          start += rows
        }
        return buffer
      }
    }
    let bias = try Buffer(reader.engine, [total])
    bias.store(biases)
    return DenseWeights(weights: layer, bias: bias)
  }
}
