import Checkpoints
import Tensors

/// Tensors of a convolutional network under a prefix, as the layers take them.
package struct LayerReader {
  package let engine: ComputeEngine
  package let scope: TensorScope
  /// Of the layers: what is stored with more digits is rounded when it is read.
  package let type: ElementType
  /// What is not packed again, and where it is kept.
  package let known: KnownLayers

  package init(
    engine: ComputeEngine, scope: TensorScope, type: ElementType, known: KnownLayers = KnownLayers()
  ) {
    (self.engine, self.scope, self.type, self.known) = (engine, scope, type, known)
  }

  package subscript(_ name: String) -> LayerReader {
    LayerReader(engine: engine, scope: scope[name], type: type, known: known)
  }

  /// A layer's weights, `name` followed by `.weight`, packed unless they are known.
  func packed<Packed: AnyObject>(
    _ name: String, part: Int = 0, _ pack: () throws -> Packed
  ) rethrows -> Packed {
    try known("\(name).weight", part: part, in: scope, pack: pack)
  }

  /// [width], float32.
  package func floats(_ name: String, _ width: Int) throws -> Buffer {
    let tensor = try scope.tensor(name, [width])
    let buffer = try Buffer(engine, [width])
    buffer.store(tensor.values)
    return buffer
  }

  package func norm(_ name: String, _ width: Int) throws -> NormWeights {
    NormWeights(scale: try floats("\(name).weight", width), shift: try floats("\(name).bias", width))
  }

  package func convolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, hasBias: Bool = true
  ) throws -> FilterWeights {
    FilterWeights(
      weights: try packed(name) {
        let shape = [outputs, inputs, kernel, kernel]
        return ConvolutionWeights(engine, shape, reading: try weights("\(name).weight", shape))
      },
      bias: hasBias ? try floats("\(name).bias", outputs) : nil)
  }

  func linear(_ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true) throws -> DenseWeights {
    DenseWeights(
      weights: try packed(name) {
        let shape = [outputs, inputs]
        return LinearWeights(engine, shape, reading: try weights("\(name).weight", shape))
      },
      bias: hasBias ? try floats("\(name).bias", outputs) : nil)
  }

  /// A linear layer that is stored as a 1x1 convolution, or as what it is.
  func projection(
    _ name: String, _ inputs: Int, _ outputs: Int, asConvolution: Bool
  ) throws -> DenseWeights {
    guard asConvolution else { return try linear(name, inputs, outputs) }
    return DenseWeights(
      weights: try packed(name) {
        let read = try weights("\(name).weight", [outputs, inputs, 1, 1])
        return LinearWeights(engine, [outputs, inputs]) { try read().view([outputs, inputs]) }
      },
      bias: try floats("\(name).bias", outputs))
  }

  /// What reads the numbers that a layer packs for itself, in the layers' type where that loses nothing more than the
  /// layer itself would. What a file of half the digits says of all weights is in memory once: packed.
  /// - Throws: `CheckpointError` for a tensor that is missing, whole-numbered or of another shape; so does reading, for
  ///   a file that cannot be read any more.
  package func weights(
    _ name: String, _ shape: [Int], exactly: Bool = false
  ) throws -> () throws -> Buffer {
    try scope.promise(name, shape)
    let stored = try scope.type(of: name)
    let type = exactly ? ElementType.float32 : stored == .bfloat16 ? stored : self.type
    return { [engine, scope] in
      let buffer = try Buffer(engine, shape, type, isPassing: true)
      try scope.withBytes(of: name, shape) { buffer.store($0, of: stored, on: engine) }
      return buffer
    }
  }
}
