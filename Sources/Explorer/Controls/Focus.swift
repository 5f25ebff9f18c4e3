import Denoising
import Recipes

/// Where the cursor can stand, and what is said of the control that it stands on.
extension ExplorerState {
  /// What the open view shows of all that can be turned: the cursor stands on nothing else.
  package var reachableControls: [Control] {
    let section: ControlID.Section
    switch panelsView.arrangement {
    case .panels, .zoom: return controls
    case .mask: section = .mask
    case .spectra: section = .freeU
    }
    let shown =
      controls.filter { $0.id.section == section && !$0.isOnTimeline } + controls.filter(\.isOnTimeline)
    return shown.isEmpty ? controls : shown
  }

  mutating func moveFocus(by offset: Int) {
    let reachable = reachableControls
    guard let place = reachable.firstIndex(where: { $0.id == focus }) else { return }
    focus = reachable[(place + offset + reachable.count) % reachable.count].id
    history.endMove()
  }

  /// Puts the cursor on a control, in a view that shows it.
  mutating func putCursor(on id: ControlID) {
    focus = id
    if !reachableControls.contains(where: { $0.id == id }) { panelsView.showAllPanels() }
    history.endMove()
  }

  /// The cursor stands on something that is there and is shown.
  mutating func settleFocus() {
    let reachable = reachableControls
    if !reachable.contains(where: { $0.id == focus }) {
      // A view of its own begins with what it is about.
      let isWhole = panelsView.arrangement == .panels || panelsView.arrangement == .zoom
      let nearest = isWhole ? reachable.first { $0.id.section == focus.section } : nil
      focus = (nearest ?? reachable.first)?.id ?? .run(.seed)
    }
    blockCursor = min(blockCursor, max(0, traits.stages.count - 1))
    maskView.fit(to: traits)
    spectraView.fit(to: traits)
  }

  /// One line on what is in hand.
  package var hint: String {
    if isIdle(focus) {
      let rule = selectedPanel.knobs.freeURule.rawValue
      return "changes nothing: rule \(rule) finds no such stage in this network"
    }
    if case .kernel(let kernel, let parameter) = focus { return hint(kernel, parameter) }
    return control(focus)?.hint ?? ""
  }

  private func hint(_ kernel: Int, _ parameter: MixtureKey.Parameter) -> String {
    let what = "\(parameter == .alpha ? "height" : "width") of Gaussian \(kernel + 1)"
    let count = maskView.selection.keys(kernel, parameter, traits).count
    if count > 1 { return "\(what): the mean of \(count) masks; turned, all have this value" }
    let unit = parameter == .alpha ? "" : ", in patches"
    return "\(what)\(unit), \(maskView.name(in: traits)); the tick is what was learned"
  }
}

extension Control {
  var isOnTimeline: Bool { if case .end = kind { true } else { false } }
}

extension MaskView {
  /// The layer and the head that are looked at: `in 0, head 1`.
  func name(in traits: ModelDescription) -> String {
    guard traits.attention.indices.contains(place.block) else { return "" }
    return "\(traits.attention[place.block].name) head \(head + 1)"
  }

  /// The kernels' sliders show the mean of several masks.
  func standsForSeveral(in traits: ModelDescription) -> Bool { maskCount(in: traits) > 1 }

  /// Masks that the kernels' sliders move.
  func maskCount(in traits: ModelDescription) -> Int {
    let blocks = selection.block.map { $0..<$0 + 1 } ?? traits.masks.indices
    return blocks.reduce(0) { count, block in
      guard traits.masks.indices.contains(block) else { return count }
      let heads = traits.masks[block].heads
      return count + (selection.head.map { $0 < heads ? 1 : 0 } ?? heads)
    }
  }

  /// What the maps are of, and what the sliders show.
  func caption(in traits: ModelDescription) -> String {
    let (name, count) = (name(in: traits), maskCount(in: traits))
    if count < 2 { return "maps and sliders: \(name)" }
    let all = selection.block == nil && selection.head == nil ? "all \(count)" : "\(count)"
    return "maps: \(name) · sliders: mean of \(all) masks"
  }
}
