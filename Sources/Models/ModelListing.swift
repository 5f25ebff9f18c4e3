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
      $0.areNamed && $0.names.count <= 20 ? $0.names.joined(separator: ", ") : "\($0.names.count) labels"
    }
    traits = [
      "\(imageShape[2])x\(imageShape[1])",
      outline.maskKernels > 0 ? "mask K = \(outline.maskKernels)" : "no mask",
      labels ?? (outline.readsText ? "from text" : "no labels"),
    ]
  }
}

extension ModelLibrary {
  /// The models that are found by their names, and those of a folder; whatever else is there is left out.
  package func listings(and folder: URL? = nil) -> [ModelListing] {
    let named = all.compactMap { Self.listing($0.url, reference: $0.name) }
    let own = folder.map { ModelFolder(url: $0).models } ?? []
    return named + own.compactMap { Self.listing($0, reference: $0.lastPathComponent) }
  }

  private static func listing(_ url: URL, reference: String) -> ModelListing? {
    (try? ModelRegistry.model(at: url)).map {
      ModelListing(name: name(of: url), reference: reference, $0.outline)
    }
  }
}
