import Denoising
import Sampling
import Widgets

/// Something that can be turned, one line of the screen.
package enum ControlID: Hashable, Sendable {
  case b, s, version, skipFilter, threshold, blocks, freeUFrom, freeUTo
  case maskStrength, alphaGain, sigmaGain
  /// Which of the masks the kernels' controls move.
  case maskBlock, maskHead
  /// α or σ of one kernel.
  case kernel(Int, MixtureKey.Parameter)
  case label, seed, images, guidance, sampler, steps, spacing, eta, precision

  package enum Section: Hashable, Sendable, CaseIterable {
    /// Of the selected panel.
    case freeU
    /// Of all panels, unless unlinked.
    case mask
    case run
  }

  package var section: Section {
    switch self {
    case .b, .s, .version, .skipFilter, .threshold, .blocks, .freeUFrom, .freeUTo: .freeU
    case .maskStrength, .alphaGain, .sigmaGain, .maskBlock, .maskHead, .kernel: .mask
    case .label, .seed, .images, .guidance, .sampler, .steps, .spacing, .eta, .precision: .run
    }
  }

  /// It chooses what other controls move, and is not itself a setting.
  package var isSelector: Bool { self == .maskBlock || self == .maskHead }

  static func all(for traits: ModelDescription) -> [ControlID] {
    var all: [ControlID] = []
    if !traits.stages.isEmpty {
      all += [.b, .s, .version, .skipFilter, .threshold, .blocks, .freeUFrom, .freeUTo]
    }
    if let mask = traits.masks.first {
      all += [.maskStrength, .alphaGain, .sigmaGain, .maskBlock, .maskHead]
      for kernel in 0..<mask.kernels { all += [.kernel(kernel, .alpha), .kernel(kernel, .sigma)] }
    }
    if !traits.labels.isEmpty { all.append(.label) }
    all += [.seed, .steps, .sampler]
    if traits.noLabel != nil { all.append(.guidance) }
    return all + [.images, .spacing, .eta, .precision]
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
    /// An end of the steps in which FreeU acts; it stands on the timeline.
    case end(Timeline.End)
  }

  package let id: ControlID
  package let name: String
  /// One line: what it visibly does, and its published range.
  package let hint: String
  package let kind: Kind

  /// The controls that a model has, top to bottom.
  package static func table(for traits: ModelDescription) -> [Control] {
    ControlID.all(for: traits).map { id in
      let (name, hint, kind) =
        switch id.section {
        case .freeU: id.freeU(traits)
        case .mask: id.mask(traits)
        case .run: id.run(traits)
        }
      return Control(id: id, name: name, hint: hint, kind: kind)
    }
  }
}
