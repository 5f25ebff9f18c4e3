import Denoising
import Sampling

/// Every control as a number: of choices the place in the list, of whole numbers the number.
extension Settings {
  /// - Parameter panel: place of the panel that panel controls are read from.
  package func value(of id: ControlID, panel: Int, traits: ModelTraits) -> Double {
    let knobs = panels[panel].knobs
    return switch id {
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
    case .label: Double(run.label == traits.noLabel ? traits.labels.count : run.label ?? 0)
    case .seed: Double(run.noise.seed)
    case .guidance: run.guidance
    case .sampler: place(of: run.sampler.sampler, in: SamplerKind.allCases)
    case .steps: Double(run.sampler.steps)
    case .spacing: place(of: run.sampler.spacing, in: Spacing.allCases)
    case .eta: run.sampler.eta
    }
  }

  /// - Parameters:
  ///   - value: of any size; what cannot be is brought to the nearest that can.
  ///   - panels: places of the panels that panel controls are set in.
  package mutating func set(
    _ id: ControlID, to value: Double, panels places: [Int], traits: ModelTraits
  ) {
    let value = value.isFinite ? min(max(value, -1000), Double(UInt32.max)) : 0
    let whole = Int(value.rounded())
    switch id.section {
    case .freeU, .mask:
      // What the command line takes too: a copied command must work.
      let value = min(value, 1000)
      let whole = min(whole, 1000)
      for place in places {
        panels[place].knobs.set(id, to: id == .threshold ? Double(max(0, whole)) : value)
      }
    case .run:
      switch id {
      case .label:
        let last = traits.labels.count - 1
        run.label = whole > last ? traits.noLabel ?? last : max(0, whole)
      case .seed: run.noise = .seed(UInt64(max(0, whole)))
      case .guidance: run.guidance = min(value, 1000)
      case .sampler: run.sampler.sampler = item(whole, of: SamplerKind.allCases)
      case .steps: run.sampler.steps = whole
      case .spacing: run.sampler.spacing = item(whole, of: Spacing.allCases)
      default: run.sampler.eta = min(max(value, 0), 1)
      }
      // The multistep solvers need one timestep more than they take steps.
      run.sampler.steps = min(max(1, run.sampler.steps), traits.configuration.timesteps - 1)
    }
  }
}

extension Knobs {
  fileprivate mutating func set(_ id: ControlID, to value: Double) {
    switch id {
    case .b: b = value
    case .s: s = value
    case .version: version = value < 0.5 ? 1 : 2
    case .skipFilter: skipFilter = item(Int(value), of: SkipFilter.allCases)
    case .threshold: threshold = Int(value)
    case .freeUFrom: freeUSteps.from = min(max(value, 0), freeUSteps.to)
    case .freeUTo: freeUSteps.to = max(min(value, 1), freeUSteps.from)
    case .maskStrength: maskStrength = value
    case .alphaGain: alphaGain = value
    case .sigmaGain: sigmaGain = value
    default: break
    }
  }
}

private func place<Item: Equatable>(of item: Item, in items: [Item]) -> Double {
  Double(items.firstIndex(of: item) ?? 0)
}

private func item<Item>(_ place: Int, of items: [Item]) -> Item {
  items[min(max(0, place), items.count - 1)]
}
