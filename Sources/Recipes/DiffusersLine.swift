import Denoising

extension Knobs {
  /// FreeU as a line of Python for Hugging Face's diffusers, with what gets lost said in a comment.
  ///
  /// `enable_freeu` of diffusers is version 1 alone, with the fourier filter at threshold 1, in every step, and on
  /// two stages of a U-Net: b1 and s1 act on the innermost decoder block, b2 and s2 on the next. Where one b and one s
  /// are for all of a U-ViT's blocks, both stages get them. diffusers takes a factor of 0 for "off".
  package func diffusersLine(for model: ModelDescription) -> String {
    var losses = version == 1 ? [] : ["version \(version) here, diffusers has version 1"]
    losses += self.losses(there: .blocks, for: model)
    let factors = twoStages(of: model)
    if factors.contains(where: { $0.value == 0 }) { losses.append("diffusers takes 0 for off") }
    let order = [2, 3, 0, 1].map { factors[$0] }
    let arguments = order.map { "\($0.name)=\($0.value.plain)" }.joined(separator: ", ")
    return "pipe.enable_freeu(\(arguments))"
      + (losses.isEmpty ? "" : "  # \(losses.joined(separator: "; "))")
  }

  /// FreeU as the values of ComfyUI's node, with what gets lost.
  ///
  /// `FreeU` is version 1 and `FreeU_V2` version 2, both with the fourier filter at threshold 1, in every step, and on
  /// maps of four (b1, s1) and of two times (b2, s2) the network's first width: comfy_extras/nodes_freelunch.py.
  package func comfyUILine(for model: ModelDescription) -> String {
    let losses = losses(there: .channels, for: model)
    let values = twoStages(of: model).map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")
    return "\(version == 1 ? "FreeU" : "FreeU_V2"): \(values)"
      + (losses.isEmpty ? "" : "  (\(losses.joined(separator: "; ")))")
  }

  /// b1, b2, s1, s2: what the two inner stages have.
  private func twoStages(of model: ModelDescription) -> [(name: String, value: Double)] {
    [("b1", Knob.b, 0), ("b2", .b, 1), ("s1", .s, 0), ("s2", .s, 1)].map { name, knob, stage in
      (name: name, value: model.factor(knob, onStage: stage, self))
    }
  }

  /// What others have no words for.
  /// - Parameter rule: how they tell which maps a stage's factors are for.
  private func losses(there rule: FreeURule, for model: ModelDescription) -> [String] {
    var losses: [String] = []
    let hasOwn = [Knob.b, .s].contains { changes(of: $0).contains { $0.place != .all } }
    if !model.hasStageWidths {
      losses.append(hasOwn ? "stages are a U-ViT's blocks here" : "one b and s here, two stages there")
    } else if freeURule != rule {
      losses.append("stages by \(freeURule.rawValue) here, by \(rule.rawValue) there")
    }
    if hasOwn || model.hasStageWidths {
      let further = model.stages.indices.dropFirst(2).filter { stage in
        model.factor(.b, onStage: stage, self) != 1 || model.factor(.s, onStage: stage, self) != 1
      }
      if let stage = further.first { losses.append("stage \(stage + 1) too here, two there") }
    }
    if let blocks {
      losses.append("only on blocks \(blocks.sorted().map(String.init).joined(separator: ", ")) here")
    }
    if freeUSteps != StepRange() {
      losses.append("only in \(Knob.freeUSteps.text(of: self)) of the run here")
    }
    if skipFilter != .fourier || threshold != 1 {
      losses.append("\(skipFilter.rawValue) filter at threshold \(threshold) here")
    }
    return losses
  }
}
