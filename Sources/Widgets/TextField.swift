import Console

/// One line of text that is being typed.
package struct TextField: Hashable, Sendable {
  package private(set) var text: String
  /// Characters before the cursor.
  package private(set) var cursor: Int
  /// Stands before the text.
  package var prompt: String
  /// Shown, muted, while there is no text.
  package var placeholder: String
  /// Said below the text's meaning, such as that it is out of range; nil: the text is fine.
  package var problem: String?

  package init(text: String = "", prompt: String = "", placeholder: String = "") {
    self.text = text
    cursor = text.count
    self.prompt = prompt
    self.placeholder = placeholder
  }

  /// Whether the key was one for a line of text; the others are the caller's.
  package mutating func handle(_ key: Key, _ modifiers: KeyModifiers = []) -> Bool {
    switch (key, modifiers) {
    case (.character(let character), []): insert(String(character))
    case (.backspace, _): delete(from: cursor - 1, to: cursor)
    case (.delete, _): delete(from: cursor, to: cursor + 1)
    case (.left, []): cursor = max(0, cursor - 1)
    case (.right, []): cursor = min(text.count, cursor + 1)
    case (.home, _), (.character("a"), .control): cursor = 0
    case (.end, _), (.character("e"), .control): cursor = text.count
    case (.character("u"), .control): delete(from: 0, to: cursor)
    case (.character("k"), .control): delete(from: cursor, to: text.count)
    case (.character("w"), .control): delete(from: wordStart, to: cursor)
    default: return false
    }
    return true
  }

  /// Puts text in at the cursor; line ends and other controls are left out.
  package mutating func insert(_ more: String) {
    let plain = more.filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
    let place = text.index(text.startIndex, offsetBy: cursor)
    text.insert(contentsOf: plain, at: place)
    cursor += plain.count
  }

  /// Takes one row. The text scrolls so that the cursor is seen.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty else { return }
    let row = rect.split(top: 1).top
    let promptColumns = prompt.isEmpty ? 0 : CellText.columns(of: prompt) + 1
    buffer.write(prompt, in: row, style: theme[.accent].with(.bold))
    let area = row.split(left: promptColumns).rest
    guard !area.isEmpty else { return }
    if text.isEmpty { buffer.write(placeholder, in: area.split(left: 1).rest, style: theme[.muted]) }

    let style = theme[problem == nil ? .text : .error]
    var shown = Array(text) + [" "]
    var offset = cursor
    while CellText.columns(of: String(shown[..<offset])) >= area.columns, !shown.isEmpty {
      shown.removeFirst()
      offset -= 1
    }
    let before = String(shown[..<offset])
    let beforeColumns = buffer.write(before, at: area.origin, style: style, limit: area.columns)
    let rest = area.split(left: beforeColumns).rest
    let under = buffer.write(
      String(shown[offset]), at: rest.origin, style: style.with(.reverse), limit: rest.columns)
    buffer.write(
      String(shown[(offset + 1)...].dropLast(offset + 1 < shown.count ? 1 : 0)),
      at: rest.split(left: under).rest.origin, style: style, limit: rest.columns - under)
    if let problem {
      let used = CellText.columns(of: String(shown)) + 1
      buffer.write(problem, in: area.split(left: used).rest, style: theme[.error])
    }
  }

  private var wordStart: Int {
    let before = Array(text.prefix(cursor))
    var start = before.count
    while start > 0, before[start - 1] == " " { start -= 1 }
    while start > 0, before[start - 1] != " " { start -= 1 }
    return start
  }

  private mutating func delete(from start: Int, to end: Int) {
    guard start >= 0, end <= text.count, start < end else { return }
    let first = text.index(text.startIndex, offsetBy: start)
    text.removeSubrange(first..<text.index(first, offsetBy: end - start))
    cursor = start
  }
}
