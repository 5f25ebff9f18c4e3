/// Keys that can do nothing where they are pressed say why.
extension ExplorerState {
  mutating func resetFocused() -> [ExplorerEffect] {
    let (before, settings) = (value(of: focus), settings)
    let effects = reset(focus)
    if value(of: focus) == before, self.settings == settings, message == nil, let control = control(focus) {
      message = Message(text: "\(control.name) is as it comes")
    }
    return effects
  }

  mutating func goToPreviousSeed() -> [ExplorerEffect] {
    if value(of: .run(.seed)) <= 0 { message = Message(text: "seed 0 is the first") }
    return nudge(.run(.seed), by: -1)
  }

  mutating func goBackOneStep() {
    if commonStep == 0 { message = Message(text: "this is the first step") }
    scrub(to: commonStep - 1)
  }

  mutating func scaleDifferences(by factor: Double) {
    switch panelsView.content(of: selectedPanel) {
    case .difference, .output, .change: panelsView.scaleDifferences(by: factor)
    case .prediction, .noisy: message = Message(text: "differences are shown by d")
    }
  }

  mutating func movePatch(columns: Int, rows: Int) {
    guard panelsView.arrangement == .mask else {
      message = Message(text: "a patch is looked at beside the mask, which m shows")
      return
    }
    if maskView.content == .words { return maskView.moveWord(by: columns + rows) }
    maskView.movePatch(columns: columns, rows: rows, in: traits)
  }

  /// - Parameter number: from 1.
  mutating func selectPanel(_ number: Int) {
    guard settings.panels.indices.contains(number - 1) else {
      let count = settings.panels.count
      message = Message(text: count == 1 ? "there is one panel" : "there are \(count) panels")
      return
    }
    select(number - 1)
  }
}
