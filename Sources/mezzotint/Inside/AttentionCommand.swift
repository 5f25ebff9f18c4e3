import ArgumentParser
import Denoising
import Files
import Foundation
import Models
import Pictures
import Recipes

struct AttentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention",
    abstract: "Draw how widely heads look, what a patch looks at, and where the picture looks at words.",
    discussion: """
      Without --layer, of every head of every layer: the entropy of what it looks at, -Σ a ln a in nats, and the mean \
      attention distance, Σ a d / Σ a over the patches, in the mean over all patches that look; a line across each bar \
      is the same without the mask. With --layer, what one patch looks at with each head of that layer, and the mask M \
      over the distance. With --word or --words, of a model that draws from text, the share of its attention that each \
      place of the picture gives to a word, in the mean over all layers and heads between picture and prompt. A .csv \
      holds the numbers, of every step unless --step says which. Without --output it is drawn into the terminal.

      Examples:
        mezzotint attention avatars -o heads.svg
        mezzotint attention avatars --panel b=1 --panel sigma-gain=0.5 -o heads.csv
        mezzotint attention avatars --layer 4 --patch 5,4 --step 10 -o layer.svg
        mezzotint attention emoji --prompt 'a cat on blue' --word cat --word blue -o words.svg
      """)

  @OptionGroup var inside: InsideOptions

  @Option(help: ArgumentHelp("The layer with attention, from 0 in the order of the network.", valueName: "n"))
  var layer: Int?

  @Option(
    help: ArgumentHelp(
      "The patch that looks: column and row, from 1. (default: in the middle)", valueName: "column,row"))
  var patch: String?

  @Option(
    help: ArgumentHelp("The head whose M is drawn over the distance, from 1. (default: 1)", valueName: "n"))
  var head: Int?

  @Option(
    name: .customLong("word"),
    help: ArgumentHelp("A word of the prompt; may be given several times.", valueName: "word"))
  var words: [String] = []

  @Flag(name: .customLong("words"), help: "Every word of the prompt.") var showsAllWords = false

  private var asksForWords: Bool { showsAllWords || !words.isEmpty }

  func validate() throws {
    try inside.requireNatural([("layer", layer)])
    if let head, head < 1 { throw ValidationError("--head \(head): expected 1 or more.") }
    for (name, isGiven) in [("patch", patch != nil), ("head", head != nil)] where isGiven && layer == nil {
      throw ValidationError("--\(name): say of which --layer.")
    }
    if words.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw ValidationError("--word: expected a word of the prompt, found an empty one.")
    }
    if showsAllWords, let word = words.first {
      throw ValidationError("--word \(word): --words draws all of them; leave one of the two out.")
    }
    if asksForWords, layer != nil {
      throw ValidationError("--layer: words are looked at in the mean over all layers; leave it out.")
    }
    if let patch, numbers(patch) == nil {
      throw ValidationError("--patch \(patch): expected a column and a row, as in 5,4.")
    }
  }

  func run() throws {
    let looks = try inside.look(allSteps: inside.kind == "csv", making: { [$0] }) { model in
      if asksForWords {
        guard model.prompting != nil else {
          let option = showsAllWords ? "--words" : "--word"
          throw ModelError.unused(option: option, reason: "this model does not draw from text")
        }
        return .words
      }
      guard !model.attention.isEmpty else {
        throw ModelError.unused(option: "attention", reason: "this network has none between places")
      }
      return try place(in: model).map(ProbeQuestion.attention) ?? .attentionStatistics
    }
    let asked = try place(in: looks.description(0))
    for case .words(let found) in looks.found.map(\.answer) { try require(words, in: found) }
    let table = {
      asksForWords
        ? WordPlot.table(looks.found, panels: looks.panels, words: wanted)
        : AttentionTable.text(looks.found, panels: looks.panels, at: asked) { looks.description($0) }
    }
    let sheet = PlotSheet(looks.found.flatMap { plots(of: $0, looks) })
    if try !inside.write({ sheet }, table) { try sheet.show(orSay: table) }
  }

  /// Of a panel, in the one step that is drawn.
  private func plots(
    of look: StepLook<ProbeAnswer>, _ looks: InsideOptions.Looks<StepLook<ProbeAnswer>>
  ) -> [any Plot] {
    let model = looks.description(look.panel)
    let panel = looks.panels.count > 1 ? "\(looks.panels[look.panel]), " : ""
    let knobs = looks.recipe.panels[look.panel].knobs.mask.bending(model.hasMask)
    let isMasked = knobs.strength != 0
    switch look.answer {
    case .attentionStatistics(let statistics):
      return AttentionPlot.Measure.allCases.map { measure in
        var plot = AttentionPlot.bars(measure, of: statistics, in: model, isMasked: isMasked)
        plot.title = "\(panel)\(plot.title), step \(look.number)"
        return plot
      }
    case .attention(let probe):
      guard let asked = try? place(in: model) else { return [] }
      let (grid, name) = (model.grid(ofBlock: asked.block), model.attention[asked.block].name)
      var maps = AttentionPlot.maps(
        probe, from: asked.patch, grid: grid, name: name, isMasked: isMasked)
      maps.title = "\(panel)\(maps.title), step \(look.number)"
      guard isMasked else { return [maps] }
      let head = min(head ?? 1, model.attention[asked.block].heads) - 1
      var profile = AttentionPlot.profile(
        model.masks[asked.block].edited(knobs.mixture, block: asked.block), head: head, grid: grid,
        pixels: model.patchPixels(ofBlock: asked.block), knobs)
      profile.title = "\(panel)\(profile.title), \(name) head \(head + 1)"
      return [maps, profile]
    case .words(let found):
      var maps = WordPlot.maps(found, of: wanted(found))
      maps.title = "\(panel)\(maps.title), step \(look.number)"
      return [maps]
    case .features, .times: return []
    }
  }

  private func require(_ words: [String], in found: WordMaps) throws {
    for word in words where !found.words.contains(where: { $0.text.lowercased() == word.lowercased() }) {
      let known = found.words.map(\.text)
      throw UsageError(
        description: known.isEmpty
          ? "--word \(word): the prompt has no words"
          : "--word \(word): not in the prompt; expected one of \(known.joined(separator: ", "))")
    }
  }

  /// The words that are asked for, in the order of the prompt.
  private func wanted(_ found: WordMaps) -> [PromptWord] {
    let asked = Set(words.map { $0.lowercased() })
    return showsAllWords ? found.words : found.words.filter { asked.contains($0.text.lowercased()) }
  }

  /// That is asked about; nil for all layers.
  private func place(in model: ModelDescription) throws -> AttentionPlace? {
    guard let layer else { return nil }
    guard model.attention.indices.contains(layer) else {
      throw UsageError(
        description: "--layer \(layer): expected 0 to \(model.attention.count - 1), the layers with "
          + "attention")
    }
    let heads = model.attention[layer].heads
    if let head, head > heads {
      throw UsageError(
        description:
          "--head \(head): expected 1 to \(heads): \(model.attention[layer].name) has \(heads) heads")
    }
    let grid = model.grid(ofBlock: layer)
    guard let patch, let (column, row) = numbers(patch) else {
      return AttentionPlace(block: layer, patch: grid.columns * (grid.rows / 2) + grid.columns / 2)
    }
    guard (1...grid.columns).contains(column), (1...grid.rows).contains(row) else {
      throw UsageError(
        description: "--patch \(patch): expected 1,1 to \(grid.columns),\(grid.rows), the patches of "
          + model.attention[layer].name)
    }
    return AttentionPlace(block: layer, patch: (row - 1) * grid.columns + column - 1)
  }

  private func numbers(_ text: String) -> (column: Int, row: Int)? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let column = parts[0], let row = parts[1] else { return nil }
    return (column, row)
  }
}
