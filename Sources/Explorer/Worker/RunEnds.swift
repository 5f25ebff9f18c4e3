import Denoising
import Engines
import Foundation
import Models
import Pictures
import Recipes
import Sampling
import Synchronization
import Tensors

/// What is seen of a run: each step the quick way, its end by the model's own autoencoder, and its attention.
extension TrajectoryWorker {
  func quickPicture(of samples: Tensor, by network: EngineModel) throws -> Picture {
    ContactSheet.arranged(
      pictures(of: try network.pictures(of: samples, by: network.description.previews[0])))
  }

  /// The end of a run by the model's own autoencoder, or as it was seen before where that fails.
  /// - Throws: `Interrupted`.
  func decode(_ ended: Running, with models: OpenModels) throws {
    let plan = ended.job.plan
    guard let result = ended.lane.trajectory.result else { return }
    do {
      let network = try models.model(of: plan)
      let picture =
        try cache.withLock { $0.decoded(plan) }
        ?? ContactSheet.arranged(pictures(of: try network.pictures(of: result)))
      cache.withLock { $0.keep(decoded: picture, of: plan) }
      outbox.post([.decoded(panel: ended.job.panel, plan: plan, step: plan.stepCount - 1, picture)])
    } catch let error as Interrupted {
      throw error
    } catch {
      outbox.post([.failed("\(error)")])
      guard let last = cache.withLock({ $0.pictures(of: plan) }).last?.prediction else { return }
      outbox.post([.decoded(panel: ended.job.panel, plan: plan, step: plan.stepCount - 1, last)])
    }
  }

  /// Takes a request out of the inbox and answers it; of one that was called away from, it is put back.
  /// - Parameter isStillWanted: whether to put it back, as the inbox is by then.
  /// - Throws: `Interrupted`.
  func answer<Request: Sendable>(
    _ place: WritableKeyPath<Inbox, Request?> & Sendable, isStillWanted: (Inbox) -> Bool = { _ in true },
    with body: (Request) throws -> Void
  ) throws {
    let taken = inbox.withLock { inbox -> Request? in
      defer { inbox[keyPath: place] = nil }
      return inbox.isClosed ? nil : inbox[keyPath: place]
    }
    guard let taken else { return }
    do {
      try body(taken)
    } catch let error as Interrupted {
      // Asked again, unless something else is wanted by now.
      inbox.withLock { inbox in
        if isStillWanted(inbox) { inbox[keyPath: place] = inbox[keyPath: place] ?? taken }
      }
      throw error
    }
  }

  /// A step that somebody looks at closely.
  /// - Throws: `Interrupted`.
  func answerDecoding(with models: OpenModels) throws {
    try answer(\.decoding, isStillWanted: { $0.jobs == nil }) { request in
      do {
        let network = try models.model(of: request.plan)
        let picture = ContactSheet.arranged(pictures(of: try network.pictures(of: request.latents)))
        outbox.post([.decoded(panel: request.panel, plan: request.plan, step: request.step, picture)])
      } catch let error as Interrupted {
        throw error
      } catch {
        outbox.post([.failed("\(error)")])
        let known = cache.withLock { $0.pictures(of: request.plan) }
        guard known.indices.contains(request.step) else { return }
        let seen = known[request.step].prediction
        outbox.post([.decoded(panel: request.panel, plan: request.plan, step: request.step, seen)])
      }
    }
  }

  func answerProbe(with models: OpenModels) throws {
    try answer(\.probe) { request in
      let look = try look(into: request.plan, before: request.step, with: models)
      let answer = try look.flatMap { try $0.network.probe($0.sample, $0.row, request.question) }
      outbox.post([.probed(request, answer)])
    }
  }

  func answerSpectra(with models: OpenModels) throws {
    try answer(\.spectra) { request in
      var found: [JoinedFeatures] = []
      if let look = try look(into: request.plan, before: request.step, with: models) {
        let places = request.maps.map { [$0] } ?? look.network.description.featurePlaces
        let answer = try look.network.probe(look.sample, look.row, .features(places))
        if case .features(let features)? = answer { found = features }
      }
      outbox.post([
        request.maps == nil
          ? .spectra(request, found.map { JoinedSpectra($0) })
          : .features(request, found.map { FeatureSummary($0) })
      ])
    }
  }

  /// What a network is asked in a step of a run that was kept; nil for one that was not.
  func look(
    into plan: LanePlan, before step: Int, with models: OpenModels
  ) throws -> (network: EngineModel, sample: Tensor, row: DenoisingRow)? {
    guard let trajectory = cache.withLock({ $0.trajectory(before: step, of: plan) }) else { return nil }
    let network = try models.model(of: plan)
    let lane = Lane(trajectory: trajectory, knobs: plan.schedule, told: plan.told(network.description))
    return lane.nextLook.map { (network, $0.sample, $0.row) }
  }
}

extension OpenModels {
  /// Who evaluates a plan, with its LoRAs as the plan has them.
  func model(of plan: LanePlan) throws -> EngineModel {
    try model(plan.model, plan.run.precision, loras: plan.loras)
  }
}

extension LanePlan {
  /// What the network is told in each of its images: one label in all, or each in turn.
  func told(_ model: ModelDescription) -> ToldConditions {
    model.told(run, labels: model.labels.isEmpty ? nil : run.labels(of: model), count: run.images)
  }
}
