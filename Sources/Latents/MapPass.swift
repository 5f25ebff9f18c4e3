import Denoising
import Tensors

/// The layers of a decoder or an encoder for pictures of one size, each bound to its buffers: a run allocates nothing
/// but its result.
final class MapPass {
  /// [1, row, column, channel].
  let input: Buffer
  /// [1, row, column, channel], float32.
  let output: Buffer
  private let layers: [any NetworkLayer]

  init(input: Buffer, layers: [any NetworkLayer], output: Buffer) {
    (self.input, self.layers, self.output) = (input, layers, output)
  }

  /// - Parameters:
  ///   - planes: [channel, row, column] of one image; its first element lies at `start`.
  ///   - prepare: makes of a number and its channel what the network takes.
  /// - Throws: `Interrupted`.
  func run(
    _ planes: [Float], from start: Int, heeding interruption: Interruption?, prepare: (Float, Int) -> Float
  ) throws {
    let (area, channels) = (input.shape[1] * input.shape[2], input.shape[3])
    var pixels = [Float](repeating: 0, count: area * channels)
    for channel in 0..<channels {
      for place in 0..<area {
        pixels[place * channels + channel] = prepare(planes[start + channel * area + place], channel)
      }
    }
    input.store(pixels)
    for (index, layer) in layers.enumerated() {
      try interruption?.check(index, of: layers.count)
      layer.forward()
    }
  }

  /// - Parameters:
  ///   - planes: takes [channel, row, column], from `start` on.
  ///   - channels: the output's first ones that are wanted.
  ///   - finish: makes of a number and its channel what is wanted.
  func store(
    into planes: inout [Float], at start: Int, channels: Int, finish: (Float, Int) -> Float
  ) {
    let (area, stride) = (output.shape[1] * output.shape[2], output.shape[3])
    output.withFloats { pixels in
      planes.withUnsafeMutableBufferPointer { planes in
        for channel in 0..<channels {
          for place in 0..<area {
            planes[start + channel * area + place] = finish(pixels[place * stride + channel], channel)
          }
        }
      }
    }
  }
}

/// The pass of the size that was last run: its maps are large, and who looks at many sizes looks at one after another.
struct LastPass {
  private var last: (grid: Grid, pass: MapPass)?

  mutating func callAsFunction(_ grid: Grid, make: () throws -> MapPass) throws -> MapPass {
    if let last, last.grid == grid { return last.pass }
    // First, so that both are never there at once.
    last = nil
    let pass = try make()
    last = (grid, pass)
    return pass
  }
}
