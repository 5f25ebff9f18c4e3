import Denoising
import Engines
import Synchronization

/// What is compared block by block.
extension TrajectoryWorker {
  /// The features of one pass.
  struct KnownFeatures {
    let run: StepOfRun
    let features: [JoinedFeatures]
  }

  /// One pass, and one more where another step is compared with than the last time.
  /// - Throws: `Interrupted`.
  func answerComparison(with models: OpenModels) throws {
    try answer(\.comparison) { request in
      var found: [FeatureDifference] = []
      if let other = try comparedFeatures(request.other, with: models),
        let shown = try features(request.shown, with: models)
      {
        let differences = zip(shown, other).compactMap { FeatureDifference($0, from: $1) }
        if differences.count == other.count { found = differences }
      }
      outbox.post([.compared(request, found)])
    }
  }

  private func comparedFeatures(_ run: StepOfRun, with models: OpenModels) throws -> [JoinedFeatures]? {
    if let known = comparedWith.withLock({ $0 }), known.run == run { return known.features }
    guard let features = try features(run, with: models) else { return nil }
    comparedWith.withLock { $0 = KnownFeatures(run: run, features: features) }
    return features
  }

  private func features(_ run: StepOfRun, with models: OpenModels) throws -> [JoinedFeatures]? {
    guard let look = try look(into: run.plan, before: run.step, with: models) else { return nil }
    let places = look.network.description.featurePlaces
    guard case .features(let features)? = try look.network.probe(look.sample, look.row, .features(places))
    else { return nil }
    return features
  }
}
