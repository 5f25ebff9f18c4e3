import Denoising

extension ModelDescription {
  /// The row of the label embedding for a label's name or number.
  /// - Throws: `ModelError.unused` for a label that the model does not have.
  package func index(ofLabel label: String) throws(ModelError) -> Int {
    guard !labels.isEmpty else {
      throw ModelError.unused(option: "--label \(label)", reason: "this model has no labels")
    }
    if let index = labels.firstIndex(of: label) { return index }
    if label == "none", let noLabel { return noLabel }
    if let index = Int(label), allows(label: index) { return index }
    throw ModelError.unused(
      option: "--label \(label)",
      reason: "this model has no such label, it knows \(labels.joined(separator: ", "))")
  }

  /// - Parameter index: a row of the label embedding.
  package func name(ofLabel index: Int) -> String {
    labels.indices.contains(index) ? labels[index] : index == noLabel ? "none" : "label \(index)"
  }
}
