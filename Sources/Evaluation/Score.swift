/// What is measured of one set of samples.
package struct Score: Sendable, Equatable, Codable {
  /// Fréchet distance to the data in random features; 0 is best.
  package var frechet: Double
  /// Kernel distance to the data in random features; 0 is best.
  package var kernel: Double
  /// Share of the samples that lie among the data.
  package var precision: Double
  /// Share of the data that lies among the samples.
  package var recall: Double
  /// Median over the samples of the distance to the nearest picture of the data, in 8-bit steps a pixel. Much less
  /// than new pictures of the same kind have: the model remembers pictures instead of drawing new ones.
  package var nearest: Double
  /// Mean over the pixels of the largest colour less the smallest, 0 to 1.
  package var saturation: Double
}

/// A number over several seeds.
package struct Spread: Sendable, Equatable, Codable {
  package let mean: Double
  /// With Bessel's correction; nil for a single value.
  package let deviation: Double?

  /// - Precondition: one value or more.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty)
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    deviation =
      values.count > 1
      ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot() : nil
  }
}
