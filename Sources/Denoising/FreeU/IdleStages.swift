extension ModelDescription {
  /// What is said of a stage's b and s, as it acts in this network.
  package func factor(_ knob: Knob, onStage stage: Int, _ knobs: Knobs) -> Double {
    knobs.factor(knob, onStage: stage, amongWidths: hasStageWidths)
  }

  /// Whether the rule finds the stage nowhere in this network, so that its factors change nothing.
  package func isIdle(stage: Int, by rule: Knobs.FreeURule) -> Bool { !stages(by: rule).contains(stage) }

  /// One line for a person whose knobs turn stages that the rule does not find here; nil where there are none.
  package func idleStages(in knobs: Knobs) -> String? {
    let rule = knobs.freeURule
    let idle = stages.indices.filter { isIdle(stage: $0, by: rule) }.flatMap { stage in
      [Knob.b, .s].filter { factor($0, onStage: stage, knobs) != 1 }
        .map { PlacedKnob($0, at: .stage(stage)).name }
    }
    guard let last = idle.last else { return nil }
    let first = idle.dropLast().joined(separator: ", ")
    let names = first.isEmpty ? "\(last) changes" : "\(first) and \(last) change"
    return "\(names) nothing: rule \(rule.rawValue) finds no such stage in this network"
  }
}
