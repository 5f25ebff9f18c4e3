import Denoising
import Foundation
import Recipes

/// What stands on the page of each view.
extension ViewWords {
  /// nil while something that has a help of its own lies over the view.
  init?(_ state: ExplorerState) {
    guard state.layers[SweepLayer.self] == nil else { return nil }
    if state.layers[NetworkMapLayer.self] != nil {
      self = Self.network(state)
      return
    }
    switch (state.panelsView.arrangement, state.maskView.content, state.spectraView.content) {
    case (.panels, _, _), (.zoom, _, _): self = Self.panels(state)
    case (.mask, .mask, _): self = Self.mask(state)
    case (.mask, .heads, _): self = Self.heads(state)
    case (.mask, .layers, _): self = Self.layers(state)
    case (.mask, .words, _): self = Self.words(state)
    case (.spectra, _, .maps): self = Self.maps(state)
    case (.spectra, _, .amplitude), (.spectra, _, .relative): self = Self.spectra(state)
    }
  }

  static let freeU = "Si et al. 2023, FreeU: Free Lunch in Diffusion U-Net, arXiv:2309.11497"
  static let mixture = "the Gaussian mixture mask on attention, arXiv:2309.05375"
  private static let backboneFormula =
    "backbone: x'(i) = α x(i) for i < C/2, α = (b - 1) (m - min m)/(max m - min m) + 1"
  private static let skipFormula = "skip: h'(i) = IFFT(β FFT(h(i))), β = s at the lowest frequencies, else 1"

  private static func panels(_ state: ExplorerState) -> ViewWords {
    let target =
      switch state.traits.prediction {
      case .epsilon: "x₀ = (x_t - √(1-ᾱ) ε)/√ᾱ, with ε = the network's output"
      case .v: "x₀ = √ᾱ x_t - √(1-ᾱ) v, with v = the network's output"
      case .sample: "x₀ = the network's output"
      }
    let run = state.settings.run(of: state.selectedPanel)
    let shown = state.shownStep(of: state.selectedPanel)
    let guidance = shown?.output?.guidanceShare.map { share in
      Symbol(
        sign: "guidance",
        text: """
          \(number(share * 100, decimals: 0))% in this step: ‖g (out(prompt) - out(none))‖ / ‖out‖, g = \
          \(number(run.guidance, decimals: 1)); g shows it over the steps
          """)
    }
    return ViewWords(
      title: "Panels: one noise, other knobs", formulas: [target, backboneFormula, skipFormula],
      symbols: factors(state, stage: nil) + (guidance.map { [$0] } ?? []) + [
        Symbol(
          sign: "x_t",
          text: """
            what the network is fed; x shows it, here in step \(state.commonStep + 1) of \(state.stepCount)
            """),
        Symbol(sign: "x₀", text: "the clean picture that it predicts from x_t, which panels show"),
        Symbol(
          sign: "ᾱ",
          text: """
            the picture's share of the power of x_t: 0 in noise, 1 at the end; \
            \(run.sampler.sampler.rawValue) takes the steps
            """),
      ],
      lookFor: [
        """
        All panels begin with the same noise, so that what differs between them is what the knobs do; d \
        shows it as a signed difference, and the bars below a panel in which steps it comes.
        """
      ], source: freeU)
  }

  private static func spectra(_ state: ExplorerState) -> ViewWords {
    let place = state.spectraView.place
    let side = state.traits.pictureShape[1]
    var symbols = factors(state, stage: place.stage)
    if let found = state.shownSpectra {
      func change(_ change: JoinedSpectra.Change) -> String {
        let (before, after) = (change.before.amplitudes.first ?? 0, change.after.amplitudes.first ?? 0)
        return before == after
          ? significant(Double(before)) : "\(significant(Double(before))) → \(significant(Double(after)))"
      }
      symbols.append(
        Symbol(
          sign: "A(0)",
          text: "of the mean: backbone \(change(found.backbone)), skip \(change(found.skip))"))
    }
    symbols.append(
      Symbol(
        sign: "r",
        text: "waves over the picture: r = 1 is \(side) pixels long, r = 4 \(side / 4)"))
    return ViewWords(
      title: "Spectra of what meets in \(state.stageName(place.stage))",
      formulas: [
        """
        A(r) = mean of |F(u,v)| over channels and bins with round(√(u² + v²)) = r
        """, backboneFormula, skipFormula,
      ], symbols: symbols,
      lookFor: [
        """
        Dashed is what comes, solid what goes on, thin the reference. Where dashed and solid part FreeU acts \
        in this step; where they are one it does not. Shaded is what s takes from the skip.
        """,
        """
        In the map beside the lines a column is a step (alt ↓: a stage), so that it shows when waves of \
        which length come up.
        """,
      ], source: freeU)
  }

  private static func maps(_ state: ExplorerState) -> ViewWords {
    let place = state.spectraView.place
    var symbols = factors(state, stage: place.stage)
    if let summary = state.spectraView.maps?.summaries.first {
      func range(_ values: [Float]) -> String {
        let finite = values.map(Double.init).filter(\.isFinite)
        return "\(significant(finite.min() ?? 0)) to \(significant(finite.max() ?? 0))"
      }
      let mean = summary.mean.map(Double.init).reduce(0, +) / Double(max(1, summary.mean.count))
      symbols += [
        Symbol(
          sign: "m",
          text: """
            mean over the channels of x, place by place: \(range(summary.mean)), \(significant(mean)) in the \
            mean
            """),
        Symbol(sign: "α", text: "what it becomes: \(range(summary.scale)), on half of the channels"),
      ]
    }
    return ViewWords(
      title: "Features of \(state.stageName(place.stage))",
      formulas: [
        backboneFormula,
        "PC 1–3: X - mean = U S Vᵀ, the first three columns of U S as red, green, blue",
      ],
      symbols: symbols,
      lookFor: [
        """
        m is high where the network sees much; version 2 of FreeU multiplies most there and leaves alone \
        where m is lowest. Places of like colour in the principal components have like features.
        """
      ], source: freeU)
  }

  /// b and s as they are in the panel, of one stage where it has its own.
  private static func factors(_ state: ExplorerState, stage: Int?) -> [Symbol] {
    let (knobs, traits) = (state.selectedPanel.knobs, state.traits)
    func value(_ knob: Knob) -> String {
      let stage = stage ?? 0
      guard traits.stages.indices.contains(stage) else { return number(1, decimals: 2) }
      return number(traits.factor(knob, onStage: stage, knobs), decimals: 2)
    }
    return [
      Symbol(
        sign: "b",
        text: """
          \(value(.b)) in \(state.selectedPanel.name), version \(knobs.version): where m is highest half of \
          the backbone's channels are multiplied by it
          """),
      Symbol(
        sign: "s",
        text: """
          \(value(.s)), on frequencies below \(knobs.threshold) along both axes, by the \
          \(knobs.skipFilter.rawValue) filter
          """),
    ]
  }
}

/// Three digits.
private func significant(_ value: Double) -> String {
  number(
    value, decimals: abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 0.1 || value == 0 ? 2 : 4)
}

extension ExplorerState {
  fileprivate func stageName(_ stage: Int) -> String {
    traits.stages.indices.contains(stage) ? traits.stages[stage].name : "this network"
  }

  /// At the place that is looked at, in the step that the selected panel shows.
  fileprivate var shownSpectra: JoinedSpectra? {
    guard let plan = runs.tracks[selectedPanel.id]?.plan, let step = shownStep(of: selectedPanel) else {
      return nil
    }
    return spectraView.spectra(plan, step: step.index).flatMap(spectraView.shown)
  }
}
