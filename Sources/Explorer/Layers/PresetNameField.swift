import Recipes
import Widgets

/// The name under which the selected panel's knobs become a preset.
struct PresetNameField: FieldLayer {
  var field = TextField(placeholder: "as in soft and warm")

  func prompt(_ state: ExplorerState) -> String { "name of the preset" }

  mutating func take(_ state: inout ExplorerState) -> Outcome {
    let name = String(field.text.split(separator: " ").joined(separator: " ").prefix(60))
    guard !name.isEmpty else {
      state.message = .init(text: "a preset needs a name; nothing was saved", isError: true)
      return .popped()
    }
    return .popped([.save(.preset(Preset(name: name, knobs: state.selectedPanel.knobs, isOwn: true)))])
  }
}
