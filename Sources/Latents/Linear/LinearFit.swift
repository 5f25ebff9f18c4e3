import Tensors

extension LinearPreview {
  /// What comes closest to a decoder, for an autoencoder that nobody has numbers of: least squares over the colours of
  /// some patches of random latents.
  ///
  /// Takes as long as four small pictures. The same autoencoder gives the same numbers.
  package convenience init(fitting decoder: any LatentPictures) throws {
    let (side, patch, images) = (8, 2, 4)
    let (area, channels, factor) = (side * side, decoder.channels, decoder.factor)
    var noise = SeededNoise(seed: 0)
    let colors = noise.normals([images, channels, side / patch, side / patch])
    // Patches rather than single pixels: latents of pictures have areas, and what a decoder makes of an edge is neither
    // side's colour.
    var latents = Tensor([images, channels, side, side])
    for index in latents.values.indices {
      let (plane, row, column) = (index / area, index % area / side, index % side)
      let place = row / patch * (side / patch) + column / patch
      latents.values[index] = colors.values[plane * area / (patch * patch) + place]
    }
    let pictures = try decoder.pictures(of: latents)
    var (rows, targets) = ([[Double]](), [[Double]]())
    for image in 0..<images {
      for place in 0..<area {
        rows.append(
          (0..<channels).map { Double(latents.values[(image * channels + $0) * area + place]) } + [1])
        let (top, left) = (place / side * factor, place % side * factor)
        targets.append(
          (0..<3).map { pictures.mean(plane: image * 3 + $0, top: top, left: left, side: factor) })
      }
    }
    let solution = leastSquares(rows, targets)
    self.init(
      factors: solution.dropLast().map { $0.map(Float.init) },
      bias: solution[channels].map(Float.init))
  }
}

extension Tensor {
  /// Of a square of an image's channel, as it is seen.
  fileprivate func mean(plane: Int, top: Int, left: Int, side: Int) -> Double {
    let (height, width) = (shape[2], shape[3])
    var sum = 0.0
    for row in top..<top + side {
      for column in left..<left + side {
        sum += Double(min(max(values[(plane * height + row) * width + column], -1), 1))
      }
    }
    return sum / Double(side * side)
  }
}

/// The X with the least |rows · X - targets|², by its normal equations.
/// - Parameters:
///   - rows: [observation, unknown].
///   - targets: [observation, column].
/// - Returns: [unknown, column].
func leastSquares(_ rows: [[Double]], _ targets: [[Double]]) -> [[Double]] {
  let (unknowns, columns) = (rows[0].count, targets[0].count)
  // Each equation with its right sides behind it.
  var equations = Array(repeating: Array(repeating: 0.0, count: unknowns + columns), count: unknowns)
  for (row, target) in zip(rows, targets) {
    for (i, value) in row.enumerated() {
      for (j, other) in row.enumerated() { equations[i][j] += value * other }
      for (j, other) in target.enumerated() { equations[i][unknowns + j] += value * other }
    }
  }
  // What nothing tells apart is divided evenly rather than by zero.
  for i in 0..<unknowns { equations[i][i] += 1e-9 * Double(rows.count) }
  // The matrix is symmetric and, with the ridge, positive: it needs no exchange of rows.
  for pivot in 0..<unknowns {
    let line = equations[pivot].map { $0 / equations[pivot][pivot] }
    equations[pivot] = line
    for other in 0..<unknowns where other != pivot {
      let factor = equations[other][pivot]
      for index in line.indices { equations[other][index] -= factor * line[index] }
    }
  }
  return equations.map { Array($0.suffix(columns)) }
}
