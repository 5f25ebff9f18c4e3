import Foundation

/// Layers over feature maps, [image, row, column, channel], in plain loops and double precision.
package enum NaiveFeatureMaps {
  /// - Parameters:
  ///   - shape: of `map`.
  ///   - weights: [output, input, row, column].
  ///   - kernel: rows and columns of it.
  ///   - padding: zeroes above, left, below, right.
  package static func convolution(
    _ map: [Float], _ shape: [Int], _ weights: [Float], bias: [Float], kernel: (Int, Int), stride: Int = 1,
    padding: (Int, Int, Int, Int)
  ) -> [Float] {
    let (height, width, inputs) = (shape[1], shape[2], shape[3])
    let rows = (height + padding.0 + padding.2 - kernel.0) / stride + 1
    let columns = (width + padding.1 + padding.3 - kernel.1) / stride + 1
    var output: [Float] = []
    for image in 0..<shape[0] {
      for row in 0..<rows {
        for column in 0..<columns {
          for (channel, start) in bias.enumerated() {
            var sum = Double(start)
            for y in 0..<kernel.0 {
              for x in 0..<kernel.1 {
                let (line, place) = (row * stride + y - padding.0, column * stride + x - padding.1)
                guard 0..<height ~= line, 0..<width ~= place else { continue }
                for input in 0..<inputs {
                  let pixel = map[((image * height + line) * width + place) * inputs + input]
                  let weight = weights[((channel * inputs + input) * kernel.0 + y) * kernel.1 + x]
                  sum += Double(pixel) * Double(weight)
                }
              }
            }
            output.append(Float(sum))
          }
        }
      }
    }
    return output
  }

  /// - Parameters:
  ///   - map: [image, pixel, channel].
  ///   - addend: [image, channel].
  ///   - modulation: [image, 2 channel].
  package static func groupNorm(
    _ map: [Float], images: Int, groups: Int, scale: [Float], shift: [Float], addend: [Float]?,
    modulation: [Float]?, activates: Bool
  ) -> [Float] {
    let channels = scale.count
    let (pixels, size) = (map.count / images / channels, channels / groups)
    var output = [Float](repeating: 0, count: map.count)
    for place in 0..<images * groups {
      let (image, first) = (place / groups, place % groups * size)
      let members = (0..<pixels).flatMap { pixel in
        (first..<first + size).map { (index: (image * pixels + pixel) * channels + $0, channel: $0) }
      }
      let values = members.map { Double(map[$0.index]) + Double(addend?[image * channels + $0.channel] ?? 0) }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      for (member, value) in zip(members, values) {
        let c = member.channel
        var y = (value - mean) / (variance + 1e-5).squareRoot() * Double(scale[c]) + Double(shift[c])
        if let modulation {
          let start = image * 2 * channels + c
          y = y * (1 + Double(modulation[start])) + Double(modulation[start + channels])
        }
        output[member.index] = Float(activates ? silu(y) : y)
      }
    }
    return output
  }

  package static func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

  /// The input's pixel that lies nearest to each of the output's.
  package static func nearest(_ map: [Float], _ shape: [Int], rows: Int, columns: Int) -> [Float] {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    return (0..<shape[0] * rows * columns).flatMap { place -> ArraySlice<Float> in
      let (image, row, column) = (place / (rows * columns), place / columns % rows, place % columns)
      let start = ((image * height + row * height / rows) * width + column * width / columns) * channels
      return map[start..<start + channels]
    }
  }

  /// softmax((Q Kᵀ / √d) ∘ M) V head by head.
  /// - Parameters:
  ///   - queries: [batch, query, width], the heads side by side.
  ///   - keys: [batch, key, width]; so are `values`.
  ///   - mask: the factor of an image, a head, a query and a key.
  package static func attention(
    _ queries: [Float], _ keys: [Float], _ values: [Float], batch: Int, heads: Int, width: Int,
    mask: (Int, Int, Int, Int) -> Float = { _, _, _, _ in 1 }
  ) -> [Float] {
    let (size, queryCount, keyCount) = (
      width / heads, queries.count / batch / width, keys.count / batch / width
    )
    var output = [Float](repeating: 0, count: queries.count)
    for place in 0..<batch * heads * queryCount {
      let (image, head, query) = (
        place / (heads * queryCount), place / queryCount % heads, place % queryCount
      )
      let from = (image * queryCount + query) * width + head * size
      func first(_ key: Int) -> Int { (image * keyCount + key) * width + head * size }
      var scores = (0..<keyCount).map { key in
        (0..<size).reduce(0.0) { $0 + Double(queries[from + $1]) * Double(keys[first(key) + $1]) }
          / Double(size).squareRoot() * Double(mask(image, head, query, key))
      }
      let top = scores.max() ?? 0
      scores = scores.map { exp($0 - top) }
      let total = scores.reduce(0, +)
      for channel in 0..<size {
        let sum = (0..<keyCount).reduce(0.0) { $0 + scores[$1] * Double(values[first($1) + channel]) }
        output[from + channel] = Float(sum / total)
      }
    }
    return output
  }
}
