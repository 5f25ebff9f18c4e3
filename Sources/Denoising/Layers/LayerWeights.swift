import Tensors

/// A linear layer's.
package struct DenseWeights {
  package let weights: LinearWeights
  /// [outputs], float32; nil for none.
  package let bias: Buffer?
}

/// A norm's.
package struct NormWeights {
  /// [width], float32; so is `shift`.
  package let scale, shift: Buffer
}

/// A convolution's.
package struct FilterWeights {
  package let weights: ConvolutionWeights
  /// [output], float32; nil for none.
  package let bias: Buffer?
}

/// Those of a 3x3 convolution of a map that is made larger before it.
package struct DoublingWeights {
  /// Of a map that is doubled exactly.
  package let phases: PhaseWeights
  package let bias: Buffer?
  /// Of a map that is made larger by less: few samples have odd sides.
  package let plain: ConvolutionWeights

  package init(_ reader: LayerReader, _ name: String, _ width: Int, hasBias: Bool = true) throws {
    let shape = [width, width, 3, 3]
    bias = hasBias ? try reader.floats("\(name).bias", width) : nil
    let exact = try reader.weights("\(name).weight", shape, exactly: true)
    phases = reader.packed(name) { PhaseWeights(reader.engine, shape, reading: exact) }
    let read = try reader.weights("\(name).weight", shape)
    plain = ConvolutionWeights(reader.engine, shape, reading: read)
  }
}

/// Those of attention between the places of a map.
package struct MapAttentionWeights {
  package let heads: Int
  /// nil where there is none.
  package let norm: (weights: NormWeights, groups: Int)?
  package let queries, keys, values, output: DenseWeights

  package init(_ reader: LayerReader, width: Int, heads: Int, size: Int, groups: Int?) throws {
    self.heads = heads
    let inner = heads * size
    // Files from before diffusers 0.17.
    let isOld = reader.scope.contains("query.weight")
    func layer(_ new: String, _ old: String, _ inputs: Int, _ outputs: Int) throws -> DenseWeights {
      let name = isOld ? old : new
      let isConvolution =
        try reader.scope.contains("\(name).weight")
        && reader.scope.shape(of: "\(name).weight").count == 4
      return try reader.projection(name, inputs, outputs, asConvolution: isConvolution)
    }
    norm = try groups.map { (try reader.norm("group_norm", width), $0) }
    keys = try layer("to_k", "key", width, inner)
    output = try layer("to_out.0", "proj_attn", inner, width)
    queries = try layer("to_q", "query", width, inner)
    values = try layer("to_v", "value", width, inner)
  }
}
