internal import COneDNN

/// Memory that the engine reads and writes: numbers of one type at given strides.
///
/// A class because primitives are bound to its address once and run many times. A `view` shares its memory.
package final class Buffer {
  /// Length of each axis, outermost first.
  package let shape: [Int]
  /// Elements from one index to the next, per axis; empty where oneDNN chose a layout of its own.
  package let strides: [Int]
  package let type: ElementType
  /// The first element.
  let bytes: UnsafeMutableRawPointer
  let layout: dnn_layout
  let memory: dnnl_memory_t
  private let owner: AnyObject
  private unowned let engine: ComputeEngine

  /// Zeroes, row-major.
  ///
  /// - Parameter isPassing: gone before long, so that it does not lie among what stays as long as a model; with whatever
  ///   is in it while a model is being made ready, see `ComputeEngine.whileLoading`.
  package convenience init(
    _ engine: ComputeEngine, _ shape: [Int], _ type: ElementType = .float32, isPassing: Bool = false
  ) throws {
    let byteCount = shape.reduce(1, *) * type.byteCount
    let allocation = (isPassing ? engine.passing : engine.arena).allocate(byteCount: byteCount)
    try self.init(
      engine, shape, type, strides: rowMajorStrides(shape), bytes: allocation.bytes, owner: allocation)
  }

  /// Zeroes in a layout that a primitive asked for; takes over `layout`.
  convenience init(_ engine: ComputeEngine, _ shape: [Int], _ type: ElementType, owning layout: dnn_layout)
    throws
  {
    let allocation = engine.arena.allocate(byteCount: dnn_layout_bytes(layout))
    try self.init(
      engine, shape, type, strides: [], layout: layout, bytes: allocation.bytes, owner: allocation)
  }

  /// A primitive's scratchpad; takes over `layout`.
  convenience init(
    _ engine: ComputeEngine, scratch layout: dnn_layout, bytes: UnsafeMutableRawPointer, owner: AnyObject
  ) throws {
    try self.init(engine, [], .uint8, strides: [], layout: layout, bytes: bytes, owner: owner)
  }

  /// Memory of somebody else's, which `owner` keeps alive.
  private convenience init(
    _ engine: ComputeEngine, _ shape: [Int], _ type: ElementType, strides: [Int],
    bytes: UnsafeMutableRawPointer, owner: AnyObject
  ) throws {
    try self.init(
      engine, shape, type, strides: strides,
      layout: makeLayout(shape, type, strides: strides), bytes: bytes, owner: owner)
  }

  private init(
    _ engine: ComputeEngine, _ shape: [Int], _ type: ElementType, strides: [Int], layout: dnn_layout,
    bytes: UnsafeMutableRawPointer, owner: AnyObject
  ) throws {
    var memory: dnnl_memory_t?
    let status = dnn_memory_create(&memory, layout, engine.handle, bytes)
    guard status == dnnl_success, let memory else {
      dnn_layout_destroy(layout)
      throw EngineError(operation: "buffer \(shape)", status: status)
    }
    self.shape = shape
    self.strides = strides
    self.type = type
    self.bytes = bytes
    self.layout = layout
    self.memory = memory
    self.owner = owner
    self.engine = engine
  }

  deinit {
    dnnl_memory_destroy(memory)
    dnn_layout_destroy(layout)
  }

  /// The same memory under another shape, from element `offset` on; row-major unless strides are given.
  package func view(_ shape: [Int], strides: [Int]? = nil, offset: Int = 0) throws -> Buffer {
    let strides = strides ?? rowMajorStrides(shape)
    precondition(!self.strides.isEmpty, "a layout of oneDNN's own has no views")
    return try Buffer(
      engine, shape, type, strides: strides, bytes: bytes + offset * type.byteCount, owner: owner)
  }

  /// The same memory for another engine, which may be another thread's.
  package func shared(with engine: ComputeEngine) throws -> Buffer {
    try Buffer(engine, shape, type, strides: strides, bytes: bytes, owner: self)
  }

  package var count: Int { shape.reduce(1, *) }

  var isRowMajor: Bool { strides == rowMajorStrides(shape) }

  /// The first element of a float32 buffer, for kernels.
  var numbers: UnsafeMutablePointer<Float> {
    precondition(type == .float32, "a buffer of \(type) holds no float32 numbers")
    return bytes.assumingMemoryBound(to: Float.self)
  }

  /// The first element of a bfloat16 buffer, for kernels.
  var halves: UnsafeMutablePointer<UInt16> {
    precondition(type == .bfloat16, "a buffer of \(type) holds no bfloat16 numbers")
    return bytes.assumingMemoryBound(to: UInt16.self)
  }
}

package func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

extension ElementType {
  var oneDNN: dnnl_data_type_t {
    switch self {
    case .float32: dnnl_f32
    case .float16: dnnl_f16
    case .bfloat16: dnnl_bf16
    case .int32: dnnl_s32
    case .uint8: dnnl_u8
    case .int8: dnnl_s8
    case .float64, .int64, .int16, .boolean: preconditionFailure("oneDNN has no \(self)")
    }
  }
}

/// - Parameter strides: nil leaves the layout to the primitive that asks for it.
func makeLayout(_ shape: [Int], _ type: ElementType, strides: [Int]?) throws -> dnn_layout {
  var layout: dnn_layout?
  let status = dnn_layout_create(
    &layout, Int32(shape.count), shape.map(Int64.init), type.oneDNN, strides?.map(Int64.init))
  guard status == dnnl_success, let layout else {
    throw EngineError(operation: "layout \(shape)", status: status)
  }
  return layout
}
