internal import CKernels

/// Sums over the rows of a [row, column] buffer: what a bias, or anything that is repeated, gets for gradient.
extension ComputeEngine {
  /// sums[c] += Σᵣ rows[r, c], or Σᵣ rows[r, c] · factors[r, c].
  ///
  /// Each thread has columns of its own, so that the result is the same for any number of threads.
  ///
  /// - Parameters:
  ///   - rows: row-major; its first axis is summed over, the others are columns.
  ///   - factors: of the type and shape of `rows`; nil for none.
  ///   - sums: as many float32 numbers as `rows` has columns; added to.
  package func sumRows(of rows: Buffer, times factors: Buffer? = nil, into sums: Buffer) {
    precondition(factors.map { $0.shape == rows.shape && $0.type == rows.type } ?? true)
    let rowCount = rows.shape[0]
    let width = rows.count / max(1, rowCount)
    precondition(sums.count == width)
    kernel_column_sums(
      column_sums_job(
        rows: rows.bytes, factors: factors?.bytes, type: rows.type.kernelType, sums: sums.numbers,
        row_count: rowCount, width: width, threads: threads))
  }
}
