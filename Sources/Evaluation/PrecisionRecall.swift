/// How many samples lie among the data, and how much of the data lies among the samples; both 0 to 1.
package struct PrecisionRecall: Sendable, Equatable {
  package let precision: Double
  package let recall: Double
}

extension PairwiseProducts {
  /// A point lies in a set when it is no farther from one of the set's points than that point's k-th neighbour in the
  /// set is. Kynkäänniemi et al. 2019, arXiv:1904.06991.
  ///
  /// - Parameter k: 3, as published.
  /// - Precondition: more than `k` points in each set.
  package func precisionRecall(samples: Features, data: Features, k: Int = 3) throws -> PrecisionRecall {
    let (sampleRadii, dataRadii) = (try radii(samples, k), try radii(data, k))
    var sampleIsIn = [Bool](repeating: false, count: samples.count)
    var dataIsIn = [Bool](repeating: false, count: data.count)
    try visitSquaredDistances(samples, data) { sample, first, distances in
      for (index, distance) in distances.enumerated() {
        if distance <= dataRadii[first + index] { sampleIsIn[sample] = true }
        if distance <= sampleRadii[sample] { dataIsIn[first + index] = true }
      }
    }
    func share(_ flags: [Bool]) -> Double { Double(flags.count { $0 }) / Double(max(1, flags.count)) }
    return PrecisionRecall(precision: share(sampleIsIn), recall: share(dataIsIn))
  }

  /// Of each point the squared distance to its k-th neighbour.
  private func radii(_ points: Features, _ k: Int) throws -> [Float] {
    precondition(points.count > k)
    var nearest = [[Float]](repeating: [], count: points.count)
    try visitSquaredDistances(points, points) { row, first, distances in
      for (index, distance) in distances.enumerated() where row != first + index {
        let last = nearest[row].last ?? .infinity
        guard nearest[row].count < k || distance < last else { continue }
        let place = nearest[row].firstIndex { $0 > distance } ?? nearest[row].count
        nearest[row].insert(distance, at: place)
        if nearest[row].count > k { nearest[row].removeLast() }
      }
    }
    return nearest.map { $0[k - 1] }
  }

  /// Of each picture in `samples` the distance to the nearest one in `data`: the root of the mean squared difference of
  /// the pixels' colours.
  ///
  /// - Parameters: rows are pixels in 8-bit steps, 0 to 255.
  package func nearestDistances(_ samples: Features, to data: Features) throws -> [Float] {
    var nearest = [Float](repeating: .infinity, count: samples.count)
    try visitSquaredDistances(samples, data) { row, _, distances in
      for distance in distances where distance < nearest[row] { nearest[row] = distance }
    }
    return nearest.map { ($0 / Float(samples.width)).squareRoot() }
  }
}
