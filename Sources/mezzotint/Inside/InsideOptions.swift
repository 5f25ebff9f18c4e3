import ArgumentParser
import Denoising
import Engines
import Models
import Pictures
import Recipes

/// What commands have in common that look into networks while panels are drawn.
struct InsideOptions: ParsableArguments {
  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write: .svg, .png or .csv.", valueName: "file"),
    completion: .file(extensions: ["svg", "png", "csv"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The step, from 1 as on the screen. (default: in the middle of the way)", valueName: "n"))
  var step: Int?

  @OptionGroup var panels: PanelOptions
  @OptionGroup var size: SizeOption
  @OptionGroup var noise: NoiseOption
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  /// How the file's name ends.
  var kind: String? { output.map { PlotFile($0).kind } }

  func validate() throws {
    try output.map(PlotFile.init)?.validate("output")
    if let step, step < 1 {
      throw ValidationError("--step \(step): expected 1 or more; the first step is 1, as on the screen.")
    }
  }

  func requireNatural(_ options: [(name: String, value: Int?)]) throws {
    for (name, value) in options {
      if let value, value < 0 { throw ValidationError("--\(name) \(value): expected 0 or more.") }
    }
  }

  /// What came of looking.
  struct Looks<Made> {
    let found: [Made]
    let recipe: Recipe
    let models: KnownModels

    var panels: [String] { recipe.panels.map(\.name) }

    func description(_ panel: Int) -> ModelDescription {
      models[recipe.panels[panel].own?.model].description
    }
  }

  /// Draws all panels, and asks each one's network in every step that is wanted.
  /// - Parameters:
  ///   - allSteps: where none is named; else the one in the middle.
  ///   - check: what the panels have to be.
  ///   - make: what is kept of an answer.
  ///   - question: of each panel, by its model; throws for what a model does not have.
  func look<Made: Sendable>(
    allSteps: Bool, checking check: (Recipe) throws -> Void = { _ in },
    making make: @escaping @Sendable (StepLook<ProbeAnswer>) -> [Made],
    asking question: (ModelDescription) throws -> ProbeQuestion
  ) throws -> Looks<Made> {
    try requireDistinct(
      outputs: [("--output", output)],
      inputs: [("the model", try engine.file(model.model).path), ("--noise", noise.noise)])
    let model = try engine.load(model.model)
    let given = try noise.load(for: model.description)
    var recipe = try sampling.recipe(for: model)
    var models = KnownModels(model)
    recipe.count = try imageCount(nil, given)
    recipe.size = try size.size(with: given, for: model.description)
    recipe.noiseFromFile = given != nil
    recipe.panels = try panels.panels(sharing: sampling.knobs, on: model, &models)
    try check(recipe)
    sayWhatIsIdle(recipe, models)
    try recipe.requireUse(by: models)
    try readPrompts(recipe, on: model, models)
    let questions = try recipe.panels.map { try question(models[$0.own?.model].description) }
    let (fixed, known) = (recipe, models)
    let labels = sampling.labels.isEmpty ? given?.labels : nil
    let found = try model.withOpenModels { open in
      var run = try SamplingRun(fixed, known, noise: given?.noise, labels: labels)
      let steps = try wantedSteps(of: run.lanes.map(\.trajectory.stepCount).min() ?? 1, all: allSteps)
      let networks = try fixed.panels.map { try open.model($0.own?.model) }
      let total = run.count(through: steps)
      var progress = ProgressLine(total: total, unit: "step")
      defer { progress.finish() }
      return try run.looks(with: networks, steps: steps, asking: { questions[$0] }, making: make) {
        progress.advance(to: $0, share: Double($0) / Double(max(1, total)))
      }
    }
    // Engines elsewhere answer what they can.
    guard !found.isEmpty else {
      throw UsageError(description: "this engine does not say that of a network; leave out --engine")
    }
    return Looks(found: found, recipe: recipe, models: models)
  }

  /// From 0; nil for all.
  private func wantedSteps(of count: Int, all: Bool) throws -> Set<Int>? {
    if let step, step > count {
      throw UsageError(description: "--step \(step): expected 1 to \(count), the steps that there are")
    }
    if let step { return [step - 1] }
    return all ? nil : [count / 2]
  }

  /// Writes the file that was asked for.
  /// - Returns: false where none was.
  func write(_ sheet: () throws -> PlotSheet, _ table: () -> String) throws -> Bool {
    guard let output else { return false }
    try PlotFile(output).write(sheet, table)
    return true
  }
}
