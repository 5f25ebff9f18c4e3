import ArgumentParser
import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes

struct ForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Evaluate the network once on given tensors.",
    discussion: """
      The input has `x` [batch, channel, row, column], `t` (what the network is told, one number or one for each \
      row) and, where the model has labels, `label`; of a model that draws from text `context`, or --prompt. The output has `out`, the network's raw output. So an imported \
      model is held against the code that it came from.

      Example: mezzotint forward nnet_ema.pth --input case.safetensors --output out.safetensors --b 1.3
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp("The tensors to feed.", valueName: "case.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var input: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "out.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @Option(parsing: .unconditionalSingleValue, help: RunSetting.prompt.help) var prompt: [String] = []
  @Flag(help: RunSetting.plainPrompt.help) var plainPrompt = false

  @OptionGroup(title: "Knobs") var knobs: KnobOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  func validate() throws {
    if knobs.given.contains(.freeUSteps) {
      throw ValidationError("--freeu-steps: a single evaluation has no steps; leave it out.")
    }
  }

  func run() throws {
    try requireDistinct(
      outputs: [("--output", output)],
      inputs: [("the model", engine.file(model.model).path), ("--input", input)])
    let model = try engine.load(model.model)
    let knobs = try knobs.knobs()
    for knob in self.knobs.given { try knob.requireUse(by: model.description) }
    try knobs.requireUse(by: model.description)
    if !prompt.isEmpty, model.description.prompting == nil {
      throw ModelError.unused(option: "--prompt", reason: "this model reads no text")
    }
    let given = try ForwardCase(
      CheckpointFile.open(URL(filePath: input)), knobs,
      prompts: prompt.map { Prompt($0, isPlain: plainPrompt) }, for: model.description)
    let out = try model.run { try $0(given.samples, given.rows) }
    var writer = SafetensorsWriter()
    writer.add("out", out)
    try writer.write(to: URL(filePath: output))
  }
}
