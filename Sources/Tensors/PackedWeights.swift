internal import COneDNN

/// The weights of a layer in the layouts that its primitives ask for.
///
/// Layers of different batch sizes share one copy wherever they want the same layout. The numbers as they came are
/// asked for when the first layer packs them, and let go of then: nothing is in memory twice.
final class PackedWeights {
  private let engine: ComputeEngine
  /// Reads the numbers as they come, under the shape that primitives know; nil once they are packed.
  private var source: (() throws -> Buffer)?
  private let shape: [Int]
  private var packed: [Buffer] = []

  /// - Parameters:
  ///   - shape: that primitives know.
  ///   - source: reads that many numbers, float32 or bfloat16, at any strides.
  init(_ engine: ComputeEngine, _ shape: [Int], _ source: @escaping () throws -> Buffer) {
    (self.engine, self.shape, self.source) = (engine, shape, source)
  }

  /// The numbers in another layout of the same shape, which is somebody else's and may be of another type.
  /// - Parameter type: of the layer that they are for.
  func copy(into target: Buffer, for type: ElementType) throws {
    try Tensors.copy(engine, from: numbers(type), to: target)
  }

  /// The numbers as they come, or in another layout as a layer in this type has them.
  private func numbers(_ type: ElementType) throws -> Buffer {
    if let source { return try engine.timed(\.reorders) { try source() } }
    guard let numbers = packed.first(where: { $0.type == type }) else {
      preconditionFailure("weights for a layer in \(type) are packed for one in another type")
    }
    return numbers
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
    let numbers: Buffer
    do {
      numbers = try self.numbers(type)
    } catch {
      dnn_layout_destroy(layout)
      throw error
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
