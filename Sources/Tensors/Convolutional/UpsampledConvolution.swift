internal import CKernels

/// A 3x3 convolution of a map that is first doubled by repeating pixels, as four 2x2 convolutions of the map as it is.
///
/// Of the nine weights that meet an output pixel several meet the same input pixel; which ones depends on whether its
/// row and its column are even: four phases, each with those weights added up. 16 products instead of 36.
package final class UpsampledConvolution {
  private let phases: [Convolution]
  private let parts: [Buffer]
  private let output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [image, row, column, input].
  ///   - bias: [output], float32; nil for none.
  ///   - output: [image, 2 row, 2 column, output], of the input's type or float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: PhaseWeights, bias: Buffer?, output: Buffer
  ) throws {
    let shape = input.shape
    let outputs = weights.outputs
    precondition(
      output.shape == [shape[0], 2 * shape[1], 2 * shape[2], outputs] && output.isRowMajor,
      "upsampling from \(shape) to \(output.shape)")
    let parts = try (0..<4).map { _ in
      try Buffer(engine, [shape[0], shape[1], shape[2], outputs], output.type)
    }
    phases = try (0..<4).map { phase in
      let (row, column) = (phase / 2, phase % 2)
      return try Convolution(
        engine, input: input, weights: weights.phases[phase], bias: bias, output: parts[phase],
        padding: Padding(top: 1 - row, left: 1 - column, bottom: row, right: column))
    }
    (self.parts, self.output, threads) = (parts, output, engine.threads)
  }

  /// Floating-point operations: those of the four.
  package var operations: Int { phases.reduce(0) { $0 + $1.operations } }

  package func forward() {
    for phase in phases { phase.forward() }
    let shape = parts[0].shape
    kernel_weave(
      weave_job(
        upper_left: parts[0].bytes, upper_right: parts[1].bytes, lower_left: parts[2].bytes,
        lower_right: parts[3].bytes, outputs: output.bytes,
        images: shape[0], height: shape[1], width: shape[2],
        pixel_bytes: shape[3] * output.type.byteCount, threads: threads))
  }
}

/// The weights of `UpsampledConvolution`: four times [output, input, 2, 2], phase 2 a + b for rows of parity a and
/// columns of parity b.
package final class PhaseWeights {
  /// Channels.
  package var outputs: Int { phases[0].outputs }
  let phases: [ConvolutionWeights]

  /// - Parameter source: [output, input, 3, 3], float32 or bfloat16, row-major; added up in float32.
  package convenience init(_ engine: ComputeEngine, _ source: Buffer) throws {
    self.init(engine, source.shape) { source }
  }

  /// - Parameters:
  ///   - shape: [output, input, 3, 3].
  ///   - read: makes the numbers, as above, each time that a phase packs its sums of them.
  package init(_ engine: ComputeEngine, _ shape: [Int], reading read: @escaping () throws -> Buffer) {
    precondition(shape.count == 4 && shape.suffix(2) == [3, 3], "weights \(shape)")
    phases = (0..<4).map { phase in
      ConvolutionWeights(engine, Array(shape.prefix(2)) + [2, 2]) {
        try Self.sums(engine, of: read(), phase)
      }
    }
  }

  private static func sums(_ engine: ComputeEngine, of source: Buffer, _ phase: Int) throws -> Buffer {
    // An even row sees its input row's upper neighbour once and the row itself twice; an odd one the other way round.
    let met = [[[0], [1, 2]], [[0, 1], [2]]]
    let (rows, columns) = (met[phase / 2], met[phase % 2])
    let places = (0..<4).map { place in
      rows[place / 2].flatMap { row in columns[place % 2].map { column in 3 * row + column } }
    }
    let (outputs, length) = (source.shape[0], 9 * source.shape[1])
    let buffer = try Buffer(engine, [outputs, source.shape[1], 2, 2], isPassing: true)
    var sums: [Float] = []
    for output in 0..<outputs {
      sums.removeAll(keepingCapacity: true)
      let numbers = source.load(length, at: output * length)
      for start in stride(from: 0, to: length, by: 9) {
        for place in places { sums.append(place.reduce(0) { $0 + numbers[start + $1] }) }
      }
      buffer.store(sums, at: output * sums.count)
    }
    return buffer
  }
}
