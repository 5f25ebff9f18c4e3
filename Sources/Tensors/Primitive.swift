internal import COneDNN

/// One oneDNN operation, made once for its shapes and bound to its buffers: `run()` is all that is left.
final class Primitive {
  /// oneDNN's name for the code that it chose, for example "brgemm:avx512_core_bf16".
  let implementation: String
  private let engine: ComputeEngine
  private let operation: String
  /// What a backward pass needs of its forward pass.
  let descriptor: dnnl_primitive_desc_t
  private let handle: dnnl_primitive_t
  private var arguments: [dnnl_exec_arg_t] = []
  private var held: [AnyObject] = []

  /// - Parameters:
  ///   - operation: what is computed, for messages and for `ComputeEngine.implementations`.
  ///   - fused: what follows the operation inside it.
  ///   - describe: fills in the primitive descriptor, by one of the shim's functions.
  init(
    _ engine: ComputeEngine, _ operation: String, fused: [FusedOperation] = [],
    describe: (inout dnnl_primitive_desc_t?, dnnl_primitive_attr_t?) -> dnnl_status_t
  ) throws {
    self.engine = engine
    self.operation = operation
    let attributes = try makeAttributes(fused)
    defer { dnnl_primitive_attr_destroy(attributes) }
    (descriptor, handle) = try engine.timed(\.primitives) {
      var descriptor: dnnl_primitive_desc_t?
      try check(describe(&descriptor, attributes), operation)
      guard let descriptor else { throw EngineError(operation: operation, status: dnnl_unimplemented) }
      var handle: dnnl_primitive_t?
      let status = dnnl_primitive_create(&handle, descriptor)
      guard status == dnnl_success, let handle else {
        dnnl_primitive_desc_destroy(descriptor)
        throw EngineError(operation: operation, status: status)
      }
      return (descriptor, handle)
    }
    implementation = dnn_implementation(descriptor).map { String(cString: $0) } ?? "unknown"
    engine.note(implementation, for: operation)
    if let layout = dnn_layout_expected(descriptor, dnnl_query_scratchpad_md) {
      let byteCount = dnn_layout_bytes(layout)
      if byteCount > 0 {
        let scratch = engine.scratch(byteCount: byteCount)
        try bind(
          DNNL_ARG_SCRATCHPAD, Buffer(engine, scratch: layout, bytes: scratch.bytes, owner: scratch))
      } else {
        dnn_layout_destroy(layout)
      }
    }
    for (index, operation) in fused.enumerated() {
      if case .add(let other) = operation { bind(dnn_fused_argument(Int32(index)), other) }
    }
  }

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(descriptor)
  }

  func bind(_ argument: Int32, _ buffer: Buffer) {
    arguments.append(dnnl_exec_arg_t(arg: argument, memory: buffer.memory))
    held.append(buffer)
  }

  /// What the primitive expects for an argument whose layout was left to it; the caller owns it.
  func expectedLayout(_ query: dnnl_query_t) -> dnn_layout? { dnn_layout_expected(descriptor, query) }

  func run() {
    let status = dnnl_primitive_execute(handle, engine.stream, Int32(arguments.count), arguments)
    precondition(status == dnnl_success, "\(operation): oneDNN status \(status.rawValue)")
  }
}

/// Work that a matrix product does on its result before storing it.
enum FusedOperation {
  case gelu
  /// y / (1 + e⁻ʸ).
  case silu
  /// max(0, y).
  case relu
  /// Adds what the destination held before.
  case sum
  /// Adds a buffer of the destination's shape.
  case add(Buffer)
  case scale(Float)
}

/// Scratchpads are ours, so that no call allocates.
private func makeAttributes(_ fused: [FusedOperation]) throws -> dnnl_primitive_attr_t? {
  var attributes: dnnl_primitive_attr_t?
  try check(dnnl_primitive_attr_create(&attributes), "attributes")
  try check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes")
  guard !fused.isEmpty else { return attributes }
  var operations: dnnl_post_ops_t?
  try check(dnnl_post_ops_create(&operations), "attributes")
  defer { dnnl_post_ops_destroy(operations) }
  for operation in fused {
    let status =
      switch operation {
      case .gelu: dnn_fuse_eltwise(operations, dnnl_eltwise_gelu_erf, 0, 0)
      case .silu: dnn_fuse_eltwise(operations, dnnl_eltwise_swish, 1, 0)
      case .relu: dnn_fuse_eltwise(operations, dnnl_eltwise_relu, 0, 0)
      case .sum: dnn_fuse_sum(operations)
      case .scale(let factor): dnn_fuse_eltwise(operations, dnnl_eltwise_linear, factor, 0)
      case .add(let other): dnn_fuse_binary(operations, dnnl_binary_add, other.layout)
      }
    try check(status, "attributes")
  }
  try check(dnnl_primitive_attr_set_post_ops(attributes, operations), "attributes")
  return attributes
}
