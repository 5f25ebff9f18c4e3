/// The escape sequences that terminals of xterm's family send for keys, whatever terminfo says.
///
/// ncurses recognises them for us (`define_key`) and hands back our own numbers, which the decoder reads.
package enum KeySequences {
  /// Begins a mouse report in SGR form: `ESC [ <`.
  package static let mouseReport: Int32 = 0x5000
  /// Brackets around pasted text: `ESC [ 200 ~`, `ESC [ 201 ~`.
  package static let pasteBegins: Int32 = 0x5001
  package static let pasteEnds: Int32 = 0x5002
  private static let firstKey: Int32 = 0x5010

  package struct Sequence: Sendable {
    package let text: String
    package let code: Int32
  }

  package struct Meaning: Hashable, Sendable {
    package let key: Key
    package let modifiers: KeyModifiers
  }

  /// Every sequence with the number that stands for it.
  package static let all: [Sequence] =
    [
      Sequence(text: "\u{1B}[<", code: mouseReport),
      Sequence(text: "\u{1B}[200~", code: pasteBegins),
      Sequence(text: "\u{1B}[201~", code: pasteEnds),
    ] + keys.enumerated().map { Sequence(text: $1.text, code: firstKey + Int32($0)) }

  /// What the key numbers among them mean.
  static let meanings: [Int32: Meaning] = Dictionary(
    uniqueKeysWithValues: keys.enumerated().map { (firstKey + Int32($0), $1.meaning) })

  private static let keys: [(text: String, meaning: Meaning)] = {
    var list: [(text: String, meaning: Meaning)] = []
    func add(_ text: String, _ key: Key, _ modifiers: KeyModifiers = []) {
      list.append(("\u{1B}" + text, Meaning(key: key, modifiers: modifiers)))
    }
    // ESC [ A, ESC O A, and with modifiers ESC [ 1 ; m A.
    let lettered: [(String, Key)] = [
      ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end),
      ("P", .function(1)), ("Q", .function(2)), ("R", .function(3)), ("S", .function(4)),
    ]
    for (letter, key) in lettered {
      if case .function = key {} else { add("[\(letter)", key) }
      add("O\(letter)", key)
      for (number, modifiers) in modifierNumbers { add("[1;\(number)\(letter)", key, modifiers) }
    }
    // ESC [ n ~, and with modifiers ESC [ n ; m ~.
    let numbered: [(Int, Key)] = [
      (1, .home), (2, .insert), (3, .delete), (4, .end), (5, .pageUp), (6, .pageDown), (7, .home), (8, .end),
      (15, .function(5)), (17, .function(6)), (18, .function(7)), (19, .function(8)), (20, .function(9)),
      (21, .function(10)), (23, .function(11)), (24, .function(12)),
    ]
    for (number, key) in numbered {
      add("[\(number)~", key)
      for (modifier, modifiers) in modifierNumbers { add("[\(number);\(modifier)~", key, modifiers) }
    }
    add("[Z", .backTab)
    return list
  }()

  /// xterm's numbers: 1 + (1 shift, 2 alt, 4 control).
  private static let modifierNumbers: [(Int, KeyModifiers)] = (2...8).map { number in
    (number, KeyModifiers(rawValue: UInt8(number - 1)))
  }
}
