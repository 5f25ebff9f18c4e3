import Foundation

/// FreeU's factor on the backbone's first half of channels; `map` is [channel, row, column].
package func naiveScaleBackbone(_ map: inout [Float], grid: Int, _ knobs: NaiveKnobs) {
  let area = grid * grid
  let channels = map.count / area
  var factors = [Float](repeating: knobs.b, count: area)
  if knobs.version == 2 {
    let means = (0..<area).map { n in
      (0..<channels).reduce(Float(0)) { $0 + map[$1 * area + n] } / Float(channels)
    }
    let (low, high) = (means.min() ?? 0, means.max() ?? 0)
    factors = means.map { high > low ? 1 + (knobs.b - 1) * ($0 - low) / (high - low) : 1 }
  }
  for n in 0..<channels / 2 * area { map[n] *= factors[n % area] }
}

/// FreeU's filter on the skip by a literal discrete Fourier transform; `map` is [channel, row, column].
///
/// Frequencies in [-threshold, threshold) on both axes are multiplied by s and the real part is kept.
package func naiveScaleSkip(_ map: inout [Float], grid: Int, _ knobs: NaiveKnobs) {
  guard knobs.skipFilter == "fourier" else {
    map = map.map { $0 * knobs.s }
    return
  }
  let area = grid * grid
  // The transform of a picture that is 1 in the middle is the filter's own response; convolving with it is the
  // same as going to frequencies and back.
  func isLow(_ frequency: Int) -> Bool {
    let shifted = (frequency + grid / 2) % grid
    return max(0, grid / 2 - knobs.threshold)..<min(grid, grid / 2 + knobs.threshold) ~= shifted
  }
  var response = [Double](repeating: 0, count: area)
  for n in 0..<area {
    for f in 0..<area {
      let gain = isLow(f / grid) && isLow(f % grid) ? Double(knobs.s) : 1
      let turns = Double(f / grid * (n / grid) + f % grid * (n % grid)) / Double(grid)
      response[n] += gain * cos(2 * .pi * turns) / Double(area)
    }
  }
  for start in stride(from: 0, to: map.count, by: area) {
    let plane = Array(map[start..<start + area])
    for n in 0..<area {
      var value = 0.0
      for m in 0..<area {
        let (dy, dx) = ((n / grid - m / grid + grid) % grid, (n % grid - m % grid + grid) % grid)
        value += response[dy * grid + dx] * Double(plane[m])
      }
      map[start + n] = Float(value)
    }
  }
}
