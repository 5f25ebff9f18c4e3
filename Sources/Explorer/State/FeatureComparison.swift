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
    return comparedPanels.lazy.compactMap { comparisonRequest($0) }.first { comparisons[$0] == nil }
  }
}
