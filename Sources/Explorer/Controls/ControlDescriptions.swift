import Denoising
import Sampling

/// Name, hint and scale of each control.
extension ControlID {
  typealias Description = (name: String, hint: String, kind: Control.Kind)

  func freeU(_ traits: ModelDescription) -> Description {
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
        .slider(0...Double(max(1, traits.largestThreshold)), fine: 1, coarse: 2, decimals: 0)
      )
    case .blocks:
      (
        "blocks", "decoder blocks that FreeU acts on, from the middle outwards; enter switches",
        .switches(traits.stages.count)
      )
    case .freeUFrom:
      (
        "FreeU from", "first step in which FreeU acts: a later start keeps the composition",
        .end(.lower)
      )
    default:
      (
        "FreeU to", "last step in which FreeU acts: an earlier end keeps the details",
        .end(.upper)
      )
    }
  }

  func mask(_ traits: ModelDescription) -> Description {
    switch self {
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
    case .maskBlock:
      (
        "layer", "the layer whose Gaussians the sliders below move; m shows its mask",
        .choice(["all"] + traits.attention.map(\.name))
      )
    case .maskHead:
      (
        "head", "the attention head whose Gaussians the sliders below move",
        .choice(["all"] + (0..<(traits.masks.first?.heads ?? 0)).map { "\($0 + 1)" })
      )
    case .kernel(let kernel, .alpha):
      (
        "α\(kernel + 1)",
        "height of Gaussian \(kernel + 1) in this layer and head; the tick is what was learned",
        .slider(-2...2, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    case .kernel(let kernel, _):
      (
        "σ\(kernel + 1)", "width of Gaussian \(kernel + 1), in patches; the tick is what was learned",
        .slider(0...16, fine: 0.1, coarse: 1, decimals: 1)
      )
    default: preconditionFailure("\(self) is no control of the mask")
    }
  }

  func run(_ traits: ModelDescription) -> Description {
    switch self {
    case .label:
      ("label", "what is drawn", .choice(traits.labels + (traits.noLabel == nil ? [] : ["none"])))
    case .seed:
      (
        "seed", "the noise that all panels start from: the same seed is the same picture",
        .number(0...Double(UInt32.max))
      )
    case .images:
      (
        "images", "how many each panel draws: tuning on a single seed misleads",
        .choice(ImageCounts.all.map { "\($0)" })
      )
    case .guidance:
      (
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
    case .precision:
      (
        "dtype",
        "precision of the arithmetic, for all panels; bf16 is the faster",
        .choice(Precision.arithmetics.map(\.rawValue))
      )
    default:
      (
        "η", "fresh noise in each step, with ddim alone; 0: none, 1: as ddpm",
        .slider(0...1, fine: 0.05, coarse: 0.25, decimals: 2)
      )
    }
  }
}
