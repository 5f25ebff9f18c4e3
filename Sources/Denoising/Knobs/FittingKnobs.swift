extension Knobs {
  /// The nearest knobs that a model can follow: `requireUse(by:)` does not throw for them.
  package func fitted(to model: ModelDescription) -> Knobs {
    var knobs = self
    for knob in changed {
      if knob.refusal(by: model) != nil {
        knobs.reset(knob)
        continue
      }
      // All stages of one width: there is nothing to choose between.
      if knob == .freeURule, !model.hasStageWidths {
        knobs.reset(knob)
        continue
      }
      for (place, value) in changes(of: knob) {
        knobs.set(knob, to: model.has(place) ? model.fitted(value) : nil, at: place)
      }
    }
    return knobs
  }

  /// - Throws: `ModelError.unused` for a knob that the model has no use for.
  package func requireUse(by model: ModelDescription) throws(ModelError) {
    let (changed, stages) = (changed, model.stages.indices)
    for knob in changed where knob.places != .kernels { try knob.requireUse(by: model) }
    if freeURule != .blocks, !model.hasStageWidths {
      throw .unused(
        option: "--\(Knob.freeURule.name) \(freeURule.rawValue)",
        reason: "this model's stages are all of one width")
    }
    for knob in changed {
      for (place, value) in changes(of: knob) {
        if case .stage = place, !model.has(place) {
          let range = stages.isEmpty ? "no stages" : "stages 1 to \(stages.count)"
          throw .unused(
            option: "\(PlacedKnob(knob, at: place).name) \(value.text)", reason: "this model has \(range)")
        }
        if case .kernel(let key) = place, !model.has(place) {
          throw .unused(
            option: "--\(knob.name) \(key.text)", reason: "this model's mask has no such number")
        }
        if case .blocks(let blocks) = value,
          let block = blocks.sorted().first(where: { !stages.contains($0) })
        {
          let range = stages.isEmpty ? "no decoder blocks" : "blocks 0 to \(stages.count - 1)"
          throw .unused(option: "--\(knob.name) \(block)", reason: "this model has \(range)")
        }
      }
    }
  }
}

extension ModelDescription {
  fileprivate func has(_ place: Place) -> Bool {
    switch place {
    case .all: true
    case .stage(let stage): stages.indices.contains(stage)
    case .block(let block): attention.indices.contains(block)
    case .kernel(let key):
      masks.indices.contains(key.block) && key.head < masks[key.block].heads
        && key.kernel < masks[key.block].kernels
    }
  }

  /// - Returns: nil where nothing of the value is left, or all of it.
  fileprivate func fitted(_ value: SettingValue) -> SettingValue? {
    guard case .blocks(let blocks) = value else { return value }
    let all = Set(stages.indices)
    return blocks.isSuperset(of: all) ? nil : .blocks(blocks.intersection(all))
  }
}
