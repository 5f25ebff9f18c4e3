import Foundation
import Pictures
import Tensors

/// Features in which sets of pictures are compared: a convolutional network whose weights are random and fixed.
///
/// Three times a 3x3 convolution, ReLU and the mean of 2x2 (3 → 16 → 32 → 64 channels), then a random projection of
/// what is left, places and all, to 256 numbers. Random features need no data and no download, are the same for
/// every model that is compared, and tell small pictures apart at least as well as those of a network that was
/// trained on photographs (Naeem et al. 2020, arXiv:2002.09797). Their limits: they know colours, edges and where
/// they lie, not what is drawn, and their numbers cannot be compared with an FID of Inception's features.
package final class RandomFeatures {
  /// Numbers for each picture.
  package static let count = 256

  private struct Stage {
    let convolution: PictureConvolution
    /// What the convolution leaves, and where its means go: [batch, channel, row, column].
    let wide, pooled: Buffer
  }

  private let batch: Int
  private let input, output: Buffer
  private let stages: [Stage]
  private let projection: Linear
  // Primitives are bound to the memory of these.
  private let weights: [Buffer]

  /// - Parameter size: pixels of a picture's side; 8 or more.
  /// - Throws: `EvaluationError.tooSmall`.
  package init(_ engine: ComputeEngine, size: Int, batch: Int = 64) throws {
    guard size >= 8 else { throw EvaluationError.tooSmall(size: size) }
    var noise = SeededNoise(seed: 0)
    var weights: [Buffer] = []
    func random(_ shape: [Int], deviation: Float) throws -> Buffer {
      let buffer = try Buffer(engine, shape)
      buffer.store(noise.normals(shape).values.map { deviation * $0 })
      weights.append(buffer)
      return buffer
    }
    var (side, channels) = (size, 3)
    let input = try Buffer(engine, [batch, channels, side, side])
    var (stages, source): ([Stage], Buffer) = ([], input)
    for outputs in [16, 32, 64] {
      // He et al. 2015: keeps the variance through a ReLU.
      let deviation = (2 / Float(9 * channels)).squareRoot()
      let filters = try random([outputs, channels, 3, 3], deviation: deviation)
      let bias = try random([outputs], deviation: 0.3)
      let wide = try Buffer(engine, [batch, outputs, side, side])
      let pooled = try Buffer(engine, [batch, outputs, side / 2, side / 2])
      stages.append(
        Stage(
          convolution: try PictureConvolution(
            engine, input: source, weights: filters, bias: bias, output: wide),
          wide: wide, pooled: pooled))
      (source, side, channels) = (pooled, side / 2, outputs)
    }
    let flat = channels * side * side
    let matrix = try random([Self.count, flat], deviation: 1 / Float(flat).squareRoot())
    output = try Buffer(engine, [batch, Self.count])
    projection = try Linear(
      engine, input: source.view([batch, flat]), weights: LinearWeights(engine, matrix), bias: nil,
      output: output)
    (self.batch, self.input, self.stages, self.weights) = (batch, input, stages, weights)
  }

  /// - Parameters:
  ///   - pixels: pictures one after another, [picture, row, column, red-green-blue].
  ///   - progress: pictures done.
  /// - Returns: [picture, 256].
  package func callAsFunction(_ pixels: [UInt8], progress: (Int) -> Void = { _ in }) -> Features {
    let (side, length) = (input.shape[2], input.shape.dropFirst().reduce(1, *))
    let pictures = pixels.count / length
    var rows: [Float] = []
    rows.reserveCapacity(pictures * Self.count)
    for first in stride(from: 0, to: pictures, by: batch) {
      let used = min(batch, pictures - first)
      load(pixels, first: first, count: used, side: side)
      for stage in stages {
        stage.convolution.forward()
        Self.pool(stage.wide, into: stage.pooled)
      }
      projection.forward()
      rows += output.load(used * Self.count)
      progress(first + used)
    }
    return Features(width: Self.count, values: rows)
  }

  /// Bytes of interleaved colours to planes of -1…1.
  private func load(_ pixels: [UInt8], first: Int, count: Int, side: Int) {
    let plane = side * side
    input.withFloats { target in
      for picture in 0..<count {
        for place in 0..<plane {
          let source = ((first + picture) * plane + place) * 3
          for channel in 0..<3 {
            target[(picture * 3 + channel) * plane + place] = Float(pixels[source + channel]) / 127.5 - 1
          }
        }
      }
    }
  }

  /// ReLU, then the mean of each 2x2; an odd last line or column falls away.
  private static func pool(_ wide: Buffer, into pooled: Buffer) {
    let (height, width) = (wide.shape[2], wide.shape[3])
    let (rows, columns) = (pooled.shape[2], pooled.shape[3])
    wide.withFloats { source in
      pooled.withFloats { target in
        for plane in 0..<wide.shape[0] * wide.shape[1] {
          for row in 0..<rows {
            let upper = plane * height * width + 2 * row * width
            for column in 0..<columns {
              let place = upper + 2 * column
              let sum =
                max(0, source[place]) + max(0, source[place + 1]) + max(0, source[place + width])
                + max(0, source[place + width + 1])
              target[(plane * rows + row) * columns + column] = sum / 4
            }
          }
        }
      }
    }
  }
}
