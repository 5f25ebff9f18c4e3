import Evaluation
import Models
import Recipes
import Tensors
import Training

/// What a command says about an error. The rooms below know settings; only here are they options, so advice that
/// names options is given here.
func wording(of error: any Error) -> String {
  switch error {
  case let error as TrainingError: wording(of: error)
  case let error as EvaluationError: wording(of: error)
  case let error as SweepError: wording(of: error)
  case let error as ModelLibraryError: wording(of: error)
  case let error as EngineError: "\(error.finding); try --precision fp32 or another version of oneDNN"
  default: "\(error)"
  }
}

private func wording(of error: TrainingError) -> String {
  switch error {
  case .tooFew(let data, let images, let validation):
    "\(data): of \(images) images \(validation) are kept for validation and none is left; lower --validation"
  case .configuration(let defect):
    "this model cannot be: \(namingOptions(in: defect)); give another value"
  case .notFinite(let step, let what, let checkpoint):
    "step \(step): \(what) is not a finite number, so the training stopped; "
      + "\(checkpoint) is as it was before: go on from it with --resume and a lower --learning-rate"
  case .noCheckpoint(let file):
    "\(file): there is no training to resume; leave out --resume, or check --output"
  case .notACheckpoint(let file, let reason):
    "\(file): this is no training that can be resumed (\(reason)); begin anew without --resume"
  case .otherSetting(let name, let started, let given):
    "--\(name) \(given): the training was begun with \(started); leave the flag out to resume"
  case .otherData:
    "--data: \(error)"
  case .exists(let file):
    "\(file): a training is there already; go on with --resume, or choose another --output"
  case .taken(let file):
    "\(file): it is there already, and no training is; move it away, or choose another --output"
  case .running(let file):
    "\(file): another training is writing it; wait for that one, stop it, or choose another --output"
  case .logExists(let file):
    "\(file): another training's log is there; move it away, or choose another --output"
  case .missing, .unreadable, .noImages, .notSquare, .labelCount, .labelRange, .otherLabels, .notALog:
    error.description
  }
}

/// A configuration's fields by the names of the options that set them: `patch_size` is --patch.
private func namingOptions(in defect: String) -> String {
  let options = [
    ("image_size", "size"), ("patch_size", "patch"), ("width", "width"), ("depth", "depth"),
    ("heads", "heads"), ("mask_kernels", "kernels"),
  ]
  return options.reduce(defect) { text, option in
    text.replacing("`\(option.0)` is ", with: "--\(option.1) ").replacing(
      "`\(option.0)`", with: "--\(option.1)")
  }
}

private func wording(of error: EvaluationError) -> String {
  switch error {
  case .tooFewSamples(let count):
    "--samples \(count): expected 8 or more; a few thousand give steady numbers"
  case .tooFewImages(let data, let images, let needed):
    "\(data): \(images) images to compare with, expected \(needed) or more; lower --samples or give more data"
  case .tooSmall, .otherSize, .otherLabels: error.description
  }
}

private func wording(of error: SweepError) -> String {
  switch error {
  case .noAxis: "expected at least one axis as in --x b=1.0:1.6:0.1, found none"
  case .pixels(let width, let height, let most):
    "the grid: expected at most \(most) pixels, found \(width) x \(height); choose a smaller --enlarge or fewer "
      + "values"
  default: error.description
  }
}
