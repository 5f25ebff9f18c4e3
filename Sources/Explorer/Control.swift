import Denoising
import Sampling

/// Something that can be turned, one line of the screen.
package enum ControlID: String, Hashable, Sendable, CaseIterable {
  case b, s, version, skipFilter, threshold, blocks, freeUFrom, freeUTo
  case maskStrength, alphaGain, sigmaGain
  case label, seed, guidance, sampler, steps, spacing, eta

  package enum Section: Hashable, Sendable, CaseIterable {
    /// Of the selected panel.
    case freeU
    /// Of all panels.
    case mask
    case run
  }

  package var section: Section {
    switch self {
    case .b, .s, .version, .skipFilter, .threshold, .blocks, .freeUFrom, .freeUTo: .freeU
    case .maskStrength, .alphaGain, .sigmaGain: .mask
    case .label, .seed, .guidance, .sampler, .steps, .spacing, .eta: .run
    }
  }
}

/// How a control looks and how far it goes.
package struct Control: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A number on a scale; typing may go beyond the range.
    case slider(ClosedRange<Double>, fine: Double, coarse: Double, decimals: Int)
    /// A whole number without a scale.
    case number(ClosedRange<Double>)
    case choice([String])
    /// One switch for each decoder block.
    case switches(Int)
  }

  package let id: ControlID
  package let name: String
  /// One line: what it visibly does, and its published range.
  package let hint: String
  package let kind: Kind

  /// The controls that a model has, top to bottom.
  package static func table(for traits: ModelTraits) -> [Control] {
    ControlID.allCases.compactMap { id in
      switch id.section {
      case .mask where !traits.hasMask: return nil
      case .freeU where traits.decoderBlocks == 0: return nil
      default: break
      }
      guard let (name, hint, kind) = id.description(for: traits) else { return nil }
      return Control(id: id, name: name, hint: hint, kind: kind)
    }
  }
}

extension ControlID {
  /// nil where the model has no use for it.
  fileprivate func description(for traits: ModelTraits) -> (String, String, Control.Kind)? {
    switch self {
    case .b:
      (
        "b", "backbone: shape and shading of what is drawn; published 1.0 to 1.6, 1 is off",
        .slider(0.5...2, fine: 0.02, coarse: 0.1, decimals: 2)
      )
    case .s:
      (
        "s", "skips: colours and large surfaces; published 0.2 to 1.0, 1 is off",
        .slider(0...1.5, fine: 0.02, coarse: 0.1, decimals: 2)
      )
    case .version:
      (
        "version", "1: b is the same everywhere and bleaches; 2: b follows the feature map",
        .choice(["1 constant", "2 follows map"])
      )
    case .skipFilter:
      (
        "filter", "fourier: s acts on the lowest frequencies; uniform: on all, which adds grain",
        .choice(Knobs.SkipFilter.allCases.map(\.rawValue))
      )
    case .threshold:
      (
        "cutoff", "how many of the skip's frequencies count as low; published 1",
        .slider(0...Double(max(1, traits.grid / 2)), fine: 1, coarse: 2, decimals: 0)
      )
    case .blocks:
      (
        "blocks", "decoder blocks that FreeU acts on, from the middle outwards; enter switches",
        .switches(traits.decoderBlocks)
      )
    case .freeUFrom:
      (
        "from", "share of the run before FreeU begins: a later start keeps the composition",
        .slider(0...1, fine: 0.05, coarse: 0.2, decimals: 2)
      )
    case .freeUTo:
      (
        "to", "share of the run after which FreeU ends: an earlier end keeps the details",
        .slider(0...1, fine: 0.05, coarse: 0.2, decimals: 2)
      )
    case .maskStrength:
      (
        "strength", "how much of the mask acts; 1: as learned, 0: none, and all falls apart",
        .slider(0...2, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    case .alphaGain:
      (
        "α gain", "height of every Gaussian: how sharply patches look; 1: as learned",
        .slider(-1...3, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    case .sigmaGain:
      (
        "σ gain", "width of every Gaussian: how far patches look; 1: as learned",
        .slider(0...4, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    case .label:
      traits.labels.isEmpty
        ? nil
        : ("label", "what is drawn", .choice(traits.labels + (traits.noLabel == nil ? [] : ["none"])))
    case .seed:
      (
        "seed", "the noise that all panels start from: the same seed is the same picture",
        .number(0...Double(UInt32.max))
      )
    case .guidance:
      traits.noLabel == nil
        ? nil
        : (
          "guidance", "how strongly the label is followed; 1: no guidance, and half the time",
          .slider(0...5, fine: 0.1, coarse: 0.5, decimals: 1)
        )
    case .sampler:
      ("sampler", "how a step is taken", .choice(SamplerKind.allCases.map(\.rawValue)))
    case .steps:
      (
        "steps", "denoising steps: more are finer and slower; good pictures from 20 on",
        .slider(1...100, fine: 1, coarse: 5, decimals: 0)
      )
    case .spacing:
      ("spacing", "where the steps lie between noise and image", .choice(Spacing.allCases.map(\.rawValue)))
    case .eta:
      (
        "η", "fresh noise in each step, with ddim alone; 0: none, 1: as ddpm",
        .slider(0...1, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    }
  }
}
