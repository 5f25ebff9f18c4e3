import Tensors

/// Measures samples against the data: keeps the data's features, so that many sets can be measured.
///
/// A class because it guards the feature network; lives on one engine thread.
package final class Evaluator {
  private let features: RandomFeatures
  private let standardization: Standardization
  private let reference: Features
  private let fit: GaussianFit
  private let products: PairwiseProducts
  private let referencePixels: Features

  /// - Parameters:
  ///   - reference: [picture, row, column, red-green-blue] of the data, in random order.
  ///   - size: pixels of a picture's side.
  ///   - progress: pictures of the reference that are done.
  package init(
    _ engine: ComputeEngine, reference pixels: [UInt8], size: Int,
    progress: (Int) -> Void = { _ in }
  ) throws {
    let length = 3 * size * size
    let referenceCount = pixels.count / length
    guard referenceCount >= 8 else {
      throw EvaluationError.tooFewImages(data: "the data", images: referenceCount, needed: 8)
    }
    features = try RandomFeatures(engine, size: size)
    let raw = features(pixels, progress: progress)
    standardization = Standardization(raw)
    reference = standardization(raw)
    fit = GaussianFit(reference)
    products = PairwiseProducts(engine)
    referencePixels = Self.pixelFeatures(pixels, length)
  }

  /// - Parameter pixels: [picture, row, column, red-green-blue], 8 pictures or more.
  package func score(_ pixels: [UInt8]) throws -> Score {
    let points = standardization(features(pixels))
    guard points.count >= 8 else { throw EvaluationError.tooFewSamples(points.count) }
    // Sets of one size, or the larger one would seem to cover more.
    let count = min(points.count, reference.count)
    let (some, data) = (points.rows(0..<count), reference.rows(0..<count))
    let among = try products.precisionRecall(samples: some, data: data)
    let nearest = try products.nearestDistances(
      Self.pixelFeatures(pixels, referencePixels.width), to: referencePixels)
    return Score(
      frechet: fit.frechetDistance(to: GaussianFit(points)),
      kernel: try products.kernelDistance(some, data), precision: among.precision, recall: among.recall,
      nearest: Double(nearest.sorted()[nearest.count / 2]), saturation: Self.saturation(pixels))
  }

  private static func pixelFeatures(_ pixels: [UInt8], _ length: Int) -> Features {
    Features(width: length, values: pixels.map(Float.init))
  }

  static func saturation(_ pixels: [UInt8]) -> Double {
    var sum = 0
    for place in stride(from: 0, to: pixels.count - 2, by: 3) {
      let (red, green, blue) = (pixels[place], pixels[place + 1], pixels[place + 2])
      sum += Int(max(red, green, blue)) - Int(min(red, green, blue))
    }
    return Double(sum) / 255 / Double(max(1, pixels.count / 3))
  }
}
