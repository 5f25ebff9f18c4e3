import Evaluation
import Tensors
import Testing

/// Squares of a random colour and place on black, [picture, row, column, red-green-blue].
private func squares(_ count: Int, seed: UInt64, size: Int = 16, colored: Bool = true) -> [UInt8] {
  var noise = SeededNoise(seed: seed)
  var pixels = [UInt8](repeating: 0, count: count * size * size * 3)
  for picture in 0..<count {
    let (left, top) = (noise.integer(below: size / 2), noise.integer(below: size / 2))
    let grey = UInt8(64 + noise.integer(below: 192))
    let color = (0..<3).map { _ in colored ? UInt8(64 + noise.integer(below: 192)) : grey }
    for row in top..<top + size / 2 {
      for column in left..<left + size / 2 {
        for channel in 0..<3 {
          pixels[((picture * size + row) * size + column) * 3 + channel] = color[channel]
        }
      }
    }
  }
  return pixels
}

private func scores(of sets: [[UInt8]], reference: [UInt8], size: Int = 16) throws -> [Score] {
  try EngineThread().sync {
    let evaluator = try Evaluator(ComputeEngine(), reference: reference, size: size)
    return try sets.map { try evaluator.score($0) }
  }
}

struct EvaluatorTests {
  @Test func freshPicturesScoreBetterThanSpoiledOnes() throws {
    let fresh = squares(300, seed: 2)
    let few = Array(fresh[..<(30 * 16 * 16 * 3)])
    let repeated = (0..<10).flatMap { _ in few }
    // Every picture moved by two pixels down: the same colours and edges at places of their own.
    let (picture, lines) = (16 * 16 * 3, 2 * 16 * 3)
    var moved: [UInt8] = []
    for start in stride(from: 0, to: fresh.count, by: picture) {
      moved += [UInt8](repeating: 0, count: lines)
      moved += fresh[start..<start + picture - lines]
    }
    let found = try scores(
      of: [fresh, squares(300, seed: 3, colored: false), repeated, moved], reference: squares(800, seed: 1))
    let (best, grey, narrow, shifted) = (found[0], found[1], found[2], found[3])
    for spoiled in [grey, narrow, shifted] { #expect(spoiled.frechet > 1.5 * best.frechet) }
    #expect(grey.kernel > 4 * abs(best.kernel) && shifted.kernel > 4 * abs(best.kernel))
    #expect(narrow.recall < best.recall - 0.3)
    #expect(grey.saturation == 0 && best.saturation > 0.05)
  }

  @Test func copiesOfTheDataAreFound() throws {
    let data = squares(400, seed: 1)
    let copies = Array(data[..<(300 * 16 * 16 * 3)])
    let found = try scores(of: [copies, squares(300, seed: 2)], reference: data)
    #expect(found[0].nearest < 0.5)
    #expect(found[1].nearest > 5)
  }

  @Test func theFeaturesAreThoseOfANaiveNetwork() throws {
    let (size, pixels) = (9, squares(2, seed: 5, size: 9))
    let found = try EngineThread().sync { try RandomFeatures(ComputeEngine(), size: size)(pixels).values }
    var noise = SeededNoise(seed: 0)
    var (channels, side) = (3, size)
    // [picture][channel][place].
    var images: [[[Float]]] = (0..<2).map { picture in
      (0..<3).map { channel in
        (0..<size * size).map { place -> Float in
          Float(pixels[(picture * size * size + place) * 3 + channel]) / 127.5 - 1
        }
      }
    }
    for outputs in [16, 32, 64] {
      let deviation = (2 / Float(9 * channels)).squareRoot()
      let weights: [Float] = noise.normals([outputs, channels, 3, 3]).values.map { $0 * deviation }
      let bias: [Float] = noise.normals([outputs]).values.map { $0 * 0.3 }
      images = images.map { image -> [[Float]] in
        (0..<outputs).map { output -> [Float] in
          let wide: [Float] = (0..<side * side).map { place -> Float in
            var sum = bias[output]
            for channel in 0..<channels {
              for tap in 0..<9 {
                let (row, column) = (place / side + tap / 3 - 1, place % side + tap % 3 - 1)
                guard (0..<side).contains(row), (0..<side).contains(column) else { continue }
                sum += weights[(output * channels + channel) * 9 + tap] * image[channel][row * side + column]
              }
            }
            return max(0, sum)
          }
          let half = side / 2
          return (0..<half * half).map { place -> Float in
            let (row, column) = (2 * (place / half), 2 * (place % half))
            let corners = [row * side, (row + 1) * side].flatMap { [$0 + column, $0 + column + 1] }
            return corners.map { wide[$0] }.reduce(0, +) / 4
          }
        }
      }
      (channels, side) = (outputs, side / 2)
    }
    let flat = channels * side * side
    let matrix = noise.normals([256, flat]).values.map { $0 / Float(flat).squareRoot() }
    for (picture, image) in images.enumerated() {
      let input = image.flatMap { $0 }
      for output in 0..<256 {
        let products: [Float] = (0..<flat).map { matrix[output * flat + $0] * input[$0] }
        let expected = products.reduce(0, +)
        #expect(abs(found[picture * 256 + output] - expected) < 1e-3)
      }
    }
  }

  @Test func tooSmallAndTooFewAreRefused() {
    #expect(throws: EvaluationError.tooSmall(size: 7)) {
      try scores(of: [], reference: squares(20, seed: 1, size: 7), size: 7)
    }
    #expect(throws: EvaluationError.tooFewImages(data: "the data", images: 3, needed: 8)) {
      try scores(of: [], reference: squares(3, seed: 1))
    }
  }
}
