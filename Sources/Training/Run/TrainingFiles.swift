import Foundation

/// What a training writes beside its model, and called after it.
package struct TrainingFiles: Sendable {
  package let model: URL

  package init(of model: URL) { self.model = model }

  /// What `--resume` goes on from: `avatars.training.safetensors`.
  package var checkpoint: URL { beside(".training.safetensors") }

  /// The last samples: `avatars.png`.
  package var sheet: URL { beside(".png") }

  /// Samples that later ones leave alone: `avatars.step-0001200.png`.
  package func sheet(step: Int) -> URL {
    beside(".step-\(String(repeating: "0", count: max(0, 7 - "\(step)".count)))\(step).png")
  }

  /// One record to a line: `avatars.log.jsonl`.
  package var log: URL { beside(".log.jsonl") }

  /// The same as a table: `avatars.log.csv`.
  package var table: URL { beside(".log.csv") }

  private func beside(_ suffix: String) -> URL {
    var name = model.deletingPathExtension().lastPathComponent
    // File systems take names of 255 bytes.
    while name.utf8.count > 255 - suffix.utf8.count { name.removeLast() }
    // As the model's own path is written: `avatars.safetensors` has no `./` before what lies beside it.
    let path = model.relativePath
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    return URL(filePath: folder + name + suffix)
  }
}
