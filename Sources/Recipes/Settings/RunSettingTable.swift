import Denoising
import Sampling

/// How a run goes from noise to image, beside the model and the knobs, in the order in which panels and sweeps name
/// it.
///
/// This is the table: a new setting is a case, its line, its name below, and what reads it. Recipes, panels of their
/// own, copied commands, sweeps, captions and the explorer's controls are made from it.
package enum RunSetting: Int, Hashable, Sendable, CaseIterable {
  case prompt, negative, plainPrompt, label, seed, guidance, sampler, steps, spacing, eta, clip, images,
    precision

  var line: RunEntry {
    switch self {
    case .prompt:
      RunEntry(
        .panel,
        SettingEntry(
          "prompt", .texts, standard: nil, title: "prompt", hint: "what is drawn, in words",
          help: "What to draw, in words; of several, given one by one, image i takes each in turn.",
          placeholder: "text", caption: { $0 }, scale: { _ in .text }),
        suits: { $0.prompting != nil })
    case .negative:
      RunEntry(
        .panel,
        SettingEntry(
          "negative", .texts, standard: nil, title: "negative",
          hint: "what guidance leads away from, in words",
          help: "What guidance is to lead away from, in words; several as with --prompt.",
          placeholder: "text", caption: { "not \($0)" }, scale: { _ in .text }),
        suits: { $0.prompting?.isToldGuidance == false }, idle: { $0.guidance == 1 })
    case .plainPrompt:
      RunEntry(
        .panel,
        SettingEntry(
          "plain-prompt", key: "plainPrompt", .isOn, standard: nil,
          help: "Take brackets as text: (word:1.2) is no weight.", caption: { _ in "plain prompt" }),
        suits: { $0.prompting != nil })
    case .label:
      RunEntry(
        .panel,
        SettingEntry(
          "label", .label, standard: nil, title: "label", hint: "what is drawn",
          help:
            "What to draw; of several, given one by one, image i takes each in turn. (default: all labels)",
          placeholder: "name|index", caption: { $0 },
          scale: { .choice($0.labelChoices) }, sweep: { _ in "all" }),
        suits: { !$0.labels.isEmpty })
    case .seed:
      RunEntry(
        .panel,
        SettingEntry(
          "seed", .noise, standard: .noise(seed: 0, isFromFile: false), title: "seed",
          hint: "the noise that all panels start from: the same seed is the same picture",
          help: "Number that the noise is drawn from; the same seed is the same picture.", placeholder: "n",
          scale: { _ in .number(0...Double(UInt32.max)) }),
        isAlwaysTold: true)
    case .guidance:
      RunEntry(
        .panel,
        SettingEntry(
          "guidance", .anyNumber, standard: .number(1), title: "guidance",
          hint: "how strongly the label is followed; 1: no guidance, and half the time",
          help: "Strength of classifier-free guidance; 1 is none.", placeholder: "g",
          scale: { _ in .slider(0...5, fine: 0.1, coarse: 0.5, decimals: 1) }, sweep: { _ in "1:3:0.5" }),
        suits: { $0.knowsGuidance })
    case .sampler:
      RunEntry(
        .panel, in: "sampler",
        SettingEntry(
          "sampler", .choice(SamplerKind.names), standard: SamplerKind.dpmpp2m.settingValue,
          title: "sampler", hint: "how a step is taken",
          help:
            "How a step is taken: \(SamplerKind.solvers.map(\.rawValue).joined(separator: ", ")); default: as "
            + "the model's scheduler file says, and with such a file also "
            + SamplerKind.allCases.filter { !SamplerKind.solvers.contains($0) }.map(\.rawValue)
            .joined(separator: ", ") + ".",
          placeholder: "name", caption: { $0 }, scale: { .names($0.samplers.map(\.rawValue)) },
          sweep: { _ in "all" }),
        isAlwaysTold: true)
    case .steps:
      RunEntry(
        .panel, in: "sampler",
        SettingEntry(
          "steps", .whole(1...10_000), standard: .whole(20), title: "steps",
          hint: "denoising steps: more are finer and slower; good pictures from 20 on",
          help: "Denoising steps.", placeholder: "n", caption: { "\($0) steps" },
          scale: { _ in .slider(1...100, fine: 1, coarse: 5, decimals: 0) }, sweep: { _ in "5,10,20,50" }),
        isAlwaysTold: true)
    case .spacing:
      RunEntry(
        .panel, in: "sampler",
        SettingEntry(
          "spacing", .choice(Spacing.names), standard: Spacing.linspace.settingValue, title: "spacing",
          hint: "where the steps lie between noise and image",
          help: "Where the steps lie: linspace, leading, trailing or karras.", placeholder: "name",
          caption: { $0 }, scale: { _ in .names(Spacing.names) }, sweep: { _ in "all" }))
    case .eta:
      RunEntry(
        .panel, in: "sampler",
        SettingEntry(
          "eta", .number(0...1), standard: .number(0), title: "η",
          hint: "fresh noise in each step, with ddim alone (tcd's γ); 0: none, 1: as ddpm",
          help: "Share of fresh noise in each step of ddim, or tcd's γ, 0 to 1.", placeholder: "e", axis: "η",
          scale: { _ in .slider(0...1, fine: 0.05, coarse: 0.25, decimals: 2) },
          sweep: { _ in "0:1:0.25" }),
        idle: { $0.sampler.sampler != .ddim && $0.sampler.sampler != .tcd })
    case .clip:
      RunEntry(
        .common, in: "sampler",
        SettingEntry(
          "clip", .isOn, standard: .isOn(true), title: "clip",
          hint: "on: predicted images stay within -1…1 in every step; off: as they come",
          help: "Keep predicted images within -1…1.",
          scale: { _ in .choice([.init("off", .isOn(false)), .init("on", .isOn(true))]) }))
    case .images:
      RunEntry(
        .common,
        SettingEntry(
          "count", .whole(1...4096), standard: .whole(1), title: "count", synonyms: ["images"],
          hint: "how many each panel draws: tuning on a single seed misleads", help: "Images to draw.",
          placeholder: "n", scale: { _ in .choice(ImageCounts.all.map { .init("\($0)", .whole($0)) }) }))
    case .precision:
      RunEntry(
        .common,
        SettingEntry(
          "precision", .choice(Precision.allCases.map(\.rawValue)), standard: nil, title: "precision",
          synonyms: ["dtype"],
          hint: "precision of the arithmetic, for all panels; bf16 is the faster",
          help: "Arithmetic: auto, fp32 or bf16. auto is bf16 where the processor has it, fp32 elsewhere.",
          scale: { _ in .names(Precision.arithmetics.map(\.rawValue)) }))
    }
  }

  /// In the order in which they stand on a screen.
  package static let onScreen = all(
    beginningWith: [
      .prompt, .negative, .label, .seed, .steps, .sampler, .guidance, .images, .spacing, .eta, .precision,
      .clip,
    ])
}

