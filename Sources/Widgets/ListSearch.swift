/// How well an item of a list is what somebody typed.
///
/// What it is called goes before what is said of it, whole words before beginnings, those before parts of words, and
/// scattered letters come last.
enum ListSearch {
  /// - Parameter wanted: in small letters.
  /// - Returns: the less the better; nil: it is not meant.
  static func rank(of item: ListMenu.Item, wanted: String) -> Int? {
    let wanted = wanted.trimmingBlanks
    let (title, names) = (item.title.lowercased(), item.names.map { $0.lowercased() })
    if wanted.isEmpty || names.contains(wanted) || title == wanted { return 0 }
    if names.contains(where: { $0.hasPhrase(wanted, whole: true) }) { return 1 }
    if names.contains(where: { $0.hasPhrase(wanted) }) || title.hasPrefix(wanted) { return 2 }
    if title.hasPhrase(wanted, whole: true) { return 3 }
    if title.hasPhrase(wanted) { return 4 }
    let all = ([title] + names).joined(separator: " ")
    if wanted.split(separator: " ").allSatisfy({ all.hasPhrase(String($0)) }) { return 5 }
    if all.contains(wanted) { return 6 }
    var rest = wanted[...]
    for character in title where character == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty ? 7 : nil
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let end = reversed().drop { $0 == " " }.reversed()
    return String(end.drop { $0 == " " })
  }

  /// Whether a word begins with this; it may go on over several.
  /// - Parameter whole: it ends with a word, too.
  fileprivate func hasPhrase(_ phrase: String, whole: Bool = false) -> Bool {
    var rest = self[...]
    while let found = rest.firstRange(of: phrase) {
      let begins = found.lowerBound == startIndex || !self[index(before: found.lowerBound)].isPartOfWord
      let ends = found.upperBound == endIndex || !self[found.upperBound].isPartOfWord
      if begins, ends || !whole { return true }
      rest = self[index(after: found.lowerBound)...]
    }
    return false
  }
}

extension Character {
  fileprivate var isPartOfWord: Bool { isLetter || isNumber }
}
