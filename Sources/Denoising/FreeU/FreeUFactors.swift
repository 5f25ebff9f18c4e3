/// What FreeU does where a backbone and a skip meet.
package struct FreeUFactors: Hashable, Sendable {
  /// Of the backbone.
  package let b: Double
  /// Of the skip.
  package let s: Double
  /// 1: b is constant; 2: b follows the averaged feature map.
  package let version: Int
  package let skipFilter: Knobs.SkipFilter
  /// Half the width of the low-frequency square, in frequency bins.
  package let threshold: Int

  package init(b: Double, s: Double, version: Int, skipFilter: Knobs.SkipFilter, threshold: Int) {
    (self.b, self.s, self.version) = (b, s, version)
    (self.skipFilter, self.threshold) = (skipFilter, threshold)
  }
}

/// One skip coming in: what tells which stage's factors act on it.
package struct FreeUConcatenation: Hashable, Sendable {
  /// Of the decoder, from the middle outwards: the up block of a U-Net, the decoder block of a U-ViT.
  package let stage: Int
  /// The backbone's channels just before it, and the network's own first width. nil where all widths are the same.
  package let widths: Widths?

  package struct Widths: Hashable, Sendable {
    package let backbone, first: Int
  }

  /// In a network whose width changes from stage to stage.
  package init(stage: Int, backboneWidth: Int, firstWidth: Int) {
    (self.stage, widths) = (stage, Widths(backbone: backboneWidth, first: firstWidth))
  }

  /// In a network of one width.
  package init(stage: Int) { (self.stage, widths) = (stage, nil) }

  /// The stage whose factors act here; nil for none.
  package func stage(by rule: Knobs.FreeURule) -> Int? {
    guard rule == .channels, let widths else { return stage }
    return switch widths.backbone {
    case 4 * widths.first: 0
    case 2 * widths.first: 1
    default: nil
    }
  }
}

extension Knobs {
  /// How a U-Net's concatenations find their stage's factors.
  package enum FreeURule: String, Hashable, Sendable, Codable, CaseIterable, SettingPayload {
    /// Stage i is the decoder's block i: diffusers.
    case blocks
    /// By the backbone's width: 4 times the network's first is stage 0, twice that is stage 1, all others are left
    /// alone: FreeU's own demo, ComfyUI, WebUI.
    case channels

    static let names = allCases.map(\.rawValue)
  }

  /// - Returns: nil where FreeU leaves the place alone.
  package func freeU(at concatenation: FreeUConcatenation) -> FreeUFactors? {
    guard let stage = concatenation.stage(by: freeURule), blocks?.contains(stage) ?? true else { return nil }
    let hasWidths = concatenation.widths != nil
    let b = factor(.b, onStage: stage, amongWidths: hasWidths)
    let s = factor(.s, onStage: stage, amongWidths: hasWidths)
    guard b != 1 || s != 1 else { return nil }
    return FreeUFactors(b: b, s: s, version: version, skipFilter: skipFilter, threshold: threshold)
  }

  /// What b or s is on one stage: its own value, or the one for all, which of a U-Net is for the first two.
  /// - Parameter hasWidths: the network's width changes from stage to stage, as a U-Net's does.
  package func factor(_ knob: Knob, onStage stage: Int, amongWidths hasWidths: Bool) -> Double {
    let isMeant = !hasWidths || stage < 2 || says(knob, at: .stage(stage))
    return isMeant ? self[knob, at: .stage(stage)] : 1
  }
}
