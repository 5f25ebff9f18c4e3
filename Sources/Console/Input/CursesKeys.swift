internal import CNcurses

/// Keys that terminfo describes, by the numbers ncurses gives them.
package enum CursesKeys {
  package static let meanings: [Int32: KeySequences.Meaning] = {
    var keys: [Int32: KeySequences.Meaning] = [:]
    func add(_ code: Int32, _ key: Key, _ modifiers: KeyModifiers = []) {
      keys[code] = KeySequences.Meaning(key: key, modifiers: modifiers)
    }
    add(KEY_UP, .up)
    add(KEY_DOWN, .down)
    add(KEY_LEFT, .left)
    add(KEY_RIGHT, .right)
    add(KEY_HOME, .home)
    add(KEY_END, .end)
    add(KEY_PPAGE, .pageUp)
    add(KEY_NPAGE, .pageDown)
    add(KEY_BTAB, .backTab)
    add(KEY_ENTER, .enter)
    add(KEY_BACKSPACE, .backspace)
    add(KEY_DC, .delete)
    add(KEY_IC, .insert)
    add(KEY_SLEFT, .left, .shift)
    add(KEY_SRIGHT, .right, .shift)
    add(KEY_SR, .up, .shift)
    add(KEY_SF, .down, .shift)
    add(KEY_SHOME, .home, .shift)
    add(KEY_SEND, .end, .shift)
    add(KEY_SPREVIOUS, .pageUp, .shift)
    add(KEY_SNEXT, .pageDown, .shift)
    add(KEY_SDC, .delete, .shift)
    add(KEY_SIC, .insert, .shift)
    for number in 1...12 { add(KEY_F0 + Int32(number), .function(number)) }
    return keys
  }()
}
