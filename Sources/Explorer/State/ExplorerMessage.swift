import Console
import Denoising
import Engines
import Models
import Pictures
import Recipes
import Widgets

/// What can happen to the explorer.
package enum ExplorerMessage: Sendable {
  case input(InputEvent)
  /// A panel's run completed a step.
  case stepped(panel: Int, plan: LanePlan, StepPictures)
  /// A step of a panel's run, mostly its last one, as the model's own autoencoder shows it.
  case decoded(panel: Int, plan: LanePlan, step: Int, Picture)
  /// nil where the step is no longer kept.
  case probed(ProbeRequest, ProbeAnswer?)
  /// Of every concatenation; none where the step is no longer kept.
  case spectra(SpectraRequest, [JoinedSpectra])
  case features(SpectraRequest, [FeatureSummary])
  /// Of every concatenation; none where a step is no longer kept.
  case compared(ComparisonRequest, [FeatureDifference])
  /// How far the step is that is to come next; only while it is waited for.
  case progressed(StepProgress)
  /// A cell of a sweep came to its end.
  case sweptCell(SweepCell)
  /// A model was opened for a panel.
  case modelOpened(panel: Int, KnownModel)
  /// The models that there are to choose from.
  case models([ModelListing])
  /// What came of an engine elsewhere lately.
  case engine(EngineTraffic.Report)
  /// The common model has these weights of its LoRAs.
  case weighed([Double], fingerprint: String)
  /// A prompt that is wanted is longer than the network's text encoder takes at once.
  case readInPieces(LongPrompt)
  /// Something could not be done.
  case failed(String)
  /// The same of runs: what is wanted does not come, until something else is.
  case stopped(String)
  /// `ExplorerState.tickMilliseconds` went by; only while `needsTicks`.
  case tick
  case saved(path: String)
  /// The presets that there are, and what is wrong with their files.
  case presets([Preset], warning: String?)
  /// Theme files were written; as many themes as before, in the same order.
  case themesChanged([Theme], warning: String?)
}

/// What is to be done outside, in answer.
package enum ExplorerEffect: Hashable, Sendable {
  /// Have these panels, and no others, run to their ends; those that already do go on undisturbed.
  case run([PanelJob])
  /// Open a model for a panel.
  case open(ModelRequest)
  /// Find out what is looked at in the network.
  case probe(ProbeRequest)
  /// Work out the spectra of a step, or its maps.
  case lookInto(SpectraRequest)
  /// Work out how far the features of two steps are apart.
  case compare(ComparisonRequest)
  /// Have a step seen by the model's own autoencoder.
  case decode(DecodingRequest)
  /// Have this sweep, and no other, run to its end; nil is none.
  case sweep(SweepRequest?)
  case redraw
  case save(SaveRequest)
  /// Look what there is to choose from.
  case list(ListRequest)
  /// To the clipboard.
  case copy(String)
  case quit(status: Int32)
}

package struct PanelJob: Hashable, Sendable {
  package let panel: Int
  package let plan: LanePlan

  package init(panel: Int, plan: LanePlan) { (self.panel, self.plan) = (panel, plan) }
}

/// A model that a panel is to have.
package struct ModelRequest: Hashable, Sendable {
  package let panel: Int
  /// A bundled model's name, or a file.
  package let reference: String

  package init(panel: Int, reference: String) { (self.panel, self.reference) = (panel, reference) }
}

extension ExplorerState {
  package static let tickMilliseconds = 50
}
