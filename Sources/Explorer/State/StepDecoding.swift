import Recipes
import Tensors

/// A step that is to be seen as the model's own autoencoder has it.
package struct DecodingRequest: Hashable, Sendable {
  package let panel: Int
  package let plan: LanePlan
  package let step: Int
  /// [image, channel, row, column]: the step's x̂₀.
  package let latents: Tensor

  package init(panel: Int, plan: LanePlan, step: Int, latents: Tensor) {
    (self.panel, self.plan, self.step, self.latents) = (panel, plan, step, latents)
  }
}

extension ExplorerState {
  /// The shown step of a panel that is shown large, once nothing runs; nil where it is there, or cannot be had.
  package var missingDecoding: DecodingRequest? {
    guard panelsView.arrangement == .zoom, panelsView.content(of: selectedPanel) == .prediction,
      failure == nil, !isRunning, !isDecoding, decodingPanels.contains(selectedPanel.id),
      let plan = runs.tracks[selectedPanel.id]?.plan, let step = shownStep(of: selectedPanel),
      step.decoded == nil, let latents = step.latents
    else { return nil }
    return DecodingRequest(panel: selectedPanel.id, plan: plan, step: step.index, latents: latents)
  }
}
