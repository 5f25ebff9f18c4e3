/// Sums over the rows of a [row, column] buffer: what a bias, or anything that is repeated, gets for gradient.
extension ComputeEngine {
  /// sums[c] = Σᵣ rows[r, c].
  ///
  /// - Parameters:
  ///   - rows: row-major; its first axis is summed over, the others are columns.
  ///   - sums: as many float32 numbers as `rows` has columns; overwritten.
  package func sumRows(of rows: Buffer, into sums: Buffer) {
    switch rows.type {
    case .bfloat16: sum(BFloat16.self, rows, nil, sums)
    default: sum(Float.self, rows, nil, sums)
    }
  }

  /// sums[c] = Σᵣ rows[r, c] · factors[r, c].
  ///
  /// - Parameter factors: of the type and shape of `rows`.
  package func sumRows(of rows: Buffer, times factors: Buffer, into sums: Buffer) {
    precondition(factors.shape == rows.shape && factors.type == rows.type)
    switch rows.type {
    case .bfloat16: sum(BFloat16.self, rows, factors, sums)
    default: sum(Float.self, rows, factors, sums)
    }
  }

  /// Each thread has columns of its own, so that the result is the same for any number of threads.
  private func sum<Stored: StoredFloat>(
    _ type: Stored.Type, _ rows: Buffer, _ factors: Buffer?, _ sums: Buffer
  ) {
    let rowCount = rows.shape[0]
    let width = rows.count / max(1, rowCount)
    precondition(sums.count == width)
    let sums = sums.floats
    inParallel(width) { columns in
      guard let base = sums.baseAddress else { return }
      let target = UnsafeMutableRawPointer(base)
      (base + columns.lowerBound).update(repeating: 0, count: columns.count)
      for row in 0..<rowCount {
        let start = row * width
        var column = columns.lowerBound
        while column + 8 <= columns.upperBound {
          var value = Stored.read8(rows.bytes, start + column)
          if let factors { value *= Stored.read8(factors.bytes, start + column) }
          Float.write8(Float.read8(target, column) + value, target, column)
          column += 8
        }
        while column < columns.upperBound {
          let factor = factors.map { Stored.read($0.bytes, start + column) } ?? 1
          base[column] += Stored.read(rows.bytes, start + column) * factor
          column += 1
        }
      }
    }
  }
}
