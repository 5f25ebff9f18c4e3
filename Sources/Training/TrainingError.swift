/// Why a training cannot begin or go on: one line that says what, where and what to do.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  case missing(data: String)
  case unreadable(data: String)
  case noImages(data: String)
  case notSquare(data: String, shape: [Int])
  case labelCount(data: String, images: Int, labels: Int)
  case labelRange(data: String, label: Int, names: Int)
  case tooFew(data: String, images: Int, validation: Int)
  case configuration(defect: String)
  case notFinite(step: Int, what: String, checkpoint: String)
  case noCheckpoint(file: String)
  case notACheckpoint(file: String, reason: String)
  case otherSetting(name: String, started: String, given: String)
  case otherLabels(checkpoint: Int, data: Int)
  case otherData
  case exists(file: String)
  case logExists(file: String)
  case notALog(file: String, reason: String)
  case running(file: String)
  /// A file that no training that is known has written.
  case taken(file: String)

  package var description: String {
    switch self {
    case .missing(let data):
      "\(data): there is no such file or folder; give a folder of pictures or a .safetensors file"
    case .unreadable(let data):
      "\(data): this folder cannot be looked into; check its permissions"
    case .noImages(let data):
      "\(data): there is no picture in it that can be used; "
        + "give a folder of square PNG, JPEG or WebP files, subfolders as labels, or a .safetensors file with `images`"
    case .notSquare(let data, let shape):
      "\(data): `images` has shape \(shape), expected [N, S, S, 3]; store square RGB pictures"
    case .labelCount(let data, let images, let labels):
      "\(data): \(labels) `labels` for \(images) images; store one for each"
    case .labelRange(let data, let label, let names):
      "\(data): label \(label) has no name, expected 0 to \(names - 1); correct `labels` or `label_names`"
    case .tooFew(let data, let images, let validation):
      "\(data): of \(images) images \(validation) are kept for validation and none is left; keep fewer"
    case .configuration(let defect):
      "this model cannot be: \(defect); change it"
    case .notFinite(let step, let what, let checkpoint):
      "step \(step): \(what) is not a finite number, so the training stopped; "
        + "\(checkpoint) is as it was before: resume it with a lower learning rate"
    case .noCheckpoint(let file):
      "\(file): there is no training to resume; check the path, or begin one"
    case .notACheckpoint(let file, let reason):
      "\(file): this is no training that can be resumed (\(reason)); begin anew"
    case .otherSetting(let name, let started, let given):
      "\(name) \(given): the training was begun with \(started); resume it with that"
    case .otherLabels(let checkpoint, let data):
      "the data has \(data) labels, the model that is resumed \(checkpoint); give the data that it was begun with"
    case .otherData:
      "these are not the images that the training was begun with; give those, or begin anew"
    case .exists(let file):
      "\(file): a training is there already; resume it, or choose another place"
    case .logExists(let file):
      "\(file): another training's log is there; move it away, or choose another place"
    case .notALog(let file, let reason):
      "\(file): this is no log of a training (\(reason)); give a NAME.log.jsonl that train wrote"
    case .taken(let file):
      "\(file): it is there already, and no training is; move it away, or choose another place"
    case .running(let file):
      "\(file): another training is writing it; wait for that one, stop it, or choose another place"
    }
  }
}
