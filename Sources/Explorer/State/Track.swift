import Pictures
import Recipes

/// What a panel has to show of one run: its steps, as they came.
package struct Track: Sendable {
  package let plan: LanePlan
  /// From step 0 on without a gap.
  package private(set) var steps: [StepPictures] = []
  package let stepCount: Int

  package init(plan: LanePlan) {
    self.plan = plan
    stepCount = plan.stepCount
  }

  package var isFinished: Bool { steps.count == stepCount }

  package mutating func append(_ step: StepPictures) { steps.append(step) }

  /// The step at `index`, or the last one before it that has come.
  package func step(atMost index: Int) -> StepPictures? {
    steps.isEmpty ? nil : steps[min(index, steps.count - 1)]
  }
}

/// One step of one panel, ready to be drawn.
package struct StepPictures: Sendable, Equatable {
  package let index: Int
  /// x̂₀: the clean image predicted in this step.
  package let prediction: Picture
  /// x_t: what the network was fed.
  package let input: Picture
  /// What the network said; nil where nobody kept it.
  package let output: OutputMean?
  /// Time that the network took for this step, for all panels that ran together.
  package let milliseconds: Double

  package init(
    index: Int, prediction: Picture, input: Picture, output: OutputMean? = nil, milliseconds: Double
  ) {
    (self.index, self.prediction, self.input) = (index, prediction, input)
    (self.output, self.milliseconds) = (output, milliseconds)
  }
}

/// Finished runs by their plans, so that going back to a setting shows it at once.
///
/// Holds at most `capacity` bytes of pictures; the ones that were not looked at for longest go first.
package struct TrackCache: Sendable {
  package let capacity: Int
  private var tracks: [LanePlan: (track: Track, use: Int)] = [:]
  private var uses = 0
  /// Of all pictures.
  package private(set) var byteCount = 0

  package init(capacity: Int = 48 << 20) { self.capacity = capacity }

  package mutating func insert(_ track: Track) {
    guard tracks[track.plan] == nil else { return }
    uses += 1
    tracks[track.plan] = (track, uses)
    byteCount += track.byteCount
    while byteCount > capacity, let oldest = tracks.min(by: { $0.value.use < $1.value.use }) {
      byteCount -= oldest.value.track.byteCount
      tracks[oldest.key] = nil
    }
  }

  package mutating func track(for plan: LanePlan) -> Track? {
    guard let found = tracks[plan] else { return nil }
    uses += 1
    tracks[plan]?.use = uses
    return found.track
  }
}

extension StepPictures {
  var byteCount: Int {
    prediction.pixels.count + input.pixels.count + (output?.values.count ?? 0) * MemoryLayout<Float>.size
  }
}

extension Track {
  fileprivate var byteCount: Int { steps.reduce(0) { $0 + $1.byteCount } }
}
