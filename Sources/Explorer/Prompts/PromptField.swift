import Console
import Recipes
import Widgets

/// A prompt that is being typed; ↑ and ↓ go through those that were typed before.
struct PromptField: FieldLayer {
  var field: TextField
  private let setting: RunSetting
  /// How far back in the history, 1 for the newest; 0 for what is being typed.
  private var back = 0
  /// What was being typed when the history was opened.
  private var draft = ""

  init(_ setting: RunSetting, _ state: ExplorerState) {
    self.setting = setting
    field = TextField(
      text: state.text(of: .run(setting), panel: state.selectedPanel),
      placeholder: setting == .negative ? "nothing" : "as in a cat on blue")
  }

  func prompt(_ state: ExplorerState) -> String { "\(setting.entry.title):" }

  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.up, []): recall(1, state.promptHistory)
    case .key(.down, []): recall(-1, state.promptHistory)
    default: return handleLine(event, &state)
    }
    return .consumed()
  }

  mutating func take(_ state: inout ExplorerState) -> Outcome {
    .popped(state.say(.run(setting), field.text))
  }

  private mutating func recall(_ offset: Int, _ history: PromptHistory) {
    let place = back + offset
    guard 0...history.texts.count ~= place else { return }
    if back == 0 { draft = field.text }
    back = place
    field = TextField(
      text: place == 0 ? draft : history.texts[history.texts.count - place], placeholder: field.placeholder)
  }
}
