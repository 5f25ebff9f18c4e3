internal import COneDNN
import Files

/// What went wrong inside oneDNN, and where.
package struct EngineError: Error, CustomStringConvertible {
  let operation: String
  let status: dnnl_status_t

  package var description: String { "\(finding); try fp32 or another version of oneDNN" }

  /// What went wrong, without what to do.
  package var finding: String {
    let reason =
      switch status {
      case dnnl_out_of_memory: "out of memory"
      case dnnl_unimplemented: "not implemented for this processor or these shapes"
      default: "oneDNN status \(status.rawValue)"
      }
    return "\(operation): \(reason)"
  }
}

func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws {
  guard status == dnnl_success else { throw EngineError(operation: operation(), status: status) }
}

/// oneDNN on this machine's processor, with a team of threads of its own.
///
/// Guards the identity of one oneDNN engine and its stream. Not `Sendable` on purpose: OpenMP keeps a pool
/// for every thread that calls it, so whatever is made here is made and run on one `EngineThread`.
package final class ComputeEngine {
  package let threads: Int
  let handle: dnnl_engine_t
  let stream: dnnl_stream_t
  /// Names of the implementations that oneDNN chose, by what they compute.
  package private(set) var implementations: [String: Set<String>] = [:]
  /// What getting ready has cost so far.
  package private(set) var preparation = Preparation()
  /// For what stays as long as a model.
  let arena = Arena()
  /// For what is gone when a model is ready.
  let passing = Arena(pages: 1)
  /// What was found out about products so far.
  let rowIdentity = RowIdentity()
  private var scratchpad: Allocation
  private var bands: [ElementType: [Int: Buffer]] = [:]

  /// - Parameter threads: 1 or more; nil takes `OMP_NUM_THREADS` or every CPU that the process may use.
  package init(threads: Int? = nil) throws {
    // More OpenMP threads than CPUs stop spinning altogether, which slows every call.
    self.threads = max(1, min(threads ?? Int(omp_get_max_threads()), Int(dnn_usable_cpus())))
    omp_set_num_threads(Int32(self.threads))
    if self.threads > 1 { dnn_pin_team(Int32(self.threads)) } else { dnn_unpin() }
    var engine: dnnl_engine_t?
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "start oneDNN")
    var stream: dnnl_stream_t?
    try check(dnnl_stream_create(&stream, engine, 0x1), "start oneDNN")
    guard let engine, let stream else {
      throw EngineError(operation: "start oneDNN", status: dnnl_out_of_memory)
    }
    (handle, self.stream) = (engine, stream)
    scratchpad = Allocation(byteCount: 1 << 20)
    DebugLog.note("engine: oneDNN \(Self.version), \(self.threads) threads")
  }

  /// Reads and packs the weights of a model: what each of them passes through lies in one piece of memory, until `body`
  /// ends, also where it is called within another one.
  package func whileLoading<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard !passing.usesAgain else { return try body() }
    passing.usesAgain = true
    defer { passing.usesAgain = false }
    return try body()
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(handle)
  }

  /// oneDNN has products in bfloat16 for this processor: from AVX-512 on.
  package static var hasBFloat16: Bool { hasAVX512 }

  static var hasAVX512: Bool {
    let (isa, avx512) = (dnnl_get_effective_cpu_isa().rawValue, dnnl_cpu_isa_avx512_core.rawValue)
    return isa & avx512 == avx512
  }

  /// The processor computes in bfloat16 by itself; where it does not, oneDNN's bfloat16 is slower than float32.
  package static var hasNativeBFloat16: Bool {
    let isa = dnnl_get_effective_cpu_isa().rawValue
    // Each set of instructions carries the bits of those that it contains.
    let bf16 = dnnl_cpu_isa_avx512_core_bf16.rawValue
    return isa & bf16 == bf16
  }

  /// oneDNN's version at run time, for example "2.6.3".
  package static var version: String {
    let version = dnnl_version().pointee
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// Primitives run one after another, so one scratchpad, as large as the largest need, serves them all.
  func scratch(byteCount: Int) -> Allocation {
    if scratchpad.byteCount < byteCount { scratchpad = Allocation(byteCount: byteCount * 2) }
    return scratchpad
  }

  /// Memory for what lies between two steps of a layer that runs in bands; one for all such layers of a type.
  func band(_ place: Int, count: Int, _ type: ElementType) throws -> Buffer {
    if let band = bands[type]?[place], band.count >= count { return band }
    // A power of two: what earlier layers were made with stays with them, and there are few sizes.
    let band = try Buffer(self, [1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)], type)
    bands[type, default: [:]][place] = band
    return band
  }

  func note(_ implementation: String, for operation: String) {
    let (isNew, _) = implementations[operation, default: []].insert(implementation)
    if isNew { DebugLog.note("implementation: \(operation) is \(implementation)") }
  }

  /// Adds the time of `work` to a part of the preparation.
  func timed<Result>(_ part: WritableKeyPath<Preparation, Duration>, _ work: () throws -> Result) rethrows
    -> Result
  {
    let start = ContinuousClock.now
    defer { preparation[keyPath: part] += ContinuousClock.now - start }
    return try work()
  }
}

/// Time spent before the first step, by what it was spent on.
package struct Preparation: Sendable {
  /// Making primitives: oneDNN generates their code.
  package var primitives = Duration.zero
  /// Reading weights, and bringing them into the layouts that primitives ask for.
  package var reorders = Duration.zero
}
