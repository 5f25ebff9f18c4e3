import Console

/// One line of text that is being typed, edited by grapheme clusters: what a person sees as one character.
///
/// What is typed may join what stands before or behind it into one cluster (UAX 29), so the cursor is a place in
/// the text itself and is looked for again after every edit.
package struct TextField: Hashable, Sendable {
  package private(set) var text: String
  /// UTF-8 bytes before the cursor, which is never inside a cluster.
  private var offset: Int
  /// Stands before the text.
  package var prompt: String
  /// Shown, muted, while there is no text.
  package var placeholder: String
  /// Said below the text's meaning, such as that it is out of range; nil: the text is fine.
  package var problem: String?

  /// No more than this is taken, so that every key is quick.
  package static let byteLimit = 4096
  /// Marks on one letter. UAX 15 calls text with more than 30 unfit for streams; the longest emoji have ten.
  private static let scalarLimit = 32

  package init(text: String = "", prompt: String = "", placeholder: String = "") {
    self.text = ""
    offset = 0
    self.prompt = prompt
    self.placeholder = placeholder
    insert(text)
    problem = nil
  }

  /// Clusters before the cursor.
  package var cursor: Int { text[..<place].count }

  /// Whether the key was one for a line of text; the others are the caller's.
  package mutating func handle(_ key: Key, _ modifiers: KeyModifiers = []) -> Bool {
    switch (key, modifiers) {
    case (.character(let character), []): insert(String(character))
    case (.backspace, _): delete(from: before(place), to: place)
    case (.delete, _): delete(from: place, to: behind(place))
    case (.left, []): move(to: before(place))
    case (.right, []): move(to: behind(place))
    case (.home, _), (.character("a"), .control): move(to: text.startIndex)
    case (.end, _), (.character("e"), .control): move(to: text.endIndex)
    case (.character("u"), .control): delete(from: text.startIndex, to: place)
    case (.character("k"), .control): delete(from: place, to: text.endIndex)
    case (.character("w"), .control): delete(from: wordStart, to: place)
    default: return false
    }
    return true
  }

  /// Puts text in at the cursor; line ends and other controls are left out, and so is what is too much.
  package mutating func insert(_ more: String) {
    // A scalar is at most four bytes, so this is enough to know that there is too much.
    let plain = more.unicodeScalars.lazy.filter { $0.properties.generalCategory != .control }
      .prefix(Self.byteLimit + 1)
    var scalars = String.UnicodeScalarView(text[..<place].unicodeScalars)
    var room = Self.byteLimit - text.utf8.count
    for scalar in plain {
      room -= UTF8.width(scalar)
      if room < 0 {
        problem = "no more than \(Self.byteLimit) bytes fit"
        break
      }
      scalars.append(scalar)
    }
    let head = Self.withFewMarks(String(scalars))
    let tail = String(text[place...])
    text = Self.withFewMarks(head + tail)
    settle(at: min(head.utf8.count, text.utf8.count))
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
    let under = place < text.endIndex ? String(text[place]) : " "
    // Something is to be seen of the cursor on what cannot be seen, too.
    let marked = CellText.columns(of: under) == 0 ? " " : under
    let room = area.columns - CellText.columns(of: marked)
    var start = place
    var columns = 0
    while start > text.startIndex {
      let previous = text.index(before: start)
      let wider = columns + CellText.columns(of: String(text[previous]))
      if wider > room { break }
      (start, columns) = (previous, wider)
    }
    var used = buffer.write(String(text[start..<place]), at: area.origin, style: style, limit: area.columns)
    func write(_ more: String, _ style: CellStyle) {
      let rest = area.split(left: used).rest
      used += buffer.write(more, at: rest.origin, style: style, limit: rest.columns)
    }
    write(marked, style.with(.reverse))
    if place < text.endIndex { write(String(text[text.index(after: place)...]), style) }
    if let problem { write("  " + problem, theme[.error]) }
  }

  private var place: String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }

  private func before(_ place: String.Index) -> String.Index {
    place > text.startIndex ? text.index(before: place) : place
  }

  private func behind(_ place: String.Index) -> String.Index {
    place < text.endIndex ? text.index(after: place) : place
  }

  private var wordStart: String.Index {
    var start = place
    while start > text.startIndex, text[before(start)] == " " { start = before(start) }
    while start > text.startIndex, text[before(start)] != " " { start = before(start) }
    return start
  }

  private mutating func move(to place: String.Index) {
    offset = text.utf8.distance(from: text.startIndex, to: place)
  }

  private mutating func delete(from start: String.Index, to end: String.Index) {
    let bytes = text.utf8.distance(from: text.startIndex, to: start)
    text = Self.withFewMarks(String(text[..<start]) + String(text[end...]))
    settle(at: min(bytes, text.utf8.count))
  }

  /// The cursor goes to the end of the cluster that the byte is in: what was on both sides may have become one.
  private mutating func settle(at bytes: Int) {
    offset = 0
    for character in text {
      if offset >= bytes { break }
      offset += character.utf8.count
    }
  }

  private static func withFewMarks(_ text: String) -> String {
    if text.utf8.count <= scalarLimit { return text }
    var kept = ""
    for character in text {
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: character.unicodeScalars.prefix(scalarLimit))
      kept += String(scalars)
    }
    return kept
  }
}
