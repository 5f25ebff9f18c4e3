import Pictures
import Recipes
import Tensors

/// What a panel has to show of one run: its steps, as they came.
package struct Track: Sendable {
  package let plan: LanePlan
  /// From step 0 on without a gap.
  package private(set) var steps: [StepPictures] = []
  package let stepCount: Int
  /// It was run in fewer steps than are wanted, to be seen until those come.
  package let isDraft: Bool
  private let mostBytes: Int
  /// Every how many steps the pictures are kept; those between show what the one before them showed. Settled by the
  /// first step: all are as large.
  private var stride = 1

  /// - Parameter mostBytes: of pictures, however many steps there are.
  package init(plan: LanePlan, isDraft: Bool = false, mostBytes: Int = .max) {
    (self.plan, self.isDraft, self.mostBytes) = (plan, isDraft, mostBytes)
    stepCount = plan.stepCount
  }

  package var isFinished: Bool { steps.count == stepCount }

  /// The last step is always as it came.
  package mutating func append(_ step: StepPictures) {
    if let last = steps.last {
      // The same memory as before it.
      if last.index % stride != 0 {
        steps[last.index] = steps[last.index - last.index % stride].shown(at: last)
      }
    } else {
      let room = max(1, mostBytes / max(1, step.byteCount))
      stride = max(1, (stepCount - 1) / room + 1)
    }
    steps.append(step)
  }

  /// - Parameter picture: what a step that has come is by the model's own autoencoder.
  package mutating func show(_ step: Int, as picture: Picture) {
    if steps.indices.contains(step) { steps[step].decoded = picture }
  }

  package var isDecoded: Bool { isFinished && steps.last?.decoded != nil }

  /// The step at `index`, or the last one before it that has come.
  package func step(atMost index: Int) -> StepPictures? {
    steps.isEmpty ? nil : steps[min(index, steps.count - 1)]
  }
}

/// One step of one panel, ready to be drawn.
package struct StepPictures: Sendable, Equatable {
  package let index: Int
  /// x̂₀: the clean image predicted in this step, of latents the quickest look at it.
  package let prediction: Picture
  /// The model's own autoencoder's, which takes its time: of the last step, and of those that are looked at closely;
  /// nil until it has come.
  package var decoded: Picture?
  /// What it would be made of, [image, channel, row, column]; nil where x̂₀ is a picture itself.
  package let latents: Tensor?
  /// x_t: what the network was fed.
  package let input: Picture
  /// What the network said; nil where nobody kept it.
  package let output: OutputMean?
  /// Time that the network took for this step, for all panels that ran together.
  package let milliseconds: Double

  /// The best that there is.
  package var shown: Picture { decoded ?? prediction }

  package init(
    index: Int, prediction: Picture, input: Picture, output: OutputMean? = nil, latents: Tensor? = nil,
    milliseconds: Double
  ) {
    (self.index, self.prediction, self.input) = (index, prediction, input)
    (self.output, self.latents, self.milliseconds) = (output, latents, milliseconds)
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

  /// Takes over what a track has got since.
  mutating func update(_ track: Track) {
    guard let known = tracks[track.plan] else { return insert(track) }
    byteCount += track.byteCount - known.track.byteCount
    tracks[track.plan]?.track = track
  }

  package mutating func track(for plan: LanePlan) -> Track? {
    guard let found = tracks[plan] else { return nil }
    uses += 1
    tracks[plan]?.use = uses
    return found.track
  }
}

extension StepPictures {
  /// The same pictures in the place of another step.
  fileprivate func shown(at step: StepPictures) -> StepPictures {
    StepPictures(
      index: step.index, prediction: prediction, input: input, output: output, latents: latents,
      milliseconds: step.milliseconds)
  }

  var byteCount: Int {
    prediction.pixels.count + input.pixels.count + (decoded?.pixels.count ?? 0)
      + ((output?.values.count ?? 0) + (latents?.values.count ?? 0)) * MemoryLayout<Float>.size
  }
}

extension Track {
  /// Of what is kept; pictures that several steps share count once.
  package var byteCount: Int {
    steps.reduce(0) { $0 + ($1.index % stride == 0 || $1.index == steps.count - 1 ? $1.byteCount : 0) }
  }
}
