import Denoising
import Models
import Recipes

/// Where the time goes in the networks that the map showed; that is the same in every step. Each part's shortest time
/// counts, of all measurements: whatever else the machine does only adds to them.
package struct KnownTimes: Sendable {
  private struct Network: Hashable {
    let model: ModelIdentity?
    let precision: Precision?

    init(_ plan: LanePlan) { (model, precision) = (plan.model, plan.run.precision) }
  }

  private struct Measured {
    var times: BlockTimes
    var count = 1
  }

  private var known: [Network: Measured] = [:]
  /// What was answered last: it is not measured again as long as nothing is done.
  private var last: ProbeRequest?

  static let mostMeasurements = 5
  /// What takes longer nobody is made to wait for again; a neighbour's turn is a small part of it.
  private static let longest = Duration.seconds(1)

  func times(of plan: LanePlan) -> BlockTimes? { known[Network(plan)]?.times }

  mutating func receive(_ answer: ProbeAnswer?, for request: ProbeRequest) {
    guard request.question == .times else { return }
    last = request
    guard case .times(let times) = answer else { return }
    let network = Network(request.plan)
    known[network] =
      known[network].map { Measured(times: $0.times.shortest(with: times), count: $0.count + 1) }
      ?? Measured(times: times)
  }

  /// The map is opened: what is known of it may have been measured while the machine was busy.
  mutating func measureAgain() { last = nil }

  /// A network that is known is to be measured once more.
  func isDue(_ request: ProbeRequest) -> Bool {
    guard request != last, let measured = known[Network(request.plan)] else { return false }
    return measured.count < Self.mostMeasurements && measured.times.total < Self.longest
  }
}

extension BlockTimes {
  /// Of each part the shorter time.
  fileprivate func shortest(with others: BlockTimes) -> BlockTimes {
    BlockTimes(times.merging(others.times, uniquingKeysWith: min))
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
    guard layers[NetworkMapLayer.self] != nil, missingComparison == nil, let timesRequest else { return nil }
    guard blockTimes != nil else { return maskView.answer(timesRequest) == nil ? timesRequest : nil }
    let isMoving = isRunning || isDecoding || playback.isPlaying
    return !isMoving && networkTimes.isDue(timesRequest) ? timesRequest : nil
  }
}
