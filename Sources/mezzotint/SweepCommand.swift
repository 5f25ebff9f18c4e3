import ArgumentParser
import Engines
import Recipes

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Draw a grid of images over one or two settings and write it as one labelled picture.",
    discussion: """
      An axis is the name of a setting and its values: start:end:step with the end included, a list with \
      commas, or `all` where there are choices. Settings are the options below without their dashes: \
      \(NamedSetting.names.joined(separator: ", ")). Single numbers of the mask are \
      block.head.kernel.alpha or .sigma, as in 3.0.1.alpha=0:2:0.5; lora is the weight of all LoRAs, lora1 \
      of the first. Within a list several blocks are written 0+1. What no axis says is as the options say.

      Each cell is, byte for byte, what `mezzotint sample` draws with its settings.

      Examples:
        mezzotint sweep --x b=1.0:1.6:0.1 --y s=0.2:1.0:0.2 --output grid.png
        mezzotint sweep --x seed=0:7:1 --y label=all --b 1.3 -o seeds.png
        mezzotint sweep --x mask-strength=0,0.5,1 --y sigma-gain=0.5,1,2 -o mask.png
        mezzotint sweep MODEL --lora pixels.safetensors --x lora=0:1:0.25 -o weights.png
        mezzotint sweep --x steps=5,10,20,50 --y sampler=all -o samplers.png
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The axis that goes to the right.", valueName: "name=values"))
  var x: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The axis that goes down.", valueName: "name=values"))
  var y: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write: .png, which carries the recipe, .svg or .pdf.", valueName: "out.png"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Images in each cell, from one draw of noise. (default: 1, or as many as --noise holds)", valueName: "n"
    ))
  var count: Int?

  @Option(help: ArgumentHelp("Title of the panel, for the explorer.", valueName: "text"))
  var name = Panel.models[0].name

  @OptionGroup var size: SizeOption
  @OptionGroup var noise: NoiseOption

  @Option(
    name: [.long, .customLong("scale")],
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pixels that each pixel becomes, to either side. (default: until a cell is 128 wide)", valueName: "n"))
  var enlarge: Int?

  @Flag(help: "On light ground, for paper.") var light = false

  @OptionGroup var show: ShowOptions

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  private static let mostImages = 64

  func validate() throws {
    if let count, !(1...Self.mostImages).contains(count) {
      throw ValidationError("--count \(count): expected 1 to \(Self.mostImages).")
    }
    if noise.noise != nil, [x, y].contains(where: { $0?.hasPrefix("seed=") ?? false }) {
      throw ValidationError("--noise: a swept seed is each cell's own noise; leave one of them out.")
    }
    if let enlarge, !(1...64).contains(enlarge) {
      throw ValidationError("--enlarge \(enlarge): expected 1 to 64.")
    }
    guard x != nil || y != nil else { throw ValidationError("\(wording(of: SweepError.noAxis)).") }
    _ = try axis("--x", x)
    _ = try axis("--y", y)
  }

  private func axis(_ option: String, _ text: String?) throws -> SweepAxis? {
    do {
      return try text.map { try SweepAxis($0) }
    } catch {
      throw ValidationError("\(option) \(error).")
    }
  }

  func run() throws {
    try requireDistinct(
      outputs: [("--output", output)],
      inputs: [("the model", engine.file(self.model.model).path), ("--noise", noise.noise)])
    try requireWritableKind(output)
    let models = try engine.loadAll(model.model)
    let model = models[0]
    let given = try noise.load(for: model.description)
    if let given, given.noise.shape[0] > Self.mostImages {
      throw UsageError(
        description: "--noise: expected at most \(Self.mostImages) images, found \(given.noise.shape[0])")
    }
    let isSwept = [x, y].contains { $0?.hasPrefix("\(RunSetting.prompt.name)=") ?? false }
    var base = try sampling.recipe(for: model, requiringPrompt: !isSwept)
    base.panels[0].name = name
    base.count = try imageCount(count, given)
    base.noiseFromFile = given != nil
    base.size = try size.size(with: given, for: model.description)
    let sweep = try makeSweep(base, model)
    let sheet = SweepSheet(sweep, model.description, enlargement: enlarge)
    do { try sheet.requireRoom() } catch { throw UsageError(description: wording(of: error)) }
    let cells = try carryOut(sweep, on: models, from: given)
    let page = sheet.page(cells, theme: light ? .light : .dark)
    try write(page, to: output) { try sweep.base.entries(first: sweep.cells[0], for: model.description) }
    try show.draw(page)
  }

  private func makeSweep(_ base: Recipe, _ model: LoadedModel) throws -> Sweep {
    do {
      return try Sweep(base, x: axis("--x", x), y: axis("--y", y), description: model.description)
    } catch let error as SweepError {
      throw UsageError(description: wording(of: error))
    }
  }
}
