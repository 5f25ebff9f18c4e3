import Denoising
import Recipes

/// How far the features of one step of a run are from those of another: a pass for each of the two.
package struct ComparisonRequest: Hashable, Sendable {
  package let shown, other: StepOfRun

  package init(_ shown: StepOfRun, from other: StepOfRun) { (self.shown, self.other) = (shown, other) }
}

package struct StepOfRun: Hashable, Sendable {
  package let plan: LanePlan
  package let step: Int

  package init(plan: LanePlan, step: Int) { (self.plan, self.step) = (plan, step) }
}

/// The comparisons that are known.
package struct FeatureComparison: Sendable {
  private var known: [ComparisonRequest: [FeatureDifference]] = [:]
  /// In `known`, from the one that came first.
  private var order: [ComparisonRequest] = []
  private var asked: ComparisonRequest?

  /// A few numbers of each concatenation.
  static let mostAnswers = 1000

  /// Empty for what cannot be worked out; nil while it is unknown.
  func answer(_ request: ComparisonRequest) -> [FeatureDifference]? { known[request] }

  mutating func receive(_ differences: [FeatureDifference], for request: ComparisonRequest) {
    if known.updateValue(differences, forKey: request) == nil { order.append(request) }
    if asked == request { asked = nil }
    while order.count > Self.mostAnswers { known[order.removeFirst()] = nil }
  }

  /// - Returns: what is to be asked now; nil where that was done.
  mutating func ask(_ request: ComparisonRequest?) -> ComparisonRequest? {
    guard let request, request != asked else { return nil }
    asked = request
    return request
  }
}

extension ExplorerState {
  /// Panels whose network is the selected one's and the reference's, block by block, without the reference.
  var comparedPanels: [PanelSettings] {
    let reference = reference
    guard reference.own.model == selectedPanel.own.model else { return [] }
    return settings.panels.filter { $0.id != reference.id && $0.own.model == reference.own.model }
  }

  /// Of the step that a panel shows and the same one of the reference; nil where one of them has not come.
  func comparisonRequest(_ panel: PanelSettings) -> ComparisonRequest? {
    guard let step = shownStep(of: panel)?.index, let plan = runs.tracks[panel.id]?.plan,
      let other = runs.tracks[reference.id]?.plan,
      runs.step(step, of: reference, like: panel)?.index == step
    else { return nil }
    return ComparisonRequest(
      StepOfRun(plan: plan, step: step), from: StepOfRun(plan: other, step: step))
  }

  /// What has to be asked next for the map of the network; nil where all is known, or it is not shown.
  package var missingComparison: ComparisonRequest? {
    guard layers[NetworkMapLayer.self] != nil else { return nil }
    return comparedPanels.lazy.compactMap { comparisonRequest($0) }.first {
      featureComparison.answer($0) == nil
    }
  }
}
