/// Everything that can be turned without loading other weights, in the order in which it is shown and written.
///
/// This is the table: a new knob is a case, its line, and the arithmetic that reads it. JSON, presets, copied
/// commands, sweeps, captions and the explorer's controls are made from it.
package enum Knob: Int, Hashable, Comparable, Sendable, CaseIterable {
  case b, s, freeUVersion, skipFilter, threshold, blocks, freeURule, freeUSteps
  case maskStrength, addedMask, alphaGain, sigmaGain, mixture

  var line: KnobEntry {
    switch self {
    case .b:
      KnobEntry(
        .freeU, places: .stages,
        SettingEntry(
          "b", .anyNumber, standard: .number(1), title: "b",
          synonyms: ["backbone"],
          hint: "backbone: shape and shading of what is drawn; published 1.0 to 1.6, 1 is off",
          stageHint: "backbone: shape and shading; published 1.0 to 1.6, 1 is off",
          help: "FreeU's backbone factor; 1 is off, 1.0 to 1.6 was published. One value is for the first two "
            + "stages of a U-Net and all blocks of a U-ViT; several, as in 1.3,1.4, for each stage in turn.",
          placeholder: "b", scale: { _ in .slider(0.5...2, fine: 0.02, coarse: 0.1, decimals: 2) },
          sweep: { _ in "1.0:1.6:0.1" }),
        idle: { $0.isOff(.b) })
    case .s:
      KnobEntry(
        .freeU, places: .stages,
        SettingEntry(
          "s", .anyNumber, standard: .number(1), title: "s",
          synonyms: ["skip"],
          hint: "skips: colours and large surfaces; published 0.2 to 1.0, 1 is off",
          help: "FreeU's skip factor; 1 is off, 0.2 to 1.0 was published. Of stages as --b.",
          placeholder: "s", scale: { _ in .slider(0...1.5, fine: 0.02, coarse: 0.1, decimals: 2) },
          sweep: { _ in "0.4:1.0:0.2" }),
        idle: { $0.isOff(.s) })
    case .freeUVersion:
      KnobEntry(
        .freeU,
        SettingEntry(
          "freeu-version", key: "version", .whole(1...2), standard: .whole(2), title: "version",
          hint: "1: b is the same everywhere and bleaches; 2: b follows the feature map",
          help: "1: b is constant. 2: b follows the averaged feature map. (default: 2)",
          axis: "FreeU version",
          scale: { _ in .choice([.init("1 constant", .whole(1)), .init("2 follows map", .whole(2))]) },
          sweep: { _ in "1,2" }),
        idle: { $0.isOff(.b) })
    case .skipFilter:
      KnobEntry(
        .freeU,
        SettingEntry(
          "skip-filter", key: "skipFilter", .choice(Knobs.SkipFilter.names), standard: .choice("fourier"),
          title: "filter",
          hint: "fourier: s acts on the lowest frequencies; uniform: on all, which adds grain",
          help:
            "What s scales: fourier (the lowest frequencies) or uniform (the whole skip). (default: fourier)",
          caption: { "\($0) filter" }, scale: { _ in .names(Knobs.SkipFilter.names) }, sweep: { _ in "all" }),
        idle: { $0.isOff(.s) })
    case .threshold:
      KnobEntry(
        .freeU,
        SettingEntry(
          "threshold", .whole(0...1024), standard: .whole(1), title: "threshold", synonyms: ["cutoff"],
          hint: "how many of the skip's frequencies count as low; published 1",
          help: "Half the width of the low-frequency square, in bins. (default: 1)", placeholder: "bins",
          scale: { .slider(0...Double(max(1, $0.largestThreshold)), fine: 1, coarse: 2, decimals: 0) },
          sweep: { "0:\(max(1, $0.largestThreshold)):1" }),
        idle: { $0.isOff(.s) || $0.skipFilter == .uniform })
    case .blocks:
      KnobEntry(
        .freeU,
        SettingEntry(
          "blocks", .blocks, standard: nil, title: "blocks",
          hint: "decoder blocks that FreeU acts on, from the middle outwards; enter switches",
          help: "Decoder blocks that FreeU acts on, from the middle outwards, as in 0,1. (default: all)",
          placeholder: "blocks", scale: { _ in .switches },
          sweep: { (["all"] + $0.stages.indices.map(String.init)).joined(separator: ",") }),
        idle: { $0.isOff(.b) && $0.isOff(.s) })
    case .freeURule:
      KnobEntry(
        .freeU, isTacit: true,
        SettingEntry(
          "freeu-rule", key: "freeURule", .choice(Knobs.FreeURule.names),
          standard: Knobs.FreeURule.blocks.settingValue, title: "rule",
          hint: "blocks: stage 1 is the first block; channels: all 4 times the first width",
          help: "How a U-Net's stages are found: blocks (stage i is up block i, as diffusers) or channels "
            + "(by width, as FreeU's demo, ComfyUI and WebUI). (default: blocks)",
          placeholder: "rule", caption: { "stages by \($0)" },
          scale: { $0.hasStageWidths ? .names(Knobs.FreeURule.names) : .none },
          sweep: { $0.hasStageWidths ? "all" : nil }),
        idle: { $0.isOff(.b) && $0.isOff(.s) })
    case .freeUSteps:
      KnobEntry(
        .freeU,
        SettingEntry(
          "freeu-steps", key: "freeUSteps", .steps, standard: .steps(.init()),
          help: "The part of the run in which FreeU acts, as in 0.0-0.5. (default: 0.0-1.0)",
          placeholder: "from-to", axis: "FreeU steps", caption: { "FreeU from \($0)" },
          scale: { _ in
            .ends(
              from: .init(
                "FreeU from", "first step in which FreeU acts: a later start keeps the composition",
                sweep: "0.0-1.0,0.25-1.0,0.5-1.0,0.75-1.0"),
              to: .init(
                "FreeU to", "last step in which FreeU acts: an earlier end keeps the details",
                sweep: "0.0-0.25,0.0-0.5,0.0-0.75,0.0-1.0"))
          }),
        idle: { $0.isOff(.b) && $0.isOff(.s) })
    case .maskStrength:
      KnobEntry(
        .mask,
        SettingEntry(
          "mask-strength", key: "maskStrength", .anyNumber, standard: .number(1), title: "strength",
          hint: "how much of the mask acts; 1: as learned, 0: none, and all falls apart",
          help: "1: the mask as learned. 0: plain attention. (default: 1)", placeholder: "m",
          scale: { $0.hasMask ? .slider(0...2, fine: 0.05, coarse: 0.25, decimals: 2) : .none },
          sweep: { $0.hasMask ? "0:1.5:0.25" : nil }))
    case .addedMask:
      KnobEntry(
        .mask, isTacit: true,
        SettingEntry(
          "added-mask", key: "addedMask", .anyNumber, standard: .number(0), title: "strength",
          hint: "a mask that nobody learned, by distance: attention looks near by; 0: none",
          help: "Strength of a mask on attention that was trained without one; 0: none. (default: 0)",
          placeholder: "m",
          scale: { $0.hasMask ? .none : .slider(0...2, fine: 0.05, coarse: 0.25, decimals: 2) },
          sweep: { $0.hasMask ? nil : "0:1:0.25" }))
    case .alphaGain:
      KnobEntry(
        .mask,
        SettingEntry(
          "alpha-gain", key: "alphaGain", .anyNumber, standard: .number(1), title: "α gain",
          synonyms: ["alpha"],
          hint: "height of every Gaussian: how sharply patches look; 1: as learned",
          help: "Multiplies every α of the mask. (default: 1)", placeholder: "a", axis: "α gain",
          scale: { _ in .slider(-1...3, fine: 0.05, coarse: 0.25, decimals: 2) },
          sweep: { _ in "0:2:0.5" }))
    case .sigmaGain:
      KnobEntry(
        .mask,
        SettingEntry(
          "sigma-gain", key: "sigmaGain", .anyNumber, standard: .number(1), title: "σ gain",
          synonyms: ["sigma"],
          hint: "width of every Gaussian: how far patches look; 1: as learned",
          help: "Multiplies every σ of the mask. (default: 1)", placeholder: "g", axis: "σ gain",
          scale: { _ in .slider(0...4, fine: 0.05, coarse: 0.25, decimals: 2) },
          sweep: { _ in "0.5:2:0.5" }))
    case .mixture:
      KnobEntry(
        .mask, places: .kernels,
        SettingEntry(
          "mixture", .anyNumber, standard: nil,
          help: "Numbers of the mask that are not as learned, as in 0.1.2.alpha:0.4+0.1.2.sigma:3 "
            + "(block.head.kernel).",
          placeholder: "numbers", caption: { _ in "mixture edited" }))
    }
  }
}

