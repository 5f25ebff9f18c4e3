extension PairwiseProducts {
  /// The squared maximum mean discrepancy of two sets with the kernel k(x, y) = (x · y / width + 1)³:
  /// mean k(x, x') + mean k(y, y') - 2 mean k(x, y), a point never paired with itself.
  ///
  /// Unbiased: around 0 for equal distributions, also below it. Bińkowski et al. 2018, arXiv:1801.01401.
  ///
  /// - Precondition: two points or more in each set.
  package func kernelDistance(_ x: Features, _ y: Features) throws -> Double {
    try meanKernel(x, x, isSame: true) + meanKernel(y, y, isSame: true) - 2 * meanKernel(x, y, isSame: false)
  }

  private func meanKernel(_ x: Features, _ y: Features, isSame: Bool) throws -> Double {
    precondition(x.count > 1 && y.count > 1)
    let width = Double(x.width)
    var sum = 0.0
    try visit(x, y) { row, first, products in
      for (index, product) in products.enumerated() where !(isSame && row == first + index) {
        let value = Double(product) / width + 1
        sum += value * value * value
      }
    }
    let pairs = isSame ? x.count * (x.count - 1) : x.count * y.count
    return sum / Double(pairs)
  }
}
