import Console
import Engines
import Foundation
import Models
import Recipes
import Tensors

/// Does again what a file of actions tells, with the real engine, and shows every state that comes of it.
///
/// The order of what happens is the file's and not the clock's: an action waits for the steps that had come when it
/// was done, and no later step is let in before it. So two replays go through the same states.
package final class Replay {
  package private(set) var state: ExplorerState
  private let lines: [ActionLine]
  private let keepsSize: Bool
  private var steps: StepSource
  private let model: LoadedModel
  private let modelFile: @Sendable (String) throws -> URL

  /// - Parameters:
  ///   - themes: names in the file's order; of those that are not there, the name stays.
  ///   - size: nil takes the recorded ones.
  ///   - fileNoise: [1, channel, row, column] where the recorded session had `--noise`.
  ///   - pictures: how they are drawn at the beginning; nil takes the recorded way.
  ///   - modelFile: finds models that single panels have by what the file calls them.
  package init(
    _ file: ActionFile, model: LoadedModel, size: CellSize? = nil, fileNoise: Tensor? = nil,
    pictures: PictureMode? = nil,
    modelFile: @escaping @Sendable (String) throws -> URL = { try ModelLibrary().recorded($0) }
  ) throws {
    let references = file.start.models ?? []
    let others = try model.withOpenModels { models in
      try references.map { try models.open(modelFile($0), reference: $0) }
    }
    var recipe = file.start.recipe
    let common = KnownModel(identity: model.identity, reference: model.name, description: model.description)
    let models = KnownModels(common, others: others)
    _ = try recipe.adopt(models)
    try recipe.requireUse(by: models)
    let themes = file.start.themes.isEmpty ? [""] : file.start.themes
    state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      others: others, settings: Settings(recipe, model.description, noiseFromFile: fileNoise != nil),
      themes: themes, theme: min(max(0, file.start.theme), themes.count - 1),
      size: size ?? CellSize(columns: file.start.columns, rows: file.start.rows))
    state.modelReference = file.start.model
    state.openingSweep = recipe.sweep
    state.opensTour = file.start.tour == true
    state.pictureModes = file.start.pictureModes?.compactMap(PictureMode.init(named:)) ?? PictureMode.blocks
    state.pictures = pictures ?? file.start.pictures.flatMap(PictureMode.init(named:)) ?? .half
    state.cell = ActionStart.size(ofCell: file.start.cell)
    state.picturesSuitTerminal = pictures == nil && file.start.picturesSuitTerminal == true
    lines = file.lines
    keepsSize = size != nil
    steps = StepSource(model, fileNoise: fileNoise)
    self.model = model
    self.modelFile = modelFile
  }

  /// - Parameter show: is given each state, and how many seconds passed in the session until the next action;
  ///   false ends the replay.
  /// - Throws: `ReplayError` where the file asks for steps that this program does not make.
  package func play(_ show: (ExplorerState, Double) throws -> Bool) throws {
    defer { steps.close() }
    try carryOut(state.begin())
    guard try show(state, 0) else { return }
    var seconds = 0.0
    for line in lines {
      guard try bring(to: line.after, show) else { return }
      guard try show(state, max(0, line.seconds - seconds)) else { return }
      seconds = line.seconds
      for message in try messages(of: line) {
        if keepsSize, case .input(.resized) = message { continue }
        try carryOut(state.update(message))
        guard try show(state, message.isTick ? Double(ExplorerState.tickMilliseconds) / 1000 : 0) else {
          return
        }
      }
    }
    if lines.last?.end == nil {
      let ends = state.settings.panels.map { state.settings.plan(of: $0).stepCount }
      _ = try bring(to: ends, show)
    }
  }

  /// Lets steps in, one for each panel in a round, until each has had as many as the file says.
  private func bring(to wanted: [Int], _ show: (ExplorerState, Double) throws -> Bool) throws -> Bool {
    while true {
      let arrived = state.arrivedSteps
      let behind = arrived.indices.filter { $0 < wanted.count && arrived[$0] < wanted[$0] }
      if behind.isEmpty { return true }
      for place in behind {
        let count = state.settings.plan(of: state.settings.panels[place]).stepCount
        if wanted[place] > count { throw ReplayError.steps(wanted: wanted[place], count: count) }
      }
      for place in behind {
        let panel = state.settings.panels[place]
        let plan = state.settings.plan(of: panel)
        let step = try steps.step(arrived[place], of: plan, panel: panel.id)
        try carryOut(state.update(.stepped(panel: panel.id, plan: plan, step)))
        // At once: when it came was the recorded machine's affair.
        if step.index + 1 == plan.stepCount, state.decodingPanels.contains(panel.id) {
          let picture = try steps.end(of: plan, panel: panel.id)
          try carryOut(
            state.update(
              .decoded(panel: panel.id, plan: plan, step: step.index, picture)))
        }
      }
      guard state.arrivedSteps != arrived else { throw ReplayError.stuck }
      guard try show(state, 0) else { return false }
    }
  }

  /// A model is opened when it was there and not when it was asked for.
  private func messages(of line: ActionLine) throws -> [ExplorerMessage] {
    guard let reference = line.opened, let panel = line.panel else { return line.messages }
    let opened = try model.withOpenModels { [modelFile] in
      try $0.open(modelFile(reference), reference: reference)
    }
    return [.modelOpened(panel: panel, opened)]
  }

  private func carryOut(_ effects: [ExplorerEffect]) throws {
    steps.carryOut(effects.filter(\.isReplayed), of: state)
    // All of a sweep at once: when which cell came was the recorded machine's affair.
    while let sweep = state.layers[SweepLayer.self], !sweep.isAtRest {
      for cell in try steps.nextCells() { _ = state.update(.sweptCell(cell)) }
    }
  }
}

extension ExplorerEffect {
  /// Whether a replay does it again. Files, clipboard and leaving were the recorded session's; a model is opened when
  /// it was there and not when it was asked for; what is looked at inside, and a step looked at closely, is not shown.
  fileprivate var isReplayed: Bool {
    switch self {
    case .run, .sweep: true
    case .open, .probe, .lookInto, .compare, .decode, .redraw, .save, .list, .copy, .quit: false
    }
  }
}

extension ExplorerMessage {
  fileprivate var isTick: Bool { if case .tick = self { true } else { false } }
}

package enum ReplayError: Error, CustomStringConvertible {
  case stuck
  case steps(wanted: Int, count: Int)
  case engine(String)

  package var description: String {
    switch self {
    case .stuck: "the recording asks for steps that do not come; it was made with another version or model"
    case .steps(let wanted, let count):
      "the recording waits for step \(wanted) of a run of \(count); it was changed, or made with another version"
    case .engine(let text): text
    }
  }
}
