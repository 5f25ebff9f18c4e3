/// A key, without its modifiers.
package enum Key: Hashable, Sendable {
  case character(Character)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case tab, backTab, enter, escape
  case backspace, delete, insert
  /// F1 is 1.
  case function(Int)
}

/// Held while a key or a mouse button is used. Shift is reported for keys that are not characters.
package struct KeyModifiers: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let shift = KeyModifiers(rawValue: 1)
  package static let alt = KeyModifiers(rawValue: 2)
  package static let control = KeyModifiers(rawValue: 4)
}

/// What the mouse did, and where.
package struct MouseEvent: Hashable, Sendable {
  package enum Button: Hashable, Sendable { case left, middle, right, none }
  package enum Action: Hashable, Sendable { case press, release, drag, wheelUp, wheelDown }

  package var point: CellPoint
  package var button: Button
  package var action: Action
  package var modifiers: KeyModifiers

  package init(point: CellPoint, button: Button, action: Action, modifiers: KeyModifiers = []) {
    self.point = point
    self.button = button
    self.action = action
    self.modifiers = modifiers
  }
}

/// Everything that can wake the program's loop.
package enum InputEvent: Hashable, Sendable {
  case key(Key, KeyModifiers)
  case mouse(MouseEvent)
  /// Text that was pasted in one piece; line ends are "\n".
  case paste(String)
  case resized(CellSize)
  /// Somebody called `WakeHandle.wake()`.
  case wake
  /// The program is back from a suspension; the screen will be repainted by the next `draw`.
  case resumed
  /// The terminal answered late: it can show pictures in these ways, from coarse to fine, best in one of them, and
  /// has cells of so many pixels.
  case canShow([PictureMode], best: PictureMode, cell: PixelSize)
  /// ^C or SIGINT.
  case interrupt
  /// The program must go now, with this exit status: 128 + the number of the signal.
  case leave(status: Int32)

  /// A plain character typed.
  package static func typed(_ character: Character) -> InputEvent { .key(.character(character), []) }
}
