import Checkpoints
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

  /// - Returns: nil for weights whose file does not say.
  package init?(_ weights: any TensorSource) {
    guard let json = weights.metadata["held_out"],
      let known = try? JSONDecoder().decode(Self.self, from: Data(json.utf8))
    else { return nil }
    self = known
  }
}
