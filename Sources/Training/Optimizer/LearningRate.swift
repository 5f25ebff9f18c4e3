import Foundation

/// Rises over the first steps, stays, and falls to nothing over the last part of the run.
package struct LearningRate: Sendable, Hashable, Codable {
  /// The rate between rise and fall.
  package var peak: Float = 8e-4
  /// Steps of the rise.
  package var warmUp = 200
  /// Share of the run at whose end it falls.
  package var fall = 0.3

  package init(peak: Float = 8e-4) { self.peak = peak }

  /// - Parameters:
  ///   - step: counted from 1.
  ///   - progress: share of the run that is done, 0…1.
  package func value(step: Int, progress: Double) -> Float {
    let rise = min(1, Float(step) / Float(max(1, warmUp)))
    let left = (1 - min(max(progress, 0), 1)) / fall
    return peak * rise * Float(min(1, left))
  }
}
