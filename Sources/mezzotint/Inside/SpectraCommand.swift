import ArgumentParser
import Console
import Denoising
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
      With --maps the features themselves over the picture: m, the backbone's mean over its channels, what version 2 of \
      b makes of it as a factor, and the first three principal components of backbone and skip as colours. With --over \
      A(r) as colours over all steps, of one concatenation, or over all stages, in one step: before and after b and s. \
      A .csv holds the numbers of every stage and step unless --stage and --step say which. With --network how far the \
      features of panels are from the first one's, block by block, in one step: |x - y| / |y| over all numbers. \
      Without --output it is drawn into the terminal.

      Examples:
        mezzotint spectra avatars --panel b=1.3 --panel s=0.8 --stage 1 --step 10 -o spectra.svg
        mezzotint spectra avatars -o spectra.csv
        mezzotint spectra emoji --prompt 'a cat on blue' --panel b=1.3 --stage 1 --maps -o features.svg
        mezzotint spectra avatars --stage 1 --over steps -o steps.svg
        mezzotint spectra avatars --network --step 1 -o network.svg
      """)

  private typealias Spectra = InsideOptions.Looks<StepLook<JoinedSpectra>>

  @OptionGroup var inside: InsideOptions

  @Option(help: ArgumentHelp("The stage of the decoder, from 0. (default: 0)", valueName: "n"))
  var stage: Int?

  @Option(help: ArgumentHelp("Which of the stage's concatenations, from 0. (default: 0)", valueName: "n"))
  var concatenation: Int?

  @Flag(help: "Draw amplitudes relative to that of frequency 0, A(r)/A(0).") var relative = false

  @Flag(help: "Draw the features as maps over the picture instead.") var maps = false

  @Option(help: ArgumentHelp("Draw A(r) as colours over all steps or all stages instead.", valueName: "axis"))
  var over: SpectrumHeat.Axis?

  @Flag(help: "Draw how far panels are from the first one instead, block by block.") var network = false

  func validate() throws {
    try inside.requireNatural([("stage", stage), ("concatenation", concatenation)])
    try requireAllBlocks()
    if concatenation != nil, stage == nil {
      throw ValidationError("--concatenation: say of which --stage.")
    }
    if maps, relative { throw ValidationError("--relative: of spectra; leave it out with --maps.") }
    if maps, over != nil { throw ValidationError("--over: of spectra; leave it out with --maps.") }
    let drawn = over.map { "over \($0.rawValue)" } ?? (relative ? "relative" : nil)
    if inside.kind == "csv", let drawn {
      throw ValidationError("--\(drawn): a .csv holds A(r) of every stage and step as it is; leave it out.")
    }
    guard let over else { return }
    let isNamed = over == .steps ? inside.step != nil : stage != nil
    if isNamed {
      let option = over == .steps ? "step" : "stage"
      throw ValidationError("--\(option): --over \(over.rawValue) draws all of them; leave it out.")
    }
  }

  func run() throws {
    if network { return try sayNetwork() }
    if maps { return try sayMaps() }
    let looks = try look { $0.spectra }
    let table = {
      SpectraTable.text(looks.found, panels: looks.panels) { looks.description($0).stages.map(\.name) }
    }
    let sheet = { PlotSheet(over.map { heats(over: $0, looks) } ?? plots(of: looks)) }
    if try !inside.write(sheet, table) { try sheet().show(orSay: table) }
  }

  private func look<Made: Sendable>(
    making make: @escaping @Sendable (StepLook<ProbeAnswer>) -> [Made]
  ) throws -> InsideOptions.Looks<Made> {
    try inside.look(allSteps: inside.kind == "csv" || over == .steps, making: make) {
      .features(try places(in: $0))
    }
  }

  private func sayMaps() throws {
    let looks = try look { $0.summaries }
    let table = {
      FeaturePlot.table(looks.found, panels: looks.panels) { looks.description($0).stages.map(\.name) }
    }
    let plots = {
      looks.found.map { look in
        let panel = looks.panels.count > 1 ? "\(looks.panels[look.panel]), " : ""
        let stage = looks.description(look.panel).stages[look.answer.place.stage].name
        return FeaturePlot.maps(look.answer, at: "\(panel)features of \(stage), step \(look.number)")
      }
    }
    if try !inside.write({ PlotSheet(plots()) }, table) { try PlotSheet(plots()).show(orSay: table) }
  }

  /// That are to be looked at.
  private func places(in model: ModelDescription) throws -> [FeaturePlace] {
    let stages = model.stages
    guard !stages.isEmpty else {
      throw ModelError.unused(option: "spectra", reason: "no skips come into this network")
    }
    if stage == nil, inside.kind == "csv" || over == .stages { return model.featurePlaces }
    let place = FeaturePlace(stage: stage ?? 0, concatenation: concatenation ?? 0)
    guard stages.indices.contains(place.stage) else {
      throw UsageError(
        description: "--stage \(place.stage): expected 0 to \(stages.count - 1), the stages of this network")
    }
    let count = stages[place.stage].concatenations.count
    guard place.concatenation < count else {
      throw UsageError(
        description:
          "--concatenation \(place.concatenation): expected 0 to \(count - 1), as many skips come into "
          + stages[place.stage].name)
    }
    return inside.kind == "csv" && concatenation == nil
      ? (0..<count).map { FeaturePlace(stage: place.stage, concatenation: $0) } : [place]
  }

  /// Backbone and skip on one scale, for it is their share that counts.
  private func plots(of looks: Spectra) -> [any Plot] {
    var plots = SpectrumPlot.Part.allCases.map { plot($0, of: looks) }
    let values = plots.flatMap(\.lines).flatMap(\.y)
    for index in plots.indices {
      plots[index].yIncludes = values
      // As many points as there are frequencies, few of them.
      for line in plots[index].lines.indices { plots[index].lines[line].isMarked = true }
    }
    return plots
  }

  /// Of every panel, all on one scale.
  private func heats(over axis: SpectrumHeat.Axis, _ looks: Spectra) -> [any Plot] {
    var plots = looks.panels.indices.flatMap { panel -> [HeatPlot] in
      let found = looks.found.filter { $0.panel == panel }
      guard let first = found.first else { return [] }
      let model = looks.description(panel)
      return SpectrumHeat(found, over: axis, in: model).plots(
        from: looks.panels.count > 1 ? "\(looks.panels[panel]), " : "",
        to: axis == .steps
          ? ", \(SpectrumHeat.name(of: first.answer.place, in: model))" : ", step \(first.number)",
        isRelative: relative, pictureSide: pictureSide(looks))
    }
    let values = plots.flatMap(\.columns).flatMap(\.values)
    for index in plots.indices { plots[index].scaleIncludes = values }
    return plots
  }

  private func pictureSide(_ looks: Spectra) -> Int {
    looks.description(0).pictureShape.dropFirst().max() ?? 0
  }

  private func plot(_ part: SpectrumPlot.Part, of looks: Spectra) -> LinePlot {
    let place = looks.found.first.map { look in
      "\(looks.description(look.panel).stages[look.answer.place.stage].name), step \(look.number)"
    }
    let knob = part == .backbone ? "b" : "s"
    return SpectrumPlot.plot(
      part,
      of: looks.found.map {
        SpectrumPlot.Entry(
          name: looks.panels[$0.panel], spectra: $0.answer,
          isReference: looks.panels.count > 1 && $0.panel == 0)
      },
      at: "\(part.rawValue), \(place ?? ""); dashed before \(knob), solid after", isRelative: relative,
      pictureSide: pictureSide(looks))
  }
}

extension SpectrumHeat.Axis: ExpressibleByArgument {}

extension PlotSheet {
  /// Into the terminal; as a table where there is none.
  func show(orSay table: () -> String) throws {
    guard let terminal = StreamTerminal(descriptor: STDOUT_FILENO) else { return try say(table(), end: "") }
    let size = terminal.size
    for plot in plots {
      var buffer = CellBuffer(
        size: CellSize(columns: max(20, size.columns - 1), rows: min(max(8, size.rows / 2 - 1), 24)))
      switch plot {
      case let plot as LinePlot: LinePlotCells(plot).draw(into: &buffer, in: buffer.bounds, theme: .dark)
      case let plot as BarPlot: BarPlotCells(plot).draw(into: &buffer, in: buffer.bounds, theme: .dark)
      // Maps are pictures, as the terminal has them.
      default:
        let picture = plot.picture(width: 960, height: plot.pictureHeight(width: 960, height: 560))
        buffer.place(picture, in: buffer.bounds, ground: .black)
      }
      try StandardStream.output.write(terminal.lines(of: buffer))
    }
  }
}
