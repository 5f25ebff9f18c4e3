import Console

/// Keys and mouse as text, for files that people may read.
enum InputText {
  private static let keys: [(Key, String)] = [
    (.up, "up"), (.down, "down"), (.left, "left"), (.right, "right"), (.home, "home"), (.end, "end"),
    (.pageUp, "page-up"), (.pageDown, "page-down"), (.tab, "tab"), (.backTab, "back-tab"), (.enter, "enter"),
    (.escape, "escape"), (.backspace, "backspace"), (.delete, "delete"), (.insert, "insert"),
    (.character(" "), "space"),
  ]
  private static let modifiers: [(KeyModifiers, String)] = [
    (.control, "ctrl+"), (.alt, "alt+"), (.shift, "shift+"),
  ]
  private static let buttons: [(MouseEvent.Button, String)] = [
    (.left, "left"), (.middle, "middle"), (.right, "right"), (.none, "none"),
  ]
  private static let actions: [(MouseEvent.Action, String)] = [
    (.press, "press"), (.release, "release"), (.drag, "drag"), (.wheelUp, "wheel-up"),
    (.wheelDown, "wheel-down"),
  ]

  /// As in `a`, `ctrl+z`, `shift+right`, `f1`.
  static func text(_ key: Key, _ held: KeyModifiers) -> String {
    let name: String
    switch key {
    case .function(let number): name = "f\(number)"
    case .character(let character) where character != " ": name = String(character)
    default: name = keys.first { $0.0 == key }?.1 ?? ""
    }
    return modifiers.filter { held.contains($0.0) }.map(\.1).joined() + name
  }

  /// As in `press left 10 4`, column and row from 0; what is held stands at the end.
  static func text(_ mouse: MouseEvent) -> String {
    let action = actions.first { $0.0 == mouse.action }?.1 ?? ""
    let button = buttons.first { $0.0 == mouse.button }?.1 ?? ""
    let held = modifiers.filter { mouse.modifiers.contains($0.0) }.map { String($0.1.dropLast()) }
    return ([action, button, "\(mouse.point.column)", "\(mouse.point.row)"] + held).joined(separator: " ")
  }

  /// nil for what is no key.
  static func key(_ text: String) -> InputEvent? {
    var (rest, held) = (text[...], KeyModifiers())
    while let (modifier, name) = modifiers.first(where: { rest.hasPrefix($0.1) && rest != $0.1 }) {
      held.insert(modifier)
      rest = rest.dropFirst(name.count)
    }
    if let (key, _) = keys.first(where: { $0.1 == rest }) { return .key(key, held) }
    if rest.count == 1, let character = rest.first { return .key(.character(character), held) }
    if rest.hasPrefix("f"), let number = Int(rest.dropFirst()), (1...63).contains(number) {
      return .key(.function(number), held)
    }
    return nil
  }

  static func mouse(_ text: String) -> InputEvent? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count >= 4, let action = actions.first(where: { $0.1 == words[0] })?.0,
      let button = buttons.first(where: { $0.1 == words[1] })?.0, let column = Int(words[2]),
      let row = Int(words[3]), ActionFile.places.contains(column), ActionFile.places.contains(row)
    else { return nil }
    let held = modifiers.filter { words[4...].contains(String($0.1.dropLast())) }
    return .mouse(
      MouseEvent(
        point: CellPoint(column: column, row: row), button: button, action: action,
        modifiers: KeyModifiers(held.map(\.0))))
  }
}
