import Denoising
import Foundation

/// Low-rank additions to a model's weights: a file, and how much of them is added.
///
/// W' = W + w α/r B A with A [r, in], B [out, r]; Hu et al. 2021, arXiv:2106.09685.
package struct LoRA: Hashable, Sendable {
  package let url: URL
  /// w; 1 adds as much as was trained, 0 nothing.
  package let weight: Double

  package static let weights = -8.0...8.0
  /// At once.
  package static let most = 16

  package init(_ url: URL, weight: Double = 1) { (self.url, self.weight) = (url, weight) }

  /// - Parameter text: `FILE` or `FILE:WEIGHT`; nil for a weight outside of `weights`.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let weight = Double(text[text.index(after: colon)...]) else {
      self.init(URL(filePath: text))
      return
    }
    guard Self.weights.contains(weight) else { return nil }
    self.init(URL(filePath: String(text[..<colon])), weight: weight)
  }

  /// As recipes have it, which hold no paths: `pixels.safetensors:0.8`.
  package var text: String { named.text }

  /// Without the place where it lies.
  package var named: NamedLoRA { NamedLoRA(name: url.lastPathComponent, weight: weight) }

  /// Those of a recipe.
  /// - Parameters:
  ///   - texts: as `text`.
  ///   - places: folders where they may lie.
  /// - Throws: `ModelError` for one that is in none of them.
  package static func found(_ texts: [String], in places: [URL]) throws -> [LoRA] {
    try texts.map { text in
      let named = LoRA(text)
      let name = named?.url.lastPathComponent ?? ""
      let files = places.map { $0.appending(path: name) }
      guard let named, let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) })
      else {
        throw ModelError.tensors(
          file: name,
          defect: "this LoRA of the picture is not beside it; put it there, or give it with --lora")
      }
      return LoRA(file, weight: named.weight)
    }
  }
}

/// A LoRA as settings have it, by its file's name alone.
package struct NamedLoRA: Hashable, Sendable {
  package let name: String
  /// As `LoRA.weight`.
  package var weight: Double

  package init(name: String, weight: Double) { (self.name, self.weight) = (name, weight) }

  /// - Parameter text: as `LoRA.text`; nil for what is none.
  package init?(_ text: String) {
    guard let lora = LoRA(text) else { return nil }
    self = lora.named
  }

  /// As recipes have it.
  package var text: String { "\(name):\(weight)" }
}
