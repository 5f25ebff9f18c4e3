import ArgumentParser
import Console
import Engines
import Explorer
import Files
import Foundation
import Models
import Pictures
import Recipes
import Tensors
import Widgets

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Watch panels being denoised side by side, and turn their knobs. (default)",
    discussion: """
      Takes a model, or a PNG that mezzotint wrote: then it goes on with that picture's recipe, or with its sweep.
      Keys: ? shows them all, q leaves.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's name, its file or its folder, or a PNG with a recipe.",
      discussion: "Left out: the bundled \(ModelLibrary.defaultModel).", valueName: "model|picture.png"),
    completion: .file(extensions: ["safetensors", "pth", "pt", "png"]))
  var subject: String?

  @OptionGroup var panels: PanelOptions

  @Option(parsing: .unconditional, help: ArgumentHelp("Images in each panel: 1, 4 or 9.", valueName: "n"))
  var count = 1

  @OptionGroup var noise: NoiseOption

  @Option(
    help: ArgumentHelp("Colours: a name (see `t` in the explorer) or a .toml file.", valueName: "name|file"))
  var theme = "dark"

  @Option(help: ColorChoice.help)
  var color: ColorChoice = .auto

  @Option(help: PicturesChoice.help) var pictures: PicturesChoice = .auto
  @Option(help: DraftChoice.help) var drafts: DraftChoice = .auto

  @Option(
    help: ArgumentHelp(
      "How the steps of latents are seen: linear, tiny, full, or the folder of a small autoencoder such as TAESD. "
        + "tiny is the one that lies beside the model. (default: linear; full of small models)",
      valueName: "way|folder"),
    completion: .directory)
  var preview: String?

  @Option(
    help: ArgumentHelp(
      "Open no terminal: write the screen as it is when the run has finished, and leave.",
      valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var screenshot: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Columns and rows of the screenshot. (default: 120x40)", valueName: "columnsxrows"))
  var screen: ScreenSize?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pixels of each image, as in 64 or 64x48, where the model draws in more sizes than its own; beside --screenshot "
        + "and without --screen two numbers are the screen's.", valueName: "n|wxh"))
  var size: ExploreSize?

  @Option(
    help: ArgumentHelp("Keys pressed for the screenshot, once the first run has finished.", valueName: "keys")
  )
  var keys = ""

  @OptionGroup(title: "Recording") var recording: RecordingOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  func validate() throws {
    guard ImageCounts.all.contains(count) else {
      throw ValidationError("--count \(count): expected 1, 4 or 9.")
    }
    if screenshot != nil, recording.record != nil {
      throw ValidationError("--record: a screenshot opens no terminal to record; leave one of them out.")
    }
  }

  func run() throws { try explore(touring: false) }

  /// - Parameter touring: it begins with the tour.
  func explore(touring: Bool) throws {
    let picture = subject.flatMap { $0.lowercased().hasSuffix(".png") ? $0 : nil }
    try requireDistinct(
      outputs: [("--screenshot", screenshot)],
      inputs: [
        ("what is explored", try picture ?? engine.file(subject).path), ("--noise", noise.noise),
      ])
    if let screenshot, !["", "svg"].contains(URL(filePath: screenshot).pathExtension.lowercased()) {
      throw UsageError(description: "--screenshot \(screenshot): expected a name that ends in .svg")
    }
    let themes = try ThemeChoice(theme)
    let start = try makeStart()
    // The terminal is there before the program that a screenshot waits for.
    var started: ExplorerProgram?
    let terminal = try openTerminal { started?.isAtRest ?? false }
    var state = ExplorerState(
      model: start.model.name, fingerprint: start.model.fingerprint, precision: start.model.precision,
      precisions: start.model.precisions, description: start.model.description,
      others: Array(start.models.all.dropFirst()),
      settings: Settings(start.recipe, start.model.description, noiseFromFile: start.noise != nil),
      themes: themes.all.map(\.name), theme: 0, size: terminal.size)
    state.modelReference = start.modelReference
    state.openingSweep = start.recipe.sweep
    state.opensTour = touring
    state.makesDrafts = drafts == .auto
    state.engine = start.model.traffic.map { EngineNote($0) }
    state.pictureModes = terminal.pictureModes
    state.pictures = pictures.mode?.orCoarser(of: terminal.pictureModes) ?? terminal.bestPictures
    state.picturesSuitTerminal = pictures.mode == nil
    state.cell = terminal.cell
    let recorder = try recording.actions.map { try ActionRecorder($0, state) }
    if let warning = SettingsFile.current.warnings.first ?? themes.warnings.first ?? start.warning {
      recorder?.note(.failed(warning), before: state)
      _ = state.update(.failed(warning))
    }
    let (wake, traffic) = (terminal.wakeHandle, start.model.traffic)
    var seenTraffic = EngineTraffic.Report()
    let watcher = FolderWatcher(folders: themes.folders.map(\.path), ending: ".toml") { wake.wake() }
    let program = ExplorerProgram(
      state, model: start.model, fileNoise: start.noise, terminal: terminal, themes: themes.all,
      recorder: recorder,
      companions: [
        { watcher.take() ? themes.reload() : [] },
        { traffic?.news(since: &seenTraffic).map { [.engine($0)] } ?? [] },
        { (terminal as? RecordingTerminal)?.takeFailure().map { [.failed($0)] } ?? [] },
        { recorder?.takeFailure().map { [.failed($0)] } ?? [] },
      ])
    started = program
    let status = program.run()
    program.lateFailures.forEach(complain)
    // Said on the screen, too, where it may have been missed.
    [(terminal as? RecordingTerminal)?.failure, recorder?.failure].compactMap(\.self).forEach(complain)
    if let screenshot, let memory = terminal as? MemoryTerminal {
      if let failure = program.state.failure {
        complain(failure)
        throw ExitCode(1)
      }
      if let unmet = memory.unmet { throw UsageError(description: "\(unmet) did not come; no screenshot") }
      let background = themes.all[program.state.theme].color(.background)
      let svg = SVGScreenshot(memory.buffer, background: background, colors: memory.colorMode).text()
      try AtomicFile.write(Array(svg.utf8), to: URL(filePath: screenshot))
    }
    if status != 0 { throw ExitCode(status) }
  }

  private var screenSize: CellSize? { (screen ?? (screenshot == nil ? nil : size?.screen))?.cells }

  private var pictureSize: PictureSize? {
    screenshot != nil && screen == nil && size?.screen != nil ? nil : size?.pictures
  }

  private func openTerminal(isAtRest: @escaping () -> Bool) throws -> any Terminal {
    guard screenshot == nil else {
      let rest = MemoryTerminal.Turn.wait("the end of the run") { _ in isAtRest() }
      let terminal = MemoryTerminal(
        size: screenSize ?? CellSize(columns: 120, rows: 40), colorMode: color.mode ?? .truecolor,
        script: [rest] + keys.map { .events([.typed($0)]) } + [rest])
      // A run takes what it takes; then it ends, or says why not.
      terminal.patience = nil
      return terminal
    }
    do {
      return try recording.wrap(CursesTerminal(colorMode: color.mode, pictures: pictures.mode))
    } catch let error as TerminalError {
      throw UsageError(description: "\(error)")
    }
  }

  private struct Start {
    var model: LoadedModel
    /// With those of single panels.
    var models: KnownModels
    var recipe: Recipe
    /// How the model was called; nil: by its name.
    var modelReference: String?
    var noise: Tensor?
    var warning: String?
  }

  private var hints: ModelHints {
    var hints = engine.hints.hints
    hints.preview = preview.map { PreviewChoice($0) }
    return hints
  }

  private func makeStart() throws -> Start {
    let picture = subject.flatMap { $0.lowercased().hasSuffix(".png") ? URL(filePath: $0) : nil }
    if let picture { return try resume(picture) }
    var model = try engine.load(engine.file(subject), hints)
    let given = try noise.load(for: model.description)
    let size = try PictureSize.drawn(pictureSize, with: given, for: model.description)
    if let size { model = try model.drawing(size.grid) }
    var recipe = try sampling.recipe(for: model, requiringPrompt: false)
    recipe.size = size
    var models = KnownModels(model)
    recipe.panels = try panels.panels(sharing: sampling.knobs, on: model, &models)
    recipe.count = count
    if recipe.run.labels.isEmpty { recipe.label = given?.labels?.first }
    try recipe.requireUse(by: models)
    return Start(
      model: model, models: models, recipe: recipe, modelReference: subject ?? SettingsFile.current.model,
      noise: given?.firstImage)
  }

  /// Goes on with what another program says of its picture.
  private func resume(_ info: Infotext, of picture: URL) throws -> Start {
    guard let name = info["Model"] else { throw RecipeError.none(file: picture.relativePath) }
    let library = ModelLibrary()
    let file =
      try engine.elsewhere != nil
      ? engine.file(name)
      : library.file(
        name, fingerprint: nil, or: [picture.deletingLastPathComponent(), URL(filePath: ".")])
    var model = try engine.load(file, hints)
    var (recipe, losses) = try Recipe.of(
      info, model: model.name, precision: model.precision, model.description)
    recipe.size = pictureSize ?? recipe.size
    if let size = recipe.size { model = try model.drawing(size.grid) }
    recipe.fingerprint = model.fingerprint
    let models = KnownModels(model, reference: library.reference(to: file))
    try recipe.requireUse(by: models)
    return Start(
      model: model, models: models, recipe: recipe, modelReference: models.common.reference,
      warning: losses.isEmpty ? nil : losses.joined(separator: "; "))
  }

  private func resume(_ picture: URL) throws -> Start {
    let written: Recipe
    do {
      written = try Recipe(inPNG: picture)
    } catch RecipeError.none {
      return try resume(Infotext(inPNG: picture), of: picture)
    }
    var recipe = written
    var engine = engine
    if engine.precision == .auto { engine.precision = recipe.precision.nearest }
    let places = [picture.deletingLastPathComponent(), URL(filePath: ".")]
    let (isElsewhere, library) = (engine.elsewhere != nil, ModelLibrary())
    // Nobody knows here what lies beside a model elsewhere.
    let hints = isElsewhere ? hints : try hints.completed(by: recipe, in: places)
    let file =
      try isElsewhere
      ? engine.file(recipe.model)
      : library.file(recipe.model, fingerprint: recipe.fingerprint, hints, or: places)
    var model = try engine.load(file, hints)
    let given = try noise.load(for: model.description)
    let wanted = pictureSize ?? (given == nil ? recipe.size : nil)
    recipe.size = try PictureSize.drawn(wanted, with: given, for: model.description)
    if let size = recipe.size { model = try model.drawing(size.grid) }
    var models = KnownModels(model, reference: library.reference(to: file))
    for own in recipe.ownModels {
      guard !isElsewhere else {
        models.insert(try model.withOpenModels { try $0.open(own.name) })
        continue
      }
      let file = try library.file(own.name, fingerprint: own.fingerprint, or: places)
      models.insert(try model.withOpenModels { try $0.open(file, reference: library.reference(to: file)) })
    }
    var changed = try recipe.adopt(models)
    try recipe.requireUse(by: models)
    if let fingerprint = recipe.fingerprint, fingerprint != model.fingerprint { changed = recipe.model }
    var start = Start(
      model: model, models: models, recipe: recipe, modelReference: models.common.reference,
      noise: given?.firstImage)
    if let changed {
      start.warning = "this \(changed) has other weights than the one that drew the picture"
    } else if written.precision.resolved != model.precision, self.engine.precision == .auto {
      start.warning =
        "the picture was drawn in \(written.precision.rawValue), which this processor does not compute in; this is "
        + "\(model.precision.rawValue)"
    } else if recipe.noiseFromFile, given == nil {
      start.warning = "the picture's noise came from a file; give it with --noise to see the same picture"
    } else if !ImageCounts.all.contains(recipe.count), recipe.sweep == nil {
      let shown = ImageCounts.nearest(to: recipe.count)
      start.warning =
        "the picture has \(recipe.count) images\(recipe.panels.count > 1 ? " in each panel" : ""), of which "
        + "\(shown == 1 ? "the first is" : "\(shown) are") drawn here; all of them: mezzotint sample --count \(recipe.count)"
    }
    return start
  }
}
