import Denoising
import Tensors

/// A map doubled and convolved in bands of rows, with the memory of one band beside the two maps.
///
/// The same numbers as of `UpsampledConvolution` over the whole map: a band is computed with a row more above and below,
/// and what those become is dropped.
package final class BandedDoubling: NetworkLayer {
  private let input, output, bandInput, bandOutput: Buffer
  private let convolution: UpsampledConvolution
  /// Of the input, in a band.
  private let rows: Int

  /// - Parameters:
  ///   - input: [1, row, column, input].
  ///   - output: [1, 2 row, 2 column, output], of the input's type.
  ///   - rows: of the input, in a band; 1 to as many as there are.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: PhaseWeights, bias: Buffer?, output: Buffer, rows: Int
  ) throws {
    precondition(input.shape[0] == 1 && 1...input.shape[1] ~= rows && output.type == input.type)
    (self.input, self.output, self.rows) = (input, output, rows)
    let (columns, channels) = (input.shape[2], input.shape[3])
    bandInput = try Buffer(engine, [1, rows + 2, columns, channels], input.type)
    bandOutput = try Buffer(engine, [1, 2 * (rows + 2), 2 * columns, output.shape[3]], input.type)
    convolution = try UpsampledConvolution(
      engine, input: bandInput, weights: weights, bias: bias, output: bandOutput)
  }

  package func forward() {
    let height = input.shape[1]
    let (line, doubled) = (input.count / height, output.count / height)
    let zeroes = [Float](repeating: 0, count: line)
    for start in stride(from: 0, to: height, by: rows) {
      // The last band ends where the map does, so that it is as high as the others.
      let first = min(start, height - rows)
      let (above, below) = (max(0, first - 1), min(height, first + rows + 1))
      if first == 0 { bandInput.store(zeroes) }
      if first + rows == height { bandInput.store(zeroes, at: (rows + 1) * line) }
      bandInput.copy((below - above) * line, from: input, at: above * line, to: (above - first + 1) * line)
      convolution.forward()
      output.copy(rows * doubled, from: bandOutput, at: doubled, to: first * doubled)
    }
  }
}
