internal import COneDNN

/// The weights of a layer in the layouts that its primitives ask for.
///
/// Layers of different batch sizes share one copy wherever they want the same layout. The numbers as they came are
/// let go of with the first layer: nothing is in memory twice.
final class PackedWeights {
  private let engine: ComputeEngine
  /// The numbers as they came, under the shape that primitives know; nil from the first layer on.
  private var source: Buffer?
  private let shape: [Int]
  private var packed: [Buffer] = []

  /// - Parameter source: float32 or bfloat16, at any strides.
  init(_ engine: ComputeEngine, _ source: Buffer) {
    (self.engine, self.source, shape) = (engine, source, source.shape)
  }

  /// The numbers in another layout of the same shape, which is somebody else's.
  func copy(into target: Buffer) throws {
    guard let numbers = source ?? packed.first(where: { $0.type == target.type }) else {
      preconditionFailure("weights for a layer in \(target.type) are packed for one in another type")
    }
    try Tensors.copy(engine, from: numbers, to: target)
  }

  /// - Parameters:
  ///   - primitive: its layout for weights was left to it.
  ///   - type: that of every other layer with these weights: what was rounded is rounded.
  func packed(for primitive: Primitive, _ type: ElementType) throws -> Buffer {
    guard let layout = primitive.expectedLayout(dnnl_query_weights_md) else {
      throw EngineError(operation: "weights", status: dnnl_unimplemented)
    }
    if let existing = packed.first(where: { dnn_layout_equal($0.layout, layout) != 0 }) {
      dnn_layout_destroy(layout)
      return existing
    }
    guard let numbers = source ?? packed.first(where: { $0.type == type }) else {
      preconditionFailure("weights for a layer in \(type) are packed for one in another type")
    }
    let buffer = try Buffer(engine, shape, type, owning: layout)
    try Tensors.copy(engine, from: numbers, to: buffer)
    packed.append(buffer)
    source = nil
    return buffer
  }
}

/// Copies between layouts and element types.
func copy(_ engine: ComputeEngine, from source: Buffer, to target: Buffer) throws {
  let primitive = try Primitive(engine, "reorder") {
    dnn_reorder(&$0, engine.handle, source.layout, target.layout, $1)
  }
  primitive.bind(DNNL_ARG_FROM, source)
  primitive.bind(DNNL_ARG_TO, target)
  engine.timed(\.reorders) { primitive.run() }
}
