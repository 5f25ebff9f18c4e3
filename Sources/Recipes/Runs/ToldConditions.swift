import Denoising

/// What a network is told in each image of a run.
package struct ToldConditions: Sendable {
  package let conditions: [Condition]
  /// What guidance leads away from, one for each image.
  package let unconditional: [Condition]
  /// Strength of classifier-free guidance; 1 runs no second pass.
  package let guidance: Double

  /// Passes of the network in each evaluation.
  var passes: Int { guidance == 1 ? 1 : 2 }

  package init(_ conditions: [Condition], unconditional: [Condition] = [], guidance: Double = 1) {
    precondition(guidance == 1 || unconditional.count == conditions.count, "guidance away from nothing")
    (self.conditions, self.unconditional, self.guidance) = (conditions, unconditional, guidance)
  }
}

extension ModelDescription {
  /// - Parameters:
  ///   - labels: one for each image; nil for a model without labels.
  ///   - count: images.
  package func told(_ run: RunSettings, labels: [Int]?, count: Int) -> ToldConditions {
    func prompt(_ texts: [String], _ image: Int) -> Prompt? {
      guard let prompting else { return nil }
      return Prompt(
        texts.isEmpty ? nil : texts[image % texts.count], isPlain: run.isPlainPrompt,
        guidance: prompting.isToldGuidance ? run.guidance : nil)
    }
    let images = 0..<count
    return ToldConditions(
      images.map { Condition(label: labels?[$0], prompt: prompt(run.prompts, $0)) },
      unconditional: hasSecondPass
        ? images.map { Condition(label: noLabel, prompt: prompt(run.negatives, $0)) } : [],
      guidance: hasSecondPass ? run.guidance : 1)
  }
}
