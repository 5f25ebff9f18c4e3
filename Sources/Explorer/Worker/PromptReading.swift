import Denoising
import Engines
import Recipes

/// A prompt that a network's text encoder was given.
struct ReadPrompt: Hashable, Sendable {
  let prompt: Prompt
  let model: ModelKey
}

extension TrajectoryWorker {
  /// More than anybody comes back to in a hurry.
  private static let mostRead = 200

  /// Says which prompts of a run are read in pieces, each once.
  func read(_ run: RunSettings, by network: EngineModel) {
    guard network.description.prompting != nil else { return }
    for prompt in run.readPrompts {
      let isNew = readPrompts.withLock { known in
        if known.count >= Self.mostRead { known = [] }
        return known.insert(ReadPrompt(prompt: prompt, model: network.key)).inserted
      }
      // What goes wrong here goes wrong in the run, too, and is said of that.
      guard isNew, let text = prompt.text, let pieces = try? network.windows(of: prompt), pieces > 1
      else { continue }
      outbox.post([.readInPieces(LongPrompt(text: text, pieces: pieces))])
    }
  }
}
