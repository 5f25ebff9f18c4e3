import Checkpoints
import Denoising
import Tensors

/// The weights of CLIP's text encoder, by transformers' names, with `text_model.` before them or without.
struct CLIPTextWeights {
  /// [token, width], and [position, width].
  let tokens, positions: Buffer
  let layers: [Layer]
  let norm: Norm
  /// To what the prompt says as a whole; nil where the file has none.
  let projection: LinearWeights?

  struct Norm {
    /// [width], float32; so is `shift`.
    let scale, shift: Buffer
  }

  struct Dense {
    let weights: LinearWeights
    /// [outputs], float32.
    let bias: Buffer
  }

  struct Layer {
    let norm1, norm2: Norm
    let queries, keys, values, output: Dense
    let widening, narrowing: Dense
  }

  let known: KnownLayers

  /// - Parameter known: what is not packed again.
  /// - Throws: `CheckpointError` for a tensor that is missing or of another shape, and for layers that are left.
  init(
    _ engine: ComputeEngine, _ c: CLIPTextConfiguration, _ source: any TensorSource, _ type: ElementType,
    _ known: KnownLayers
  ) throws {
    self.known = known
    let whole = TensorScope(source)
    let scope = source.contains("text_model.embeddings.token_embedding.weight") ? whole["text_model"] : whole
    let reader = Reader(engine: engine, scope: scope, type: type, known: known)
    tokens = try reader.table("embeddings.token_embedding.weight", [c.vocabularySize, c.width])
    positions = try reader.table("embeddings.position_embedding.weight", [c.positions, c.width])
    // x σ(a x) is SiLU(a x) / a: the factors go into the weights before and behind it.
    let factor: Float = c.activation == .quickGELU ? 1.702 : 1
    layers = try (0..<c.layers).map { index in
      let reader = reader["encoder.layers.\(index)"]
      func attention(_ name: String) throws -> Dense {
        try reader.dense("self_attn.\(name)_proj", c.width, c.width)
      }
      return Layer(
        norm1: try reader.norm("layer_norm1", c.width), norm2: try reader.norm("layer_norm2", c.width),
        queries: try attention("q"), keys: try attention("k"), values: try attention("v"),
        output: try attention("out"),
        widening: try reader.dense("mlp.fc1", c.width, c.innerWidth, factor: factor, biasFactor: factor),
        narrowing: try reader.dense("mlp.fc2", c.innerWidth, c.width, factor: 1 / factor))
    }
    norm = try reader.norm("final_layer_norm", c.width)
    projection =
      source.contains("text_projection.weight")
      ? try Reader(engine: engine, scope: whole, type: .float32, known: known)
        .weights("text_projection.weight", c.width, c.projectionWidth) : nil
    // Beside the layers there may be a picture's half of CLIP, and tables of positions.
    try scope["encoder"].requireNothingLeft()
  }

  private struct Reader {
    let engine: ComputeEngine
    let scope: TensorScope
    let type: ElementType
    let known: KnownLayers

    subscript(_ name: String) -> Reader {
      Reader(engine: engine, scope: scope[name], type: type, known: known)
    }

    func table(_ name: String, _ shape: [Int]) throws -> Buffer {
      try known(name, in: scope) {
        try scope.promise(name, shape)
        return try numbers(name, shape, Buffer(engine, shape, type))
      }
    }

    func floats(_ name: String, _ width: Int, factor: Float = 1) throws -> Buffer {
      try scope.promise(name, [width])
      return try numbers(name, [width], Buffer(engine, [width]), factor: factor)
    }

    func norm(_ name: String, _ width: Int) throws -> Norm {
      Norm(scale: try floats("\(name).weight", width), shift: try floats("\(name).bias", width))
    }

    /// Read when the layer packs them.
    func weights(_ name: String, _ inputs: Int, _ outputs: Int, factor: Float = 1) throws -> LinearWeights {
      try known(name, in: scope) {
        let shape = [outputs, inputs]
        try scope.promise(name, shape)
        return LinearWeights(engine, shape) {
          try numbers(name, shape, Buffer(engine, shape, type, isPassing: true), factor: factor)
        }
      }
    }

    func dense(
      _ name: String, _ inputs: Int, _ outputs: Int, factor: Float = 1, biasFactor: Float = 1
    ) throws -> Dense {
      Dense(
        weights: try weights("\(name).weight", inputs, outputs, factor: factor),
        bias: try floats("\(name).bias", outputs, factor: biasFactor))
    }

    /// - Returns: the buffer, with the numbers in it.
    private func numbers(
      _ name: String, _ shape: [Int], _ buffer: Buffer, factor: Float = 1
    ) throws -> Buffer {
      let stored = try scope.type(of: name)
      try scope.withBytes(of: name, shape) { buffer.store($0, of: stored, times: factor, on: engine) }
      return buffer
    }
  }
}
