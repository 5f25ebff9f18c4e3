import Denoising
import Foundation
import Models
import Recipes

/// What is done to the control in focus, and to others by their keys.
extension ExplorerState {
  /// - Parameter steps: of the control's fine step, or of its coarse one.
  mutating func nudge(_ id: ControlID, by steps: Double, coarse: Bool = false) -> [ExplorerEffect] {
    guard let control = control(id) else { return [] }
    let value = value(of: id)
    switch control.kind {
    case .slider(let range, let fine, let coarseStep, _):
      let step = coarse ? coarseStep : fine
      // On the grid of steps, so that 1 is met exactly after any number of moves.
      let target = ((value / step).rounded() + steps) * step
      let clean = (target * 1e6).rounded() / 1e6
      // A typed value may lie outside: then the arrows lead back, not further out.
      return set(id, to: min(max(clean, min(range.lowerBound, value)), max(range.upperBound, value)))
    case .number(let range):
      return set(id, to: min(max(value + steps * (coarse ? 10 : 1), range.lowerBound), range.upperBound))
    case .choice(let choices):
      let count = Double(choices.count)
      let next = (value + steps).truncatingRemainder(dividingBy: count)
      return set(id, to: next < 0 ? next + count : next)
    case .switches(let count):
      blockCursor = (blockCursor + Int(steps) + count) % max(1, count)
      return []
    case .end(let end): return move(end, by: Int(steps) * (coarse ? max(2, stepCount / 5) : 1))
    case .text: return []
    }
  }

  mutating func set(_ id: ControlID, to value: Double) -> [ExplorerEffect] {
    switch id {
    case .maskBlock:
      maskView.select(block: value < 0.5 ? nil : Int(value) - 1)
      maskView.fit(to: traits)
      return []
    case .maskHead:
      maskView.select(head: value < 0.5 ? nil : Int(value) - 1)
      maskView.fit(to: traits)
      return []
    case .knob, .end, .kernel, .run, .lora:
      var (state, wanted) = (self, settings)
      state.assign(id, value, in: &wanted)
      if id == .run(.precision), let precision = wanted.run.precision, !precisions.contains(precision) {
        message = Message(text: "\(precision.rawValue): this processor does not compute in it", isError: true)
        return []
      }
      return change(id) { $0 = wanted }
    }
  }

  mutating func reset(_ id: ControlID) -> [ExplorerEffect] {
    history.endMove()
    let panels = panels(movedBy: id)
    if case .text = control(id)?.kind { return say(id, "") }
    switch id {
    case .knob(let knob, _) where knob.entry.standard == nil:
      return change(nil) { settings in
        for panel in panels { settings.panels[panel].knobs.reset(knob) }
      }
    case .kernel(let kernel, let parameter):
      // Back to each one's own learned number, not to the mean of several.
      let keys = maskView.selection.keys(kernel, parameter, traits)
      return change(nil) { settings in
        for panel in panels {
          for key in keys { settings.panels[panel].knobs.set(.mixture, to: nil, at: .kernel(key)) }
        }
      }
    case .knob, .end, .run, .lora, .maskBlock, .maskHead: return set(id, to: resetValue(of: id))
    }
  }

  mutating func toggleBlock(_ block: Int) -> [ExplorerEffect] {
    let all = Set(0..<traits.stages.count)
    guard all.contains(block) else { return [] }
    blockCursor = block
    var blocks = blocks(of: focus) ?? all
    if blocks.remove(block) == nil { blocks.insert(block) }
    return setBlocks(blocks)
  }

  /// The blocks that are on; nil for all.
  func blocks(of id: ControlID) -> Set<Int>? {
    guard case .knob(let knob, let place) = id else { return nil }
    return selectedPanel.knobs.value(of: knob, at: place).flatMap { Set($0) }
  }

  /// Of the control in focus.
  private mutating func setBlocks(_ blocks: Set<Int>) -> [ExplorerEffect] {
    guard case .knob(let knob, let place) = focus else { return [] }
    let kept = blocks.count == traits.stages.count ? nil : blocks.settingValue
    let panels = panels(movedBy: focus)
    return change(nil) { settings in
      for panel in panels { settings.panels[panel].knobs.set(knob, to: kept, at: place) }
    }
  }

