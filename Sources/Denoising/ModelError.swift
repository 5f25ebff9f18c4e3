/// Why a file cannot be run as a model, or a request not be met by one.
package enum ModelError: Error, Equatable, CustomStringConvertible {
  case noConfiguration(file: String)
  case configuration(file: String, defect: String)
  /// Of a file whose tensors say what the model is; the sentence ends with what to do.
  case tensors(file: String, defect: String)
  /// A knob or option that this model has no use for.
  case unused(option: String, reason: String)
  /// A value that this model cannot take.
  case unfit(option: String, reason: String, advice: String)
  /// Its network draws from text, and there is nobody to read any.
  case needsReader

  package var description: String {
    switch self {
    case .noConfiguration(let file):
      "\(file): no `mezzotint` configuration in the metadata; convert the checkpoint, see models/README.md"
    case .configuration(let file, let defect):
      "\(file): the configuration in its metadata cannot be used: \(defect); correct it and write it again"
    case .tensors(let file, let defect):
      "\(file): \(defect)"
    case .needsReader:
      "this is the network of a model that draws from text, without what reads it; give the folder of the whole model, "
        + "or evaluate the network with mezzotint forward"
    case .unused(let option, let reason):
      "\(option): \(reason); leave it out"
    case .unfit(let option, let reason, let advice):
      "\(option): \(reason); \(advice)"
    }
  }
}
