import Denoising
import Foundation

extension Sweep {
  /// What the cells have in common, in parts for one line below the grid: the model, and each setting that no
  /// axis says, the knobs only where they differ from what changes nothing.
  package func caption(for description: ModelDescription) -> [String] {
    let swept = Set([x?.name, y?.name].compactMap(\.self))
    var parts = [base.model]
    func add(_ name: String, _ text: String?) {
      if let text, !swept.contains(name) { parts.append(text) }
    }
    // Several images without a label take each in turn.
    add(
      "label",
      base.label.map(description.name(ofLabel:)) ?? (base.count == 1 ? description.labels.first : nil))
    add("seed", "seed \(base.seed)")
    add("sampler", base.sampler.sampler.rawValue)
    add("steps", "\(base.sampler.steps) steps")
    if base.sampler.spacing != .linspace { add("spacing", base.sampler.spacing.rawValue) }
    if base.sampler.eta != 0 { add("eta", "η \(base.sampler.eta)") }
    if base.guidance != 1 { add("guidance", "guidance \(base.guidance)") }
    let (knobs, idle) = (base.panels[0].knobs, Knobs())
    if knobs.b != 1 { add("b", "b \(knobs.b)") }
    if knobs.s != 1 { add("s", "s \(knobs.s)") }
    if knobs.version != idle.version { add("freeu-version", "FreeU version \(knobs.version)") }
    if knobs.skipFilter != idle.skipFilter { add("skip-filter", "\(knobs.skipFilter.rawValue) filter") }
    if knobs.threshold != idle.threshold { add("threshold", "threshold \(knobs.threshold)") }
    if let blocks = knobs.blocks {
      add("blocks", "blocks " + blocks.sorted().map(String.init).joined(separator: "+"))
    }
    if knobs.freeUSteps != idle.freeUSteps {
      add("freeu-steps", "FreeU from \(knobs.freeUSteps.from) to \(knobs.freeUSteps.to)")
    }
    if knobs.maskStrength != 1 { add("mask-strength", "mask strength \(knobs.maskStrength)") }
    if knobs.alphaGain != 1 { add("alpha-gain", "α gain \(knobs.alphaGain)") }
    if knobs.sigmaGain != 1 { add("sigma-gain", "σ gain \(knobs.sigmaGain)") }
    if !knobs.mixture.isEmpty { add("mixture", "mixture edited") }
    if base.panels[0].branch != nil { parts.append("branched") }
    return parts
  }
}