/// The knobs by the names that arithmetic reads.
extension Knobs {
  /// FreeU's backbone factor; 1 leaves the backbone alone, 0 is honoured. Published range 1.0 to 1.6.
  package var b: Double {
    get { self[.b] }
    set { self[.b] = newValue }
  }
  /// FreeU's skip factor; 1 leaves the skips alone, 0 is honoured. Published range 0.2 to 1.0.
  package var s: Double {
    get { self[.s] }
    set { self[.s] = newValue }
  }
  /// 1: b is constant; 2: b follows the averaged feature map.
  package var version: Int {
    get { self[.freeUVersion] }
    set { self[.freeUVersion] = newValue }
  }
  package var skipFilter: SkipFilter {
    get { self[.skipFilter] }
    set { self[.skipFilter] = newValue }
  }
  /// Half the width of the low-frequency square, in frequency bins.
  package var threshold: Int {
    get { self[.threshold] }
    set { self[.threshold] = newValue }
  }
  /// Decoder blocks that FreeU acts on, counted from the middle outwards; nil for all.
  package var blocks: Set<Int>? {
    get { value(of: .blocks).flatMap { Set($0) } }
    set { set(.blocks, to: newValue.map { .blocks($0) }) }
  }
  /// How a U-Net's stages are found.
  package var freeURule: FreeURule {
    get { self[.freeURule] }
    set { self[.freeURule] = newValue }
  }
  /// Part of the run in which FreeU acts: from ≤ step / steps < to.
  package var freeUSteps: StepRange {
    get { self[.freeUSteps] }
    set { self[.freeUSteps] = newValue }
  }
  /// M' = 1 + strength · (M - 1): 1 is the mask as learned, 0 plain attention.
  package var maskStrength: Double {
    get { self[.maskStrength] }
    set { self[.maskStrength] = newValue }
  }
  /// M' = 1 + strength · (M - 1) where the model learned no mask: 0 is plain attention.
  package var addedMask: Double {
    get { self[.addedMask] }
    set { self[.addedMask] = newValue }
  }
  /// Multiplies every α of the mixture.
  package var alphaGain: Double {
    get { self[.alphaGain] }
    set { self[.alphaGain] = newValue }
  }
  /// Multiplies every σ of the mixture.
  package var sigmaGain: Double {
    get { self[.sigmaGain] }
    set { self[.sigmaGain] = newValue }
  }
}
