import Foundation

/// The layers of equal area that the normal density e^(-x²/2), x ≥ 0, is covered with.
enum Ziggurat {
  /// Where the tail begins, and the area of a layer; Marsaglia & Tsang 2000, for 256 layers.
  static let edge: Float = 3.6541528853610088
  private static let area = 0.00492867323399

  /// Right ends of the layers, the lowest first; behind the last one is 0.
  static let edges: [Float] = table.map { Float($0.edge) }
  /// Lower ends of the layers; behind the last one is 1.
  static let heights: [Float] = table.map { Float($0.height) }

  private static let table: [(edge: Double, height: Double)] = {
    let edge = 3.6541528853610088
    var (width, height) = (edge, exp(-edge * edge / 2))
    // The lowest layer is as wide as its area asks for with the tail in it.
    var rows: [(edge: Double, height: Double)] = [(area / height, 0)]
    while rows.count < 256 {
      rows.append((width, height))
      height += area / width
      width = (-2 * log(min(height, 1))).squareRoot()
    }
    rows.append((0, 1))
    return rows
  }()

  static func density(_ x: Float) -> Float { exp(-x * x / 2) }
  static func logarithm(_ x: Float) -> Float { log(x) }
}
