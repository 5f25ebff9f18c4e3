/// Why an evaluation cannot begin: one line that says what, where and what to do.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
  case tooSmall(size: Int)
  case tooFewSamples(Int)
  case tooFewImages(data: String, images: Int, needed: Int)
  case otherSize(model: String, shape: [Int], first: String, firstShape: [Int])
  case otherLabels(model: String, labels: Int, data: String, dataLabels: Int)

  package var description: String {
    switch self {
    case .tooSmall(let size):
      "pictures of \(size) x \(size) are too small to compare, expected 8 x 8 or more"
    case .tooFewSamples(let count):
      "\(count) samples: expected 8 or more; a few thousand give steady numbers"
    case .tooFewImages(let data, let images, let needed):
      "\(data): \(images) images to compare with, expected \(needed) or more; give more data"
    case .otherSize(let model, let shape, let first, let firstShape):
      "\(model): it draws \(shape), \(first) draws \(firstShape); evaluate models of one size together"
    case .otherLabels(let model, let labels, let data, let dataLabels):
      "\(model): it has \(labels) labels, \(data) has \(dataLabels); give the data that it was trained on"
    }
  }
}
