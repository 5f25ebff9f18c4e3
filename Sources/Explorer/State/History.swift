/// The settings that undo goes back to, and those that redo goes on to.
package struct History: Sendable {
  /// Bounded, and more than anyone steps back through.
  private static let mostSteps = 1000

  package private(set) var undoStack: [Settings] = []
  package private(set) var redoStack: [Settings] = []
  /// The control that the last change moved: a drag or a held key is one step of undo.
  private var lastChanged: ControlID?

  /// Before the settings are changed.
  /// - Parameter control: what is moved; changes of one control in a row are one step.
  mutating func record(_ settings: Settings, movedBy control: ControlID?) {
    if control == nil || control != lastChanged {
      undoStack.append(settings)
      if undoStack.count > Self.mostSteps { undoStack.removeFirst() }
    }
    redoStack = []
    lastChanged = control
  }

  /// The next change begins a step of its own.
  mutating func endMove() { lastChanged = nil }

  /// - Returns: what to go back to; nil where there is nothing.
  mutating func undo(from settings: Settings) -> Settings? {
    guard let earlier = undoStack.popLast() else { return nil }
    redoStack.append(settings)
    endMove()
    return earlier
  }

  mutating func redo(from settings: Settings) -> Settings? {
    guard let later = redoStack.popLast() else { return nil }
    undoStack.append(settings)
    endMove()
    return later
  }
}
