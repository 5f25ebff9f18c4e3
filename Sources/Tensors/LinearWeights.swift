internal import COneDNN

/// The weights of a linear layer, [output, input], kept in the layouts that primitives ask for.
///
/// Layers of different batch sizes share one copy wherever they want the same layout. The numbers as they came are
/// let go of with the first layer: nothing is in memory twice.
package final class LinearWeights {
  package let outputs: Int
  package let inputs: Int
  private let engine: ComputeEngine
  /// The numbers as the file has them, read through as [input, output]; nil from the first layer on.
  private var source: Buffer?
  private var packed: [Buffer] = []

  /// - Parameters:
  ///   - source: [output, input], float32 or bfloat16.
  ///   - rows: the outputs that are used; nil for all. So with `columns` and the inputs.
  package init(
    _ engine: ComputeEngine, _ source: Buffer, rows: Range<Int>? = nil, columns: Range<Int>? = nil
  ) throws {
    let rowLength = source.shape[1]
    let (rows, columns) = (rows ?? 0..<source.shape[0], columns ?? 0..<rowLength)
    self.engine = engine
    (outputs, inputs) = (rows.count, columns.count)
    self.source = try source.view(
      [inputs, outputs], strides: [1, rowLength], offset: rows.lowerBound * rowLength + columns.lowerBound)
  }

  /// Takes over `layout`.
  ///
  /// - Precondition: `type` is that of every other layer with these weights: what was rounded is rounded.
  func packed(as layout: dnn_layout, _ type: ElementType) throws -> Buffer {
    if let existing = packed.first(where: { dnn_layout_equal($0.layout, layout) != 0 }) {
      dnn_layout_destroy(layout)
      return existing
    }
    guard let numbers = source ?? packed.first(where: { $0.type == type }) else {
      preconditionFailure("weights for a layer in \(type) are packed for one in another type")
    }
    let buffer = try Buffer(engine, [inputs, outputs], type, owning: layout)
    try copy(engine, from: numbers, to: buffer)
    packed.append(buffer)
    source = nil
    return buffer
  }
}
