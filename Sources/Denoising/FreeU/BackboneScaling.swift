import Tensors

/// Multiplies every number of `tokens`, [token, width].
func scale(_ tokens: Buffer, by factor: Float) {
  tokens.updateRows { row in
    for index in row.indices { row[index] *= factor }
  }
}

/// Multiplies the first half of each token by a factor.
///
/// FreeU version 1: the factor is b. Version 2: 1 + (b - 1) (m - min m) / (max m - min m), where m is the mean
/// of a token over all its channels and min and max run over the tokens; 1 everywhere where m is constant.
/// - Parameter tokens: [token, width], the patches of one image.
func scaleBackbone(_ tokens: Buffer, by b: Float, followingFeatureMap: Bool) {
  let half = tokens.shape[1] / 2
  guard followingFeatureMap else {
    tokens.updateRows { row in
      for index in 0..<half { row[index] *= b }
    }
    return
  }
  var means: [Float] = []
  means.reserveCapacity(tokens.shape[0])
  tokens.readRows { row in means.append(sum(row) / Float(row.count)) }
  guard let low = means.min(), let high = means.max(), high > low else { return }
  var token = 0
  tokens.updateRows { row in
    let factor = 1 + (b - 1) * ((means[token] - low) / (high - low))
    for index in 0..<half { row[index] *= factor }
    token += 1
  }
}

/// Eight sums side by side: one after another would wait for every addition to finish.
private func sum(_ row: UnsafeBufferPointer<Float>) -> Float {
  var parts = SIMD8<Float>()
  var index = 0
  let bytes = UnsafeRawBufferPointer(row)
  while index + 8 <= row.count {
    parts += bytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
    index += 8
  }
  var total = parts.sum()
  while index < row.count {
    total += row[index]
    index += 1
  }
  return total
}
