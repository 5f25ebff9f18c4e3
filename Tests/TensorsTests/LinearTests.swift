import Tensors
import TestSupport
import Testing

struct LinearTests {
  /// One row for each image, as time embeddings have, and as many as a feature map has pixels.
  @Test(
    arguments: [(1, 128, 96), (1, 1280, 320), (4, 48, 20), (64, 1280, 1280), (256, 512, 512)],
    LayerTests.types)
  func theRowsOfAnImageComeOutAsTheyWouldAlone(
    shape: (rows: Int, inputs: Int, outputs: Int), type: ElementType
  )
    throws
  {
    try onEngine { engine in
      let matrix = try Sample(engine, [shape.outputs, shape.inputs], type, seed: 2)
      let weights = LinearWeights(engine, matrix.buffer)
      let input = try Sample(engine, [6 * shape.rows, shape.inputs], type, seed: 1)
      let other = try Sample(engine, [6 * shape.rows, shape.outputs], type, seed: 3)
      func run(_ images: Range<Int>) throws -> [Float] {
        func part(_ buffer: Buffer) throws -> Buffer {
          let width = buffer.shape[1]
          return try buffer.view(
            [images.count * shape.rows, width], offset: images.lowerBound * shape.rows * width)
        }
        let output = try Buffer(engine, [images.count * shape.rows, shape.outputs], type)
        try Linear(
          engine, input: part(input.buffer), weights: weights, bias: nil, output: output,
          then: .add(part(other.buffer)), images: images.count
        ).forward()
        return output.load(output.count)
      }
      return try [2, 3, 6].compactMap { count in
        try run(0..<count) == (0..<count).flatMap { try run($0..<$0 + 1) }
          ? nil : "\(count) images are not each image alone"
      }
    }
  }
}
