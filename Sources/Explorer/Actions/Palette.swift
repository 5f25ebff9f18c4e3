import Widgets

/// The list of everything that has a name: what can be done, then what can be turned.
extension ExplorerState {
  var palette: ListMenu {
    let actions = KeyMap.bindings.map { binding in
      let short = binding.short == binding.title ? "" : " (\(binding.short))"
      return ListMenu.Item(title: "\(binding.group.rawValue): \(binding.title)\(short)", detail: binding.keys)
    }
    let knobs = controls.map { control in
      ListMenu.Item(title: "Turn \(control.name): \(control.hint)", detail: valueText(of: control))
    }
    return ListMenu(items: actions + knobs)
  }

  /// Does what the item says; a knob comes into focus.
  mutating func choose(paletteItem index: Int) -> [ExplorerEffect] {
    if KeyMap.bindings.indices.contains(index) { return perform(KeyMap.bindings[index].action) }
    focus = controls[index - KeyMap.bindings.count].id
    return []
  }

  private func valueText(of control: Control) -> String {
    let value = value(of: control.id)
    return switch control.kind {
    case .slider(_, _, _, let decimals): number(value, decimals: decimals)
    case .number: number(value, decimals: 0)
    case .choice(let choices): choices.title(at: value)
    case .switches, .end: ""
    }
  }
}
