import Tensors

/// What a network is told to draw; nothing, unless something is said.
package struct Condition: Hashable, Sendable {
  /// Row of the label embedding; nil for a model without labels.
  package var label: Int?
  /// What a model that reads prompts encodes to all that follows here and is not given.
  package var prompt: Prompt?
  /// What it looks at, [token, width]: an encoded prompt.
  package var context: ConditionTensor?
  /// What the prompt says as a whole, [width].
  package var pooled: ConditionTensor?
  /// Sizes and places in pixels that go with `pooled`, in the network's own order.
  package var sizes: [Float]
  /// How strongly to follow the prompt, embedded, [width]: of a network that knows guidance by itself.
  package var guidance: ConditionTensor?

  package init(
    label: Int? = nil, prompt: Prompt? = nil, context: ConditionTensor? = nil,
    pooled: ConditionTensor? = nil, sizes: [Float] = [], guidance: ConditionTensor? = nil
  ) {
    (self.label, self.prompt, self.context, self.pooled) = (label, prompt, context, pooled)
    (self.sizes, self.guidance) = (sizes, guidance)
  }
}

/// Numbers that many rows and steps share: the same only as itself, so that what was made of it is found again without
/// looking at the numbers.
package final class ConditionTensor: Hashable, Sendable {
  package let tensor: Tensor

  package init(_ tensor: Tensor) { self.tensor = tensor }

  package static func == (left: ConditionTensor, right: ConditionTensor) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// What a network needs to be told besides the time and a label; nil for what it takes nothing of.
package struct Conditioning: Hashable, Sendable {
  /// Of the prompt's tokens.
  package var contextWidth: Int?
  /// Of `pooled` and all `sizes` together, each of which takes `sizeWidth`.
  package var additionWidth: Int?
  package var sizeWidth: Int?
  package var guidanceWidth: Int?

  package init(
    contextWidth: Int? = nil, additionWidth: Int? = nil, sizeWidth: Int? = nil, guidanceWidth: Int? = nil
  ) {
    (self.contextWidth, self.additionWidth) = (contextWidth, additionWidth)
    (self.sizeWidth, self.guidanceWidth) = (sizeWidth, guidanceWidth)
  }
}

extension Condition {
  /// What a network is not told as it needs, or nil.
  package func defect(for needs: Conditioning) -> String? {
    func defect(_ what: String, _ expected: Int?, _ found: Int?) -> String? {
      guard expected != found else { return nil }
      func say(_ width: Int?) -> String { width.map { "one of width \($0)" } ?? "none" }
      return "\(what): expected \(say(expected)), found \(say(found))"
    }
    if let text = defect("an encoded prompt", needs.contextWidth, context?.tensor.shape.last) { return text }
    if let text = defect("an embedded guidance", needs.guidanceWidth, guidance?.tensor.values.count) {
      return text
    }
    let addition = pooled.map { $0.tensor.values.count + sizes.count * (needs.sizeWidth ?? 0) }
    return defect("a pooled prompt and sizes", needs.additionWidth, addition)
  }
}
