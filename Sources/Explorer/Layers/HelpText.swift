import Widgets

/// What the help says, in the order in which it is of use in the view that is open.
enum HelpText {
  static func sections(_ state: ExplorerState) -> [HelpTable.Section] {
    let groups = Action.Group.allCases
    if state.layers[SweepLayer.self] != nil { return [sweep, signs] + groups.map { section($0) } }
    if state.layers[NetworkMapLayer.self] != nil { return [network, signs] + groups.map { section($0) } }
    switch state.panelsView.arrangement {
    case .panels: return groups.map { section($0) } + [signs]
    case .zoom: return [.view, .time].map { section($0) } + rest(groups, without: [.view, .time]) + [signs]
    case .spectra:
      let first = HelpTable.Section(title: "Spectra", items: spectra)
      return [first] + groups.map { section($0, without: [.showSpectra]) } + [signs]
    case .mask:
      let mask: [Action] = [.showMask, .showHeads, .patchLeft, .patchRight, .patchUp, .patchDown, .linkMask]
      let first = HelpTable.Section(title: "Mask", items: mask.compactMap(item))
      return [first] + groups.map { section($0, without: Set(mask)) } + [signs]
    }
  }

  private static func rest(
    _ groups: [Action.Group], without: Set<Action.Group>
  ) -> [HelpTable.Section] { groups.filter { !without.contains($0) }.map { section($0) } }

  private static func section(_ group: Action.Group, without: Set<Action> = []) -> HelpTable.Section {
    let actions = KeyMap.bindings.filter { $0.group == group && !without.contains($0.action) }.map(\.action)
    return HelpTable.Section(title: group.rawValue, items: actions.compactMap(item))
  }

  private static func item(_ action: Action) -> HelpItem? {
    KeyMap.binding(of: action).map { HelpItem(keys: $0.keys, label: $0.title) }
  }

  private static let spectra = [
    HelpItem(keys: "s esc", label: "leave the spectra"),
    HelpItem(keys: "alt ← →", label: "another stage or skip"),
    HelpItem(keys: "alt ↑", label: "A(r), A(r)/A(0), maps"),
    HelpItem(keys: "alt ↓", label: "over steps, or stages"),
  ]

  private static let network = HelpTable.Section(
    title: "Network",
    items: [
      HelpItem(keys: "↑ ↓", label: "another block"),
      HelpItem(keys: "← →", label: "across its skip"),
      HelpItem(keys: "enter", label: "turn its b, or the mask"),
      HelpItem(keys: "m s", label: "its mask; its spectra"),
      HelpItem(keys: ", .", label: "another step"),
      HelpItem(keys: "tab 1–9", label: "another panel's b, s"),
      HelpItem(keys: "= ≠", label: "like the reference; not"),
      HelpItem(keys: "━ %", label: "share of the time"),
      HelpItem(keys: "Z esc", label: "leave the map"),
    ])

  private static let sweep = HelpTable.Section(
    title: "Sweep",
    items: [
      HelpItem(keys: "←↑↓→", label: "pick a cell"),
      HelpItem(keys: "enter", label: "go on from this cell"),
      HelpItem(keys: "w", label: "save the grid as PNG"),
      HelpItem(keys: "y", label: "copy its command"),
      HelpItem(keys: "X esc", label: "stop, and leave"),
    ])

  private static let signs = HelpTable.Section(
    title: "Signs",
    items: [
      HelpItem(keys: "Δ", label: "mean difference, of 255"),
      HelpItem(keys: "▃▅▇", label: "Δ at each step"),
      HelpItem(keys: "seen", label: "Δ is above 2 from there"),
      HelpItem(keys: "┣ ┫", label: "FreeU acts between"),
      HelpItem(keys: "● ■", label: "runs; is at its end"),
      HelpItem(keys: "‖ ▶", label: "pauses; plays"),
      HelpItem(keys: "◆", label: "branch; patch looked at"),
      HelpItem(keys: "┴", label: "value that is usual"),
      HelpItem(keys: "○", label: "changes nothing"),
      HelpItem(keys: "›", label: "selected"),
    ])
}
