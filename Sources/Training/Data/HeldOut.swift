import Foundation

/// Which images a model was not trained on; stands in the model's file under `held_out`.
package struct HeldOut: Sendable, Equatable, Codable {
  /// Of all images.
  package let share: Double
  package let seed: UInt64
  /// The images' fingerprint.
  package let data: String

  package init(_ settings: TrainingSettings, data: String) {
    (share, seed, self.data) = (settings.validation, settings.seed, data)
  }

  /// - Parameter metadata: of a model's file.
  /// - Returns: nil where it does not say.
  package init?(_ metadata: [String: String]) {
    guard let json = metadata["held_out"],
      let known = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)), (0..<1).contains(known.share)
    else { return nil }
    self = known
  }
}
