import Denoising
import Sampling

/// Which numbers of the mixture the kernels' controls move; nil is all.
package struct MaskSelection: Hashable, Sendable {
  package var block: Int?
  package var head: Int?

  func keys(_ kernel: Int, _ parameter: MixtureKey.Parameter, _ traits: ModelDescription) -> [MixtureKey] {
    let blocks = block.map { [$0] } ?? Array(traits.masks.indices)
    return blocks.flatMap { block in
      (head.map { [$0] } ?? Array(0..<traits.masks[block].heads)).map {
        MixtureKey(block: block, head: $0, kernel: kernel, parameter: parameter)
      }
    }
  }
}

/// Every control as a number: of choices the place in the list, of whole numbers the number.
extension ExplorerState {
  package func value(of id: ControlID) -> Double { value(of: id, panel: selectedPanel) }

  package func value(of id: ControlID, panel: PanelSettings) -> Double {
    value(of: id, panel.knobs, settings.run(of: panel), traits(of: panel))
  }

  private func value(
    of id: ControlID, _ knobs: Knobs, _ run: RunSettings, _ traits: ModelDescription
  ) -> Double {
    switch id {
    case .b: knobs.b
    case .s: knobs.s
    case .version: Double(knobs.version - 1)
    case .skipFilter: place(of: knobs.skipFilter, in: Knobs.SkipFilter.allCases)
    case .threshold: Double(knobs.threshold)
    case .blocks: 0
    case .freeUFrom: knobs.freeUSteps.from
    case .freeUTo: knobs.freeUSteps.to
    case .maskStrength: knobs.maskStrength
    case .alphaGain: knobs.alphaGain
    case .sigmaGain: knobs.sigmaGain
    case .maskBlock: Double(maskView.selection.block.map { $0 + 1 } ?? 0)
    case .maskHead: Double(maskView.selection.head.map { $0 + 1 } ?? 0)
    case .kernel(let kernel, let parameter):
      mean(kernel, parameter) { knobs.mixture[$0] ?? Double(traits.masks[$0.block].learned($0)) }
    case .label: Double(run.label == traits.noLabel ? traits.labels.count : run.label ?? 0)
    case .seed: Double(run.noise.seed)
    case .images: place(of: run.images, in: ImageCounts.all)
    case .guidance: run.guidance
    case .sampler: place(of: run.sampler.sampler, in: SamplerKind.allCases)
    case .steps: Double(run.sampler.steps)
    case .spacing: place(of: run.sampler.spacing, in: Spacing.allCases)
    case .eta: run.sampler.eta
    case .precision: place(of: run.precision ?? precision, in: Precision.arithmetics)
    }
  }

  /// The value that changes nothing; in a panel called Model 2 the b of Model 2.
  package func resetValue(of id: ControlID) -> Double {
    if case .kernel(let kernel, let parameter) = id {
      return mean(kernel, parameter) { Double(traits.masks[$0.block].learned($0)) }
    }
    let run = RunSettings(
      noise: .seed(0), label: traits.labels.isEmpty ? nil : 0, precision: Precision.auto.resolved)
    return value(of: id, Self.untouchedKnobs(of: selectedPanel), run, traits)
  }

  /// Of several numbers the mean.
  private func mean(
    _ kernel: Int, _ parameter: MixtureKey.Parameter, _ number: (MixtureKey) -> Double
  ) -> Double {
    let keys = maskView.selection.keys(kernel, parameter, traits)
    return keys.isEmpty ? 0 : keys.reduce(0) { $0 + number($1) } / Double(keys.count)
  }

  /// Sets a control without regard to undo.
  /// - Parameter value: of any size; what cannot be is brought to the nearest that can.
  mutating func assign(_ id: ControlID, _ value: Double, in settings: inout Settings) {
    let value = value.isFinite ? min(max(value, -1000), Double(UInt32.max)) : 0
    switch id.section {
    case .freeU, .mask:
      // What the command line takes too: a copied command must work.
      let value = min(value, 1000)
      for place in places(movedBy: id) { assign(id, value, to: &settings.panels[place].knobs) }
    case .run:
      let panel = settings.panels[selected]
      var run = settings.run(of: panel)
      assign(id, value, to: &run)
      if panel.own.has(id) {
        settings.panels[selected].own.take(id, from: run)
      } else {
        settings.run.take(id, from: run)
      }
    }
  }

  /// The panels that a control of FreeU or of the mask moves.
  func places(movedBy id: ControlID) -> [Int] {
    let movesAll = id.section == .mask ? !isMaskAlone : isLinked
    return movesAll ? settings.panels.indices.filter { follows(id, settings.panels[$0]) } : [selected]
  }

  /// Whether a control means in a panel what it means in the selected one: blocks and single numbers of the mixture
  /// belong to one model.
  private func follows(_ id: ControlID, _ panel: PanelSettings) -> Bool {
    if panel.own.model == selectedPanel.own.model { return true }
    switch id {
    case .blocks, .kernel: return false
    default: return controls(of: panel).contains { $0.id == id }
    }
  }

  private func assign(_ id: ControlID, _ value: Double, to knobs: inout Knobs) {
    switch id {
    case .b: knobs.b = value
    case .s: knobs.s = value
    case .version: knobs.version = value < 0.5 ? 1 : 2
    case .skipFilter: knobs.skipFilter = item(value, of: Knobs.SkipFilter.allCases)
    case .threshold: knobs.threshold = max(0, Int(value.rounded()))
    case .freeUFrom: knobs.freeUSteps.from = min(max(value, 0), knobs.freeUSteps.to)
    case .freeUTo: knobs.freeUSteps.to = max(min(value, 1), knobs.freeUSteps.from)
    case .maskStrength: knobs.maskStrength = value
    case .alphaGain: knobs.alphaGain = value
    case .sigmaGain: knobs.sigmaGain = value
    case .kernel(let kernel, let parameter):
      for key in maskView.selection.keys(kernel, parameter, traits) { knobs.mixture[key] = value }
    default: break
    }
  }

  private func assign(_ id: ControlID, _ value: Double, to run: inout RunSettings) {
    let whole = Int(value.rounded())
    switch id {
    case .label:
      let last = traits.labels.count - 1
      run.label = whole > last ? traits.noLabel ?? last : max(0, whole)
    case .seed: run.noise = .seed(UInt64(max(0, whole)))
    case .images: run.images = item(value, of: ImageCounts.all)
    case .guidance: run.guidance = min(value, 1000)
    case .sampler: run.sampler.sampler = item(value, of: SamplerKind.allCases)
    case .steps: run.sampler.steps = whole
    case .spacing: run.sampler.spacing = item(value, of: Spacing.allCases)
    case .precision: run.precision = item(value, of: Precision.arithmetics)
    default: run.sampler.eta = min(max(value, 0), 1)
    }
    // The multistep solvers need one timestep more than they take steps.
    run.sampler.steps = min(max(1, run.sampler.steps), traits.timesteps - 1)
    // Noise of the user's is one image.
    if case .file = run.noise { run.images = 1 }
  }
}

private func place<Item: Equatable>(of item: Item, in items: [Item]) -> Double {
  Double(items.firstIndex(of: item) ?? 0)
}

private func item<Item>(_ place: Double, of items: [Item]) -> Item {
  items[min(max(0, Int(place.rounded())), items.count - 1)]
}