/// The settings by the names that whoever carries out a run reads.
extension RunSettings {
  /// What to draw: image i takes the one at i mod their number; empty where nothing is said.
  package var prompts: [String] {
    get { self[.prompt].flatMap { [String]($0) } ?? [] }
    set { self[.prompt] = newValue.isEmpty ? nil : newValue.settingValue }
  }
  /// What guidance leads away from; as `prompts`.
  package var negatives: [String] {
    get { self[.negative].flatMap { [String]($0) } ?? [] }
    set { self[.negative] = newValue.isEmpty ? nil : newValue.settingValue }
  }
  /// Brackets in prompts are text.
  package var isPlainPrompt: Bool {
    get { self[.plainPrompt].flatMap { Bool($0) } ?? false }
    set { self[.plainPrompt] = newValue ? newValue.settingValue : nil }
  }
  /// Row of the label embedding; nil where each or each of several is drawn in turn, and for a model without labels.
  package var label: Int? {
    get { self[.label].flatMap { Int($0) } }
    set { self[.label] = newValue?.settingValue }
  }
  /// Image i takes the one at i mod their number; empty where all of the model's go in turn.
  package var labels: [Int] {
    get { self[.label]?.labels ?? [] }
    set { self[.label] = newValue.isEmpty ? nil : SettingValue(labels: newValue) }
  }
  package var noise: NoiseSource {
    get { read(.seed) }
    set { self[.seed] = newValue.settingValue }
  }
  /// Strength of classifier-free guidance; 1 is none.
  package var guidance: Double {
    get { read(.guidance) }
    set { self[.guidance] = newValue.settingValue }
  }
  package var sampler: SamplerSettings {
    get {
      SamplerSettings(
        sampler: read(.sampler), steps: read(.steps), spacing: read(.spacing), eta: read(.eta),
        clip: read(.clip))
    }
    set {
      (self[.sampler], self[.steps]) = (newValue.sampler.settingValue, .whole(newValue.steps))
      (self[.spacing], self[.eta]) = (newValue.spacing.settingValue, .number(newValue.eta))
      self[.clip] = .isOn(newValue.clip)
    }
  }
  package var spacing: Spacing { read(.spacing) }
  package var steps: Int {
    get { read(.steps) }
    set { self[.steps] = newValue.settingValue }
  }
  /// Images that each panel draws, from one noise tensor.
  package var images: Int {
    get { read(.images) }
    set { self[.images] = newValue.settingValue }
  }
  /// nil: as the program was started.
  package var precision: Precision? {
    get { self[.precision].flatMap { Precision($0) } }
    set { self[.precision] = newValue?.settingValue }
  }
}
