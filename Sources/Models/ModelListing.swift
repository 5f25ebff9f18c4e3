import Denoising
import Foundation

/// A model that could be opened, by what its file says of it.
package struct ModelListing: Hashable, Sendable, Codable {
  package let name: String
  /// How it is called on the command line.
  package let reference: String
  /// [channel, row, column] of what it draws.
  package let imageShape: [Int]
  /// Size, mask and labels, in words.
  package let traits: [String]

  package init(name: String, reference: String, _ outline: ModelOutline) {
    (self.name, self.reference, imageShape) = (name, reference, outline.pictureShape)
    let labels = outline.labelling.map {
      $0.areNamed ? $0.names.joined(separator: ", ") : "\($0.names.count) labels"
    }
    traits = [
      "\(imageShape[2])x\(imageShape[1])",
      outline.maskKernels > 0 ? "mask K = \(outline.maskKernels)" : "no mask", labels ?? "no labels",
    ]
  }
}

extension ModelLibrary {
  /// The models that come with the program, and the model files of a folder; whatever else is there is left out.
  package func listings(and folder: URL? = nil) -> [ModelListing] {
    let bundled = names.compactMap { name in
      (try? file(name)).flatMap { Self.listing($0, reference: name) }
    }
    let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) } ?? []
    let models = files.sorted().filter {
      // A training's state has the weights too, and is not meant.
      $0.hasSuffix(".safetensors") && !$0.hasSuffix(".training.safetensors") && !$0.hasPrefix(".")
    }
    let own = models.compactMap { name in
      folder.flatMap { Self.listing($0.appending(path: name), reference: name) }
    }
    return bundled + own
  }

  private static func listing(_ url: URL, reference: String) -> ModelListing? {
    (try? ModelRegistry.model(at: url)).map {
      ModelListing(name: name(of: url), reference: reference, $0.outline)
    }
  }
}
