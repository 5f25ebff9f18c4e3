import ArgumentParser
import Denoising
import Engines
import Models
import Recipes

/// What is to be drawn, in words.
struct PromptOptions: ParsableArguments {
  @Option(parsing: .unconditionalSingleValue, help: RunSetting.prompt.help) var prompt: [String] = []
  @Option(parsing: .unconditionalSingleValue, help: RunSetting.negative.help) var negative: [String] = []
  @Flag(help: RunSetting.plainPrompt.help) var plainPrompt = false

  /// - Throws: `UsageError` where the model draws from text and none is given.
  func set(in run: inout RunSettings, for description: ModelDescription, isRequired: Bool) throws {
    if isRequired, description.prompting != nil, prompt.isEmpty {
      throw UsageError(
        description:
          "--prompt: this model draws from text; say what, as in --prompt 'a cat', or --prompt '' for anything"
      )
    }
    (run.prompts, run.negatives, run.isPlainPrompt) = (prompt, negative, plainPrompt)
  }
}

/// Reads all prompts before anything is drawn, and says which are so long that the network looks at them in pieces.
/// - Throws: for a prompt that a model cannot take.
func readPrompts(_ recipe: Recipe, on model: LoadedModel, _ models: KnownModels) throws {
  var long: Set<LongPrompt> = []
  for place in recipe.panels.indices {
    let own = recipe.panels[place].own?.model
    let run = recipe.alone(place, for: models[own].description).run
    let read = run.readPrompts
    let pieces = try model.withOpenModels { open in
      try read.map { try open.model(own).windows(of: $0) ?? 1 }
    }
    for (prompt, pieces) in zip(read, pieces) where pieces > 1 {
      long.insert(LongPrompt(text: prompt.text ?? "", pieces: pieces))
    }
  }
  for prompt in long.sorted(by: { $0.text < $1.text }) { complain("\(prompt)") }
}
