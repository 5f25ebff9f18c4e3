import Console
import Denoising
import Files
import Foundation
import Models
import Recipes
import Widgets

/// Something that can be turned, one line of the screen: a line of the tables of knobs and of the run, an end of one,
/// or what the mask's numbers are reached by.
package enum ControlID: Hashable, Sendable {
  case knob(Knob, at: Place = .all)
  /// An end of a part of the run.
  case end(Knob, Timeline.End)
  /// Which of the masks the kernels' controls move.
  case maskBlock, maskHead
  /// α or σ of one kernel.
  case kernel(Int, MixtureKey.Parameter)
  case run(RunSetting)
  /// The weight of one of the common model's LoRAs, by its place.
  case lora(Int)

  package enum Section: Hashable, Sendable, CaseIterable {
    /// Of the selected panel.
    case freeU
    /// Of all panels, unless unlinked.
    case mask
    case run

    init(_ group: Knob.Group) {
      switch group {
      case .freeU: self = .freeU
      case .mask: self = .mask
      }
    }
  }

  package var section: Section {
    switch self {
    case .knob(let knob, _), .end(let knob, _): Section(knob.group)
    case .maskBlock, .maskHead, .kernel: .mask
    case .run, .lora: .run
    }
  }

  /// It chooses what other controls move, and is not itself a setting.
  package var isSelector: Bool { self == .maskBlock || self == .maskHead }

  /// The knob that it moves, or that stands for what it moves in a sweep.
  var knob: Knob? {
    switch self {
    case .knob(let knob, _), .end(let knob, _): knob
    case .kernel: .mixture
    case .maskBlock, .maskHead, .run, .lora: nil
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
    case choice([SettingScale.Choice])
    /// One switch for each decoder block.
    case switches(Int)
    /// An end of the steps in which FreeU acts; it stands on the timeline.
    case end(Timeline.End)
    /// Words, which are typed.
    case text
  }

  package let id: ControlID
  package let name: String
  /// One line: what it visibly does, and its published range.
  package let hint: String
  package let kind: Kind

  /// What it can be set to, where those are names.
  var choices: [SettingScale.Choice]? { if case .choice(let choices) = kind { choices } else { nil } }
  var titles: [String]? { choices?.map(\.title) }

  /// The controls that a model has, top to bottom.
  /// - Parameter loras: that were added to its weights.
  package static func table(for traits: ModelDescription, loras: [NamedLoRA] = []) -> [Control] {
    let knobs = Knob.allCases.filter { $0.group.suits(traits) }.flatMap { knob in
      switch knob.places {
      case .kernels: mixture(traits)
      case .stages where traits.hasStageWidths: stages(knob, traits)
      case .all, .stages: controls(.knob(knob), knob.entry, traits)
      }
    }
    var run = RunSetting.onScreen.filter { $0.suits(traits) }.flatMap { setting in
      controls(.run(setting), setting.entry, traits)
    }
    let place = run.lastIndex { $0.id == .run(.guidance) }.map { $0 + 1 } ?? run.endIndex
    run.insert(contentsOf: loras.enumerated().map { weight(of: $1, at: $0) }, at: place)
    return knobs + run
  }

  private static func weight(of lora: NamedLoRA, at place: Int) -> Control {
    let name = URL(filePath: lora.name).deletingPathExtension().lastPathComponent
    return Control(
      id: .lora(place), name: CellText.truncated(visible(name), to: 9),
      hint:
        "how much of \(quoted(lora.name)) is added to the weights, in all panels of this model; 1: as trained",
      kind: .slider(-1...2, fine: 0.05, coarse: 0.25, decimals: 2))
  }

  /// A line for each stage of a U-Net.
  private static func stages(_ knob: Knob, _ traits: ModelDescription) -> [Control] {
    traits.stages.enumerated().flatMap { stage, place in
      let id = ControlID.knob(knob, at: .stage(stage))
      return controls(id, knob.entry, traits).map { control in
        Control(
          id: id, name: PlacedKnob(knob, at: .stage(stage)).name,
          hint: "\(place.name): \(knob.entry.stageHint ?? control.hint)",
          kind: control.kind)
      }
    }
  }

  /// The lines of one setting; none where it has no scale.
  private static func controls(_ id: ControlID, _ entry: SettingEntry, _ traits: ModelDescription)
    -> [Control]
  {
    func control(_ kind: Kind) -> [Control] {
      [Control(id: id, name: entry.title, hint: entry.hint, kind: kind)]
    }
    switch entry.scale(traits) {
    case .slider(let range, let fine, let coarse, let decimals):
      return control(.slider(range, fine: fine, coarse: coarse, decimals: decimals))
    case .number(let range): return control(.number(range))
    case .choice(let choices): return control(.choice(choices))
    case .switches: return control(.switches(traits.stages.count))
    case .ends(let from, let to):
      guard let knob = id.knob else { return [] }
      return [(from, .lower), (to, .upper)].map { (words: SettingScale.End, end: Timeline.End) in
        Control(id: .end(knob, end), name: words.title, hint: words.hint, kind: .end(end))
      }
    case .text: return control(.text)
    case .none: return []
    }
  }
}

extension ControlID {
  /// What is said of the setting that it turns; nil for what is none of the tables.
  var entry: SettingEntry? {
    switch self {
    case .knob(let knob, _), .end(let knob, _): knob.entry
    case .run(let setting): setting.entry
    case .maskBlock, .maskHead, .kernel, .lora: nil
    }
  }
}

extension [SettingScale.Choice] {
  /// The title of the place that a control's number says.
  func title(at value: Double) -> String { self[Swift.min(Swift.max(0, Int(value)), count - 1)].title }
}
