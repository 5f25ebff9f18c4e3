import Tensors
import TestSupport
import Testing

struct ColumnSumTests {
  /// Widths of less than a vector, of one, and of more than a block with a rest.
  @Test(arguments: [5, 16, 128, 128 + 37], [ElementType.float32, .bfloat16])
  func agreeWithSumsColumnByColumn(width: Int, type: ElementType) throws {
    let rows = 23
    let (plain, multiplied, expected) = try EngineThread().sync { () -> ([Float], [Float], [[Float]]) in
      let engine = try ComputeEngine()
      var noise = SeededNoise(seed: UInt64(width))
      let (values, factors) = (
        try Buffer(engine, [rows, width], type), try Buffer(engine, [rows, width], type)
      )
      values.store(noise.normals([rows, width]).values)
      factors.store(noise.normals([rows, width]).values)
      let sums = try Buffer(engine, [width])
      engine.sumRows(of: values, into: sums)
      let plain = sums.load(width)
      // Added to what is there.
      engine.sumRows(of: values, times: factors, into: sums)
      let (v, f) = (values.load(rows * width), factors.load(rows * width))
      let expected = [false, true].map { isMultiplied in
        (0..<width).map { column in
          (0..<rows).reduce(Float(0)) {
            $0 + v[$1 * width + column] * (isMultiplied ? 1 + f[$1 * width + column] : 1)
          }
        }
      }
      return (plain, sums.load(width), expected)
    }
    #expect(difference(plain, expected[0], tolerance: 1e-6, name: "sums") == nil)
    #expect(difference(multiplied, expected[1], tolerance: 1e-6, name: "sums of products") == nil)
  }
}
