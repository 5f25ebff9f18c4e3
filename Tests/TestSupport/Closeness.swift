import Tensors

/// How far `found` is from `expected`, as a share of the largest expected value; nil when within `tolerance`.
///
/// The text names the worst index and both values there, so that a failing test says what went wrong.
package func difference(_ found: [Float], _ expected: [Float], tolerance: Float, name: String) -> String? {
  guard found.count == expected.count else {
    return "\(name): \(found.count) values, expected \(expected.count)"
  }
  precondition(tolerance > 0)
  let scale = expected.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
  var worst = 0
  var worstDifference: Float = -1
  for index in found.indices {
    let gap = abs(found[index] - expected[index])
    guard !gap.isNaN else { return "\(name)[\(index)] is \(found[index]), expected \(expected[index])" }
    if gap > worstDifference { (worst, worstDifference) = (index, gap) }
  }
  guard worstDifference > tolerance * scale else { return nil }
  return "\(name)[\(worst)] is \(found[worst]), expected \(expected[worst]): "
    + "off by \(worstDifference / scale) of the largest value, \(tolerance) allowed"
}

package func difference(_ found: Tensor, _ expected: Tensor, tolerance: Float, name: String) -> String? {
  guard found.shape == expected.shape else {
    return "\(name): shape \(found.shape), expected \(expected.shape)"
  }
  return difference(found.values, expected.values, tolerance: tolerance, name: name)
}
