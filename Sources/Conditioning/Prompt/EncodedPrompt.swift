import Denoising
import Tensors

/// What a network is told of a prompt.
package struct EncodedPrompt: Sendable {
  /// [token, width], of all windows one behind the other.
  package let context: ConditionTensor
  /// What the prompt says as a whole, [width]; nil where no encoder says it.
  package let pooled: ConditionTensor?
  /// How many an encoder needed: more than one for a long prompt.
  package let windows: Int
}
