import Recipes

/// Prompts as they are shown and set.
extension ExplorerState {
  /// Words of a setting that is typed; several images' stand side by side.
  package func text(of id: ControlID, panel: PanelSettings) -> String {
    guard case .run(let setting) = id, case .texts(let texts)? = settings.value(of: setting, in: panel) else {
      return ""
    }
    return texts.joined(separator: " | ")
  }

  /// Sets what a prompt says, and remembers both what it said and what it says.
  mutating func say(_ id: ControlID, _ text: String) -> [ExplorerEffect] {
    guard case .run(let setting) = id, setting.entry.kind == .texts else { return [] }
    history.endMove()
    promptHistory.insert(self.text(of: id, panel: selectedPanel))
    promptHistory.insert(text)
    let panel = selected
    let effects = change(nil) { $0.set(setting, to: .texts([text]), in: panel) }
    // Of one that is new the engine says it.
    if let pieces = promptPieces[text] {
      message = Message(text: "\(LongPrompt(text: text, pieces: pieces))")
    }
    return effects
  }

  /// A field for it, or why there is none.
  mutating func type(_ setting: RunSetting) -> Outcome {
    guard let control = control(.run(setting)) else {
      let what =
        setting == .negative && traits.prompting != nil ? "has no use for a negative prompt" : "reads no text"
      message = Message(text: "this model \(what)", isError: true)
      return .consumed()
    }
    focus = control.id
    return .pushed(PromptField(setting, self))
  }
}

/// What was typed, the newest last and each once.
package struct PromptHistory: Hashable, Sendable {
  private static let most = 100
  package private(set) var texts: [String] = []

  package init() {}

  mutating func insert(_ text: String) {
    guard !text.isEmpty else { return }
    texts.removeAll { $0 == text }
    texts.append(text)
    if texts.count > Self.most { texts.removeFirst() }
  }
}
