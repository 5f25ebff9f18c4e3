import Denoising
import Foundation
import Recipes

/// What stands on the page of each view.
extension ViewWords {
  /// nil while something that has a help of its own lies over the view.
  init?(_ state: ExplorerState) {
    guard state.layers[SweepLayer.self] == nil else { return nil }
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

  private static let freeU = "Si et al. 2023, FreeU: Free Lunch in Diffusion U-Net, arXiv:2309.11497"
  private static let mixture = "the Gaussian mixture mask on attention, arXiv:2309.05375"
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
    return ViewWords(
      title: "Panels: one noise, other knobs", formulas: [target, backboneFormula, skipFormula],
      symbols: factors(state, stage: nil) + [
        Symbol(
          sign: "x_t",
          text: "what the network is fed; x shows it, here in step "
            + "\(state.commonStep + 1) of \(state.stepCount)"),
        Symbol(sign: "x₀", text: "the clean picture that it predicts from x_t, which panels show"),
        Symbol(
          sign: "ᾱ",
          text: "the picture's share of the power of x_t: 0 in noise, 1 at the end; "
            + "\(run.sampler.sampler.rawValue) takes the steps"),
      ],
      lookFor: [
        "All panels begin with the same noise, so that what differs between them is what the knobs do; d "
          + "shows it as a signed "
          + "difference, and the bars below a panel in which steps it comes."
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
          text: "of the mean: backbone \(change(found.backbone)), skip "
            + "\(change(found.skip))"))
    }
    symbols.append(
      Symbol(
        sign: "r",
        text: "waves over the picture: r = 1 is \(side) pixels long, r = 4 "
          + "\(side / 4)"))
    return ViewWords(
      title: "Spectra of what meets in \(state.stageName(place.stage))",
      formulas: [
        "A(r) = mean of |F(u,v)| over channels and bins with round(√(u² + v²)) = "
          + "r", backboneFormula, skipFormula,
      ], symbols: symbols,
      lookFor: [
        "Dashed is what comes, solid what goes on, thin the reference. Where dashed and solid part FreeU "
          + "acts in this step; "
          + "where they are one it does not. Shaded is what s takes from the skip.",
        "In the map beside the lines a column is a step (alt ↓: a stage), so that it shows when waves of "
          + "which length come up.",
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
          text: "mean over the channels of x, place by place: \(range(summary.mean)), "
            + "\(significant(mean)) in the mean"),
        Symbol(sign: "α", text: "what it becomes: \(range(summary.scale)), on half of the channels"),
      ]
    }
    return ViewWords(
      title: "Features of \(state.stageName(place.stage))",
      formulas: [
        backboneFormula,
        "PC 1–3: X - mean = U S Vᵀ, the first three columns of U S as red, "
          + "green, blue",
      ],
      symbols: symbols,
      lookFor: [
        "m is high where the network sees much; version 2 of FreeU multiplies most there and leaves alone "
          + "where m is lowest. "
          + "Places of like colour in the principal components have like features."
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
        text: "\(value(.b)) in \(state.selectedPanel.name), version \(knobs.version): "
          + "where m is highest half of the backbone's channels are multiplied by it"),
      Symbol(
        sign: "s",
        text: "\(value(.s)), on frequencies below \(knobs.threshold) along both axes, by "
          + "the \(knobs.skipFilter.rawValue) filter"),
    ]
  }

  // MARK: - Mask and attention

  private static func mask(_ state: ExplorerState) -> ViewWords {
    let (view, traits) = (state.maskView, state.traits)
    let knobs = state.selectedPanel.knobs.mask.bending(traits.hasMask)
    var symbols: [Symbol] = []
    if state.isMasked {
      let mask = traits.masks[view.place.block].edited(knobs.mixture, block: view.place.block)
      symbols = (0..<mask.kernels).map { kernel in
        let index = kernel * mask.heads + view.head
        let (alpha, sigma) = (Double(mask.alpha.values[index]), Double(mask.sigma.values[index]))
        let gains = knobs.alphaGain == 1 && knobs.sigmaGain == 1 ? "" : ", before the gains"
        return Symbol(
          sign: "α\(kernel + 1) σ\(kernel + 1)",
          text: "\(number(alpha, decimals: 2)) high, \(number(sigma, decimals: 2)) patches wide\(gains)")
      }
      symbols.append(
        Symbol(
          sign: "M(d)",
          text: ([0, 1, 2, 4] as [Double]).map { distance in
            let sum = mask.gaussians(head: view.head, distance: distance, knobs).reduce(0, +)
            return "\(number(1 + knobs.strength * (sum - 1), decimals: 2)) at "
              + "\(number(distance, decimals: 0))"
          }.joined(separator: ", ") + " patches"))
      symbols.append(
        Symbol(
          sign: "strength",
          text: "\(number(knobs.strength, decimals: 2)): M is blended with 1 by "
            + "it; 0 is plain attention"))
    }
    return ViewWords(
      title: "The mask on \(view.name(in: traits))",
      formulas: [
        "softmax((Q Kᵀ/√d) ∘ M) V", "M(i,j) = Σ α_k exp(-d(i,j)²/(2 (σ_k² + 10⁻⁵))), 1 for label and time",
      ],
      symbols: symbols + [
        Symbol(
          sign: "d(i,j)",
          text: "of two patches, in patches of "
            + "\(number(traits.patchPixels(ofBlock: view.place.block), decimals: 0)) pixels")
      ],
      lookFor: [
        "M multiplies scores and not shares: where it is 0 the score is 0, which is still a share; where "
          + "it is above 1 what "
          + "is looked at much is looked at more. The framed patch looks; colours of its maps go by the "
          + "square root of the share."
      ], source: mixture)
  }

  private static func heads(_ state: ExplorerState) -> ViewWords {
    let (view, traits) = (state.maskView, state.traits)
    let tokens = state.attentionProbe?.tokenNames ?? []
    let count = state.attentionGrid.count + tokens.count
    var symbols = [
      Symbol(
        sign: "i",
        text: "the framed patch \(state.attentionGrid.name(of: view.place.patch)); alt "
          + "and arrows move it, a press on a map too"),
      Symbol(
        sign: "1/n",
        text: "\(number(100 / Double(max(1, count)), decimals: 1))%: each share, were "
          + "all \(count) tokens looked at alike"),
    ]
    if let probe = state.attentionProbe, probe.heads.indices.contains(view.head) {
      let highest = AttentionMap.highest([probe.heads[view.head].after])
      symbols.append(
        Symbol(
          sign: "max a",
          text: "\(number(highest * 100, decimals: 1))% on one patch with head "
            + "\(view.head + 1)"))
    }
    let layer =
      traits.attention.indices.contains(view.place.block) ? traits.attention[view.place.block].name : ""
    return ViewWords(
      title: "What the heads of \(layer) look at",
      formulas: ["a(i,j) = softmax over j of (q(i)·k(j)/√d) M(i,j)"], symbols: symbols,
      lookFor: [
        "Each head looks for something of its own: near by, along a row, at what has the same colour, at "
          + "the label. The numbers "
          + "below the maps are the shares of the tokens that stand for no patch. Turn σ gain: what is "
          + "far away goes first."
      ], source: "Vaswani et al. 2017, arXiv:1706.03762; \(mixture)")
  }

  private static func words(_ state: ExplorerState) -> ViewWords {
    var symbols: [Symbol] = []
    if let maps = state.wordMaps, maps.words.indices.contains(state.maskView.word) {
      let word = maps.words[state.maskView.word]
      symbols = [
        Symbol(
          sign: "k",
          text: "\(word.text), token "
            + "\(word.places.map(String.init).joined(separator: ", ")) of \(maps.tokens.count)"),
        Symbol(
          sign: "1/n",
          text: "\(number(100 / Double(max(1, maps.tokens.count)), decimals: 1))%: its "
            + "share, were all tokens looked at alike"),
      ]
    }
    return ViewWords(
      title: "Where the picture looks at each word",
      formulas: [
        "a(i,k) = softmax over k of q(i)·k(k)/√d, in the mean over heads and layers, each "
          + "enlarged to the samples' grid"
      ],
      symbols: symbols,
      lookFor: [
        "Light places take what they become from that word in this step. Most of every share goes to the "
          + "token that begins the "
          + "prompt, so that colours go from 0 to each word's own highest."
      ], source: "Tang et al. 2023, What the DAAM, arXiv:2210.04885, of one step")
  }

  private static func layers(_ state: ExplorerState) -> ViewWords {
    let traits = state.traits
    let tokens =
      state.attentionGrid.count + (traits.family.hasPrefix("U-ViT") ? traits.labels.isEmpty ? 1 : 2 : 0)
    var symbols = [
      Symbol(
        sign: "ln n",
        text: "\(number(log(Double(max(1, tokens))), decimals: 2)) nats: the entropy "
          + "of looking at all \(tokens) tokens alike")
    ]
    let statistics = state.attentionStatistics
    if statistics.count == traits.attention.count {
      func mean(_ value: (HeadStatistics) -> Double) -> Double {
        let all = statistics.flatMap(\.self).map(value)
        return all.reduce(0, +) / Double(max(1, all.count))
      }
      symbols += [
        Symbol(
          sign: "H",
          text: "\(number(mean { $0.after.entropy }, decimals: 2)) nats in the mean of "
            + "all heads, without M \(number(mean { $0.before.entropy }, decimals: 2))"),
        Symbol(
          sign: "D",
          text: "\(number(mean { $0.after.distance }, decimals: 2)) patches in the mean, "
            + "without M \(number(mean { $0.before.distance }, decimals: 2))"),
      ]
    }
    return ViewWords(
      title: "How widely heads look",
      formulas: ["H = -Σ a(i,j) ln a(i,j), D = Σ a(i,j) d(i,j) / Σ a(i,j), in the mean over all patches i"],
      symbols: symbols,
      lookFor: [
        "A bar is a head with its mask, the line across it the same head without. A line above its bar: M "
          + "draws the head "
          + "together; a line within it: M spreads it out."
      ], source: "mean attention distance: Dosovitskiy et al. 2021, arXiv:2010.11929, figure 7; \(mixture)")
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