  /// Takes what was typed for the control in focus: a number, a choice's name or its beginning, or for the
  /// blocks a list as in 0,2.
  mutating func take(typed text: String) -> [ExplorerEffect] {
    guard let control = control(focus) else { return [] }
    let text = text.trimmingCharacters(in: .whitespaces)
    history.endMove()
    switch control.kind {
    case .choice(let choices):
      let names = choices.map(\.title)
      if let place = names.firstIndex(where: { $0.lowercased().hasPrefix(text.lowercased()) }), !text.isEmpty
      {
        return set(focus, to: Double(place))
      }
      return refuse(text, expected: names.joined(separator: ", "))
    case .switches(let count):
      let blocks = text == "all" ? Array(0..<count) : text.split(separator: ",").compactMap { Int($0) }
      guard !blocks.isEmpty || text.isEmpty, blocks.allSatisfy({ (0..<count).contains($0) }) else {
        return refuse(text, expected: "block numbers 0 to \(count - 1) as in 0,2, or all")
      }
      return setBlocks(Set(blocks))
    case .end(let end):
      guard let step = Int(text), (1...stepCount).contains(step) else {
        return refuse(text, expected: "a step, 1 to \(stepCount)")
      }
      return move(end, before: end == .lower ? step - 1 : step)
    case .text: return say(focus, text)
    case .slider where text.contains(":") || text.contains(",") && decimal(text) == nil:
      return take(stages: text)
    case .slider, .number:
      guard let number = decimal(text), number.isFinite else {
        return refuse(text, expected: "a number")
      }
      if let range = typedRange(of: focus), !range.contains(number) {
        func plain(_ end: Double) -> String { String(format: "%.0f", end) }
        return refuse(text, expected: "\(plain(range.lowerBound)) to \(plain(range.upperBound))")
      }
      return set(focus, to: number)
    }
  }

  /// What the command line takes, too.
  private func typedRange(of id: ControlID) -> ClosedRange<Double>? {
    if case .lora = id { return LoRA.weights }
    return switch id.entry?.kind ?? .number(-1000...1000) {
    case .number(let range): max(range.lowerBound, -1000)...min(range.upperBound, 1000)
    case .whole(let range): Double(range.lowerBound)...Double(range.upperBound)
    case .noise: 0...Double(UInt32.max)
    case .choice, .isOn, .blocks, .steps, .label, .texts: nil
    }
  }

  /// With a point or a comma.
  private func decimal(_ text: String) -> Double? { Double(text.replacingOccurrences(of: ",", with: ".")) }

  /// One value for each stage, as the command line takes them: how a U-ViT's single blocks are reached.
  private mutating func take(stages text: String) -> [ExplorerEffect] {
    guard case .knob(let knob, .all) = focus, knob.places == .stages else {
      return refuse(text, expected: "a number")
    }
    var knobs = selectedPanel.knobs
    do {
      try knob.set(text, in: &knobs)
      try knobs.requireUse(by: traits)
    } catch {
      message = Message(text: "\(error)", isError: true)
      return []
    }
    let changes = knobs.changes(of: knob)
    let panels = panels(movedBy: focus)
    return change(nil) { settings in
      for panel in panels {
        settings.panels[panel].knobs.reset(knob)
        for (place, value) in changes { settings.panels[panel].knobs.set(knob, to: value, at: place) }
      }
    }
  }

  private mutating func refuse(_ text: String, expected: String) -> [ExplorerEffect] {
    message = Message(text: "\(text.isEmpty ? "nothing" : text): expected \(expected)", isError: true)
    return []
  }

  /// Keeps the seed to come back to, or lets it go.
  mutating func pinSeed() {
    let seed = settings.run.noise.seed
    let isPinned = pinnedSeeds.toggle(seed)
    let all = pinnedSeeds.seeds.map(String.init).joined(separator: ", ")
    message = Message(text: isPinned ? "pinned: \(all)" : "seed \(seed) is no longer pinned")
  }

  mutating func nextPinnedSeed() -> [ExplorerEffect] {
    guard let seed = pinnedSeeds.next(after: settings.run.noise.seed) else {
      message = Message(text: "no seed is pinned yet; p pins the current one", isError: true)
      return []
    }
    return change(nil) { $0.run.noise = .seed(seed) }
  }
}
