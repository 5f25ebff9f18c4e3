import ArgumentParser
import Console
import Denoising
import Engines
import Files
import Foundation
import Models
import Pictures
import Recipes
import Widgets

struct SpectraCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectra",
    abstract: "Draw the spectra of backbone and skip, before and after b and s.",
    discussion: """
      Where a skip comes into the decoder: A(r), the mean amplitude of both maps' waves at frequency r, over channels \
      and directions; dashed as the maps come, solid as FreeU lets them go on, shaded what it takes of the skip. \
      A .csv holds the numbers of every stage and step unless --stage and --step say which. Without --output it is \
      drawn into the terminal.

      Examples:
        mezzotint spectra avatars --panel b=1.3 --panel s=0.8 --stage 1 --step 10 -o spectra.svg
        mezzotint spectra avatars -o spectra.csv
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write: .svg, .png or .csv.", valueName: "file"),
    completion: .file(extensions: ["svg", "png", "csv"]))
  var output: String?

  @Option(help: ArgumentHelp("The stage of the decoder, from 0. (default: 0)", valueName: "n"))
  var stage: Int?

  @Option(help: ArgumentHelp("Which of the stage's concatenations, from 0. (default: 0)", valueName: "n"))
  var concatenation: Int?

  @Option(help: ArgumentHelp("The step, from 0. (default: in the middle of the way)", valueName: "i"))
  var step: Int?

  @Flag(help: "Draw amplitudes relative to that of frequency 0, A(r)/A(0).") var relative = false

  @OptionGroup var panels: PanelOptions
  @OptionGroup var size: SizeOption
  @OptionGroup var noise: NoiseOption
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  private var kind: String? { output.map { URL(filePath: $0).pathExtension.lowercased() } }

  func validate() throws {
    if let output, let kind, !["svg", "png", "csv"].contains(kind) {
      throw ValidationError("--output \(output): expected a name that ends in .svg, .png or .csv.")
    }
    for (name, value) in [("stage", stage), ("concatenation", concatenation), ("step", step)] {
      if let value, value < 0 { throw ValidationError("--\(name) \(value): expected 0 or more.") }
    }
    if concatenation != nil, stage == nil {
      throw ValidationError("--concatenation: say of which --stage.")
    }
  }

  func run() throws {
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
    sayWhatIsIdle(recipe, models)
    try recipe.requireUse(by: models)
    try readPrompts(recipe, on: model, models)
    let places = try wantedPlaces(recipe, models)
    let (fixed, known) = (recipe, models)
    let labels = sampling.labels.isEmpty ? given?.labels : nil
    let found = try model.withOpenModels { open in
      var run = try SamplingRun(fixed, known, noise: given?.noise, labels: labels)
      let steps = try wantedSteps(of: run.lanes.map(\.trajectory.stepCount).min() ?? 1)
      let networks = try fixed.panels.map { try open.model($0.own?.model) }
      var progress = ProgressLine(total: run.evaluationCount, unit: "step")
      defer { progress.finish() }
      return try run.spectra(with: networks, steps: steps, at: { places[$0] }) { progress.advance() }
    }
    try write(found, recipe, models)
  }

  /// nil for all.
  private func wantedSteps(of count: Int) throws -> Set<Int>? {
    if let step, step >= count {
      throw UsageError(description: "--step \(step): expected 0 to \(count - 1), the steps that there are")
    }
    if let step { return [step] }
    return kind == "csv" ? nil : [count / 2]
  }

  /// Of each panel.
  private func wantedPlaces(_ recipe: Recipe, _ models: KnownModels) throws -> [[FeaturePlace]] {
    try recipe.panels.map { panel in
      let stages = models[panel.own?.model].description.stages
      guard !stages.isEmpty else {
        throw ModelError.unused(option: "spectra", reason: "no skips come into this network")
      }
      if stage == nil, kind == "csv" { return models[panel.own?.model].description.featurePlaces }
      let place = FeaturePlace(stage: stage ?? 0, concatenation: concatenation ?? 0)
      guard stages.indices.contains(place.stage) else {
        throw UsageError(
          description: "--stage \(place.stage): expected 0 to \(stages.count - 1), the stages of this network"
        )
      }
      let count = stages[place.stage].concatenations.count
      guard place.concatenation < count else {
        throw UsageError(
          description:
            "--concatenation \(place.concatenation): expected 0 to \(count - 1), as many skips come into "
            + stages[place.stage].name)
      }
      return kind == "csv" && concatenation == nil
        ? (0..<count).map { FeaturePlace(stage: place.stage, concatenation: $0) } : [place]
    }
  }

  private func write(_ found: [StepSpectra], _ recipe: Recipe, _ models: KnownModels) throws {
    func description(_ panel: Int) -> ModelDescription {
      models[recipe.panels[panel].own?.model].description
    }
    let table = {
      SpectraTable.text(found, panels: recipe.panels.map(\.name)) { description($0).stages.map(\.name) }
    }
    let sheet = PlotSheet(
      SpectrumPlot.Part.allCases.map { part in
        let place = found.first.map { look in
          "\(description(look.panel).stages[look.spectra.place.stage].name), step \(look.step)"
        }
        return SpectrumPlot.plot(
          part,
          of: found.map {
            SpectrumPlot.Entry(
              name: recipe.panels[$0.panel].name, spectra: $0.spectra,
              isReference: recipe.panels.count > 1 && $0.panel == 0)
          },
          at: "\(part.rawValue), \(place ?? "")", isRelative: relative,
          pictureSide: description(0).pictureShape.dropFirst().max() ?? 0)
      })
    switch kind {
    case "csv": try AtomicFile.write(Array(table().utf8), to: URL(filePath: output ?? ""))
    case "svg": try AtomicFile.write(Array(sheet.svg().utf8), to: URL(filePath: output ?? ""))
    case "png":
      try AtomicFile.write(PNGFile(sheet.picture()).encoded(), to: URL(filePath: output ?? ""))
    default: try show(sheet, table)
    }
  }

  /// Into the terminal; as the table where there is none.
  private func show(_ sheet: PlotSheet, _ table: () -> String) throws {
    guard let terminal = StreamTerminal(descriptor: STDOUT_FILENO) else { return try say(table(), end: "") }
    let size = terminal.size
    for plot in sheet.plots {
      var buffer = CellBuffer(
        size: CellSize(columns: max(20, size.columns - 1), rows: min(max(8, size.rows / 2 - 1), 24)))
      LinePlotCells(plot).draw(into: &buffer, in: buffer.bounds, theme: .dark)
      try StandardStream.output.write(terminal.lines(of: buffer))
    }
  }
}
