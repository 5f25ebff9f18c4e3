import CKernels
import Tensors
import TestSupport
import Testing

/// The transforms of convolutions by tiles in bfloat16, with products in loops between them: so they are tested where
/// the processor has none in bfloat16, too.
struct WinogradKernelTests {
  /// Memory for a kernel.
  private final class Numbers<Element> {
    let memory: UnsafeMutableBufferPointer<Element>

    init(_ values: [Element]) {
      memory = .allocate(capacity: values.count)
      _ = memory.initialize(from: values)
    }

    deinit { memory.deallocate() }

    var bytes: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(memory.baseAddress) }
  }

  private static let (height, width, inputs, outputs) = (7, 6, 16, 32)
  private static let side = 2
  private static let products = (side + 2) * (side + 2)

  private static func noise(_ count: Int, seed: UInt64) -> [UInt16] {
    var generator = SeededNoise(seed: seed)
    return generator.normals([count]).values.map { BFloat16.bits(of: $0) }
  }

  /// [output, input, row, column] as [row, column, input, output].
  private static func outermost(_ weights: [Float]) -> [Float] {
    (0..<9).flatMap { place in
      (0..<inputs).flatMap { input in
        (0..<outputs).map { weights[($0 * inputs + input) * 9 + place] }
      }
    }
  }

  /// [product, tile, output].
  private static func sums(_ spread: Numbers<UInt16>, _ wide: Numbers<UInt16>, tiles: Int) -> [Float] {
    var sums: [Float] = []
    for product in 0..<products {
      for tile in 0..<tiles {
        let place = (product * tiles + tile) * inputs
        let row = (0..<inputs).map { BFloat16.float(spread.memory[place + $0]) }
        for output in 0..<outputs {
          var sum: Float = 0
          for input in 0..<inputs {
            sum += row[input] * BFloat16.float(wide.memory[(product * inputs + input) * outputs + output])
          }
          sums.append(sum)
        }
      }
    }
    return sums
  }

  @Test(arguments: [(adds: false, activates: false), (true, false), (true, true)], [1, 2])
  func bfloat16AgreesWithLoops(kind: (adds: Bool, activates: Bool), threads: Int) {
    let kernels = Self.noise(9 * Self.inputs * Self.outputs, seed: 2).map(BFloat16.float)
    let map = Numbers(Self.noise(Self.height * Self.width * Self.inputs, seed: 1))
    let addend = Numbers(Self.noise(Self.height * Self.width * Self.outputs, seed: 3))
    let bias = Numbers((0..<Self.outputs).map { Float($0) / 8 })
    let columns = (Self.width + 1) / 2
    let tiles = (Self.height + 1) / 2 * columns

    let plain = Numbers(Self.outermost(kernels))
    let wide = Numbers([UInt16](repeating: 0, count: Self.products * Self.inputs * Self.outputs))
    kernel_winograd_weights(
      winograd_weights_job(
        weights: plain.memory.baseAddress, wide: wide.bytes, stride: Self.outputs, type: KERNEL_BFLOAT16,
        side: Self.side,
        inputs: Self.inputs, outputs: Self.outputs, threads: threads))
    let spread = Numbers([UInt16](repeating: 0, count: Self.products * tiles * Self.inputs))
    let output = Numbers([UInt16](repeating: 0, count: addend.memory.count))
    var job = winograd_job()
    (job.map, job.output, job.spread) = (UnsafeRawPointer(map.bytes), output.bytes, spread.bytes)
    (job.type, job.output_type) = (KERNEL_BFLOAT16, KERNEL_BFLOAT16)
    (job.height, job.width) = (Self.height, Self.width)
    (job.inputs, job.outputs) = (Self.inputs, Self.outputs)
    (job.side, job.tile_columns, job.tiles, job.threads) = (Self.side, columns, tiles, threads)
    kernel_winograd_spread(job)
    let sums = Numbers(Self.sums(spread, wide, tiles: tiles))
    job.products = UnsafePointer(sums.memory.baseAddress)
    job.bias = UnsafePointer(bias.memory.baseAddress)
    job.addend = kind.adds ? UnsafeRawPointer(addend.bytes) : nil
    job.activates = kind.activates
    kernel_winograd_gather(job)

    let naive = NaiveFeatureMaps.convolution(
      map.memory.map(BFloat16.float), [1, Self.height, Self.width, Self.inputs], kernels,
      bias: Array(bias.memory), kernel: (3, 3), padding: (1, 1, 1, 1))
    let expected = zip(naive, addend.memory).map { number, other in
      let sum = number + (kind.adds ? BFloat16.float(other) : 0)
      return kind.activates ? max(0, sum) : sum
    }
    let wrong = difference(
      output.memory.map(BFloat16.float), expected, tolerance: ElementType.bfloat16.tolerance, name: "tiles")
    #expect(wrong == nil)
  }
}
