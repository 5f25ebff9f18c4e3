import Denoising
import Models
import Recipes

/// Where the time goes in the networks that the map showed; that is the same in every step.
package struct KnownTimes: Sendable {
  private struct Network: Hashable {
    let model: ModelIdentity?
    let precision: Precision?

    init(_ plan: LanePlan) { (model, precision) = (plan.model, plan.run.precision) }
  }

  private var known: [Network: BlockTimes] = [:]

  func times(of plan: LanePlan) -> BlockTimes? { known[Network(plan)] }

  mutating func receive(_ answer: ProbeAnswer?, for request: ProbeRequest) {
    guard case .times(let times) = answer else { return }
    known[Network(request.plan)] = times
  }
}

extension ExplorerState {
  private var timesRequest: ProbeRequest? {
    guard let step = shownStep(of: selectedPanel), let plan = runs.tracks[selectedPanel.id]?.plan else {
      return nil
    }
    return ProbeRequest(plan: plan, step: step.index, question: .times)
  }

  /// Of the selected panel's network.
  var blockTimes: BlockTimes? {
    runs.tracks[selectedPanel.id].flatMap { networkTimes.times(of: $0.plan) }
  }

  /// Somebody was asked who does not know.
  var isWithoutTimes: Bool {
    guard blockTimes == nil, let timesRequest else { return false }
    return maskView.answer(timesRequest) != nil
  }

  /// What has to be asked for the map of the network, once it shows all else: by then the network is warm.
  var missingTimes: ProbeRequest? {
    guard layers[NetworkMapLayer.self] != nil, blockTimes == nil, missingComparison == nil else { return nil }
    return timesRequest.flatMap { maskView.answer($0) == nil ? $0 : nil }
  }
}
