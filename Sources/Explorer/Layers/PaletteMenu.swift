import Console
import Denoising
import Recipes
import Widgets

/// Everything that has a name, to be found by it: what can be done, then what can be turned.
package struct PaletteMenu: MenuLayer {
  package var menu: ListMenu
  private let actions: [Action]
  private let knobs: [ControlID]

  init(_ state: ExplorerState) {
    (actions, knobs) = (KeyMap.bindings.map(\.action), state.controls.map(\.id))
    let doable = KeyMap.bindings.map { binding in
      let short = binding.short == binding.title ? "" : " (\(binding.short))"
      return ListMenu.Item(
        title: "\(binding.group.rawValue): \(binding.title)\(short)", detail: binding.keys,
        names: [binding.short])
    }
    let turnable = state.controls.map { control in
      ListMenu.Item(
        title: control.paletteTitle, detail: state.valueText(of: control), names: control.searchNames)
    }
    menu = ListMenu(items: doable + turnable)
  }

  package var title: String { "Find an action or a knob" }

  package func note(_ state: ExplorerState) -> String { "enter does it · esc leaves" }

  package func size(in screen: CellSize) -> CellSize {
    CellSize(columns: min(64, screen.columns - 4), rows: min(22, screen.rows - 2))
  }

  /// Does what the item says; a knob comes into focus.
  package mutating func choose(_ state: inout ExplorerState) -> Outcome {
    guard let item = menu.selectedItem else { return .popped() }
    if actions.indices.contains(item) { return state.perform(actions[item]).popping }
    state.putCursor(on: knobs[item - actions.count])
    return .popped()
  }
}

extension Control {
  private var entry: SettingEntry? { id.entry }

  /// With the option's name where the screen has another one.
  fileprivate var paletteTitle: String {
    let option = entry.map { $0.name == name || isPlaced ? "" : " (--\($0.name))" } ?? ""
    return "Turn \(name)\(option): \(hint)"
  }

  /// Of a single stage.
  private var isPlaced: Bool { if case .knob(_, at: .stage) = id { true } else { false } }

  /// All that it is called, and what can be chosen by it: `heun` is a sampler.
  fileprivate var searchNames: [String] {
    let words = [name] + (entry.map { ["--\($0.name)", $0.name, $0.axis] + $0.synonyms } ?? [])
    return words + spelledOut + (titles ?? []).filter { $0.contains(where: \.isLetter) }
  }

  /// Greek letters as they are typed on most keyboards.
  private var spelledOut: [String] {
    switch id {
    case .kernel(let kernel, let parameter):
      let letter = parameter == .alpha ? "alpha" : "sigma"
      return [letter, "\(letter)\(kernel + 1)"]
    default: return []
    }
  }
}

extension ExplorerState {
  fileprivate func valueText(of control: Control) -> String {
    let value = value(of: control.id)
    return switch control.kind {
    case .slider(_, _, _, let decimals): number(value, decimals: decimals)
    case .number: number(value, decimals: 0)
    case .choice(let choices): title(of: control.id, among: choices, selectedPanel)
    case .text: text(of: control.id, panel: selectedPanel)
    case .switches, .end: ""
    }
  }
}
