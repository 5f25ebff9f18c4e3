import Denoising
import Files

/// A prompt of more tokens than a text encoder takes at once.
package struct LongPrompt: Hashable, Sendable, CustomStringConvertible {
  package let text: String
  /// That it is read in, at least 2.
  package let pieces: Int

  package init(text: String, pieces: Int) { (self.text, self.pieces) = (text, pieces) }

  package var description: String {
    "the prompt that begins \(quoted(String(text.prefix(30)))) is long: it is read in \(pieces) pieces"
  }
}

extension RunSettings {
  /// What is read in a run; negative prompts only where they are followed.
  package var readPrompts: [Prompt] {
    (prompts + (guidance == 1 ? [] : negatives)).map { Prompt($0, isPlain: isPlainPrompt) }
  }
}
