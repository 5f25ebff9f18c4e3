/// A set of points: rows of `width` numbers.
package struct Features: Sendable {
  package let width: Int
  package var values: [Float]

  package init(width: Int, values: [Float]) {
    precondition(width > 0 && values.count % width == 0)
    (self.width, self.values) = (width, values)
  }

  package var count: Int { values.count / width }

  package func rows(_ range: Range<Int>) -> Features {
    Features(width: width, values: Array(values[range.lowerBound * width..<range.upperBound * width]))
  }
}

/// Brings every feature of a reference set to mean 0 and deviation 1, and others by the same measure: otherwise the
/// loudest features would decide alone.
package struct Standardization: Sendable {
  package let means: [Float]
  package let deviations: [Float]

  package init(_ reference: Features) {
    let (width, count) = (reference.width, Double(reference.count))
    var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for (index, value) in reference.values.enumerated() {
      sums[index % width] += Double(value)
      squares[index % width] += Double(value) * Double(value)
    }
    means = sums.map { Float($0 / count) }
    deviations = (0..<width).map { column in
      let mean = sums[column] / count
      let deviation = max(0, squares[column] / count - mean * mean).squareRoot()
      // A feature that never changes carries nothing.
      return deviation > 1e-6 ? Float(deviation) : 1
    }
  }

  package func callAsFunction(_ features: Features) -> Features {
    var result = features
    for index in result.values.indices {
      let column = index % features.width
      result.values[index] = (result.values[index] - means[column]) / deviations[column]
    }
    return result
  }
}
