/// Turns what ncurses reads, bytes and key numbers, into events. It touches no terminal.
///
/// Reports and answers may arrive in pieces, so the decoder keeps what is unfinished. Answers of the terminal are
/// no events, however late they come; sequences that nobody knows are swallowed.
package struct InputDecoder {
  private enum State {
    case ground
    /// ESC came; what follows in the same burst was typed with Alt, or is a sequence.
    case escape
    /// After ESC [ : up to a final letter. ncurses knows what comes whole; these came in pieces, or are unknown.
    case controlSequence(bytes: [UInt8])
    /// After ESC O : one letter.
    case singleShift
    /// After ESC and one of P ] _ ^ X: up to ESC \ or BEL.
    case controlString(introducer: UInt8, bytes: [UInt8], endsNext: Bool)
    case mouse(fields: [Int])
    case paste(bytes: [UInt8], previous: Int32)
    case character(bytes: [UInt8], missing: Int, modifiers: KeyModifiers)
  }

  /// What the key numbers of ncurses mean, beside our own.
  private let keys: [Int32: KeySequences.Meaning]
  private var state = State.ground
  private var events: [InputEvent] = []
  private var answers: [TerminalAnswer] = []

  /// An answer longer than this is no answer (kitty says why in a hundred characters and more), a paste longer than
  /// this is cut.
  private static let controlStringLimit = 1024
  private static let pasteLimit = 1 << 20
  /// ESC [ 201, before the ~.
  private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31]

  package init(keys: [Int32: KeySequences.Meaning] = [:]) {
    self.keys = keys.merging(KeySequences.meanings) { _, ours in ours }
  }

  /// Everything that one burst of input means, where nothing more is on its way.
  package mutating func decode(_ codes: some Sequence<Int32>) -> [InputEvent] { receive(codes) + settle() }

  /// What is certain of a burst of input; what is unfinished at its end waits.
  package mutating func receive(_ codes: some Sequence<Int32>) -> [InputEvent] {
    events.removeAll(keepingCapacity: true)
    for code in codes { take(code) }
    return events
  }

  /// What the terminal answered since the last time.
  package mutating func takeAnswers() -> [TerminalAnswer] {
    defer { answers = [] }
    return answers
  }

  /// ESC came, and it is open whether it is a key or the beginning of one.
  package var isInDoubt: Bool {
    switch state {
    case .escape, .singleShift: true
    case .controlSequence(let bytes): bytes.isEmpty
    case .controlString(_, let bytes, let endsNext): bytes.isEmpty && !endsNext
    default: false
    }
  }

  /// An answer has begun and not ended.
  package var isInAnswer: Bool {
    if case .controlString = state { !isInDoubt } else { false }
  }

  /// No end of the answer came: it is none, and what comes next are keys.
  package mutating func giveAnswerUp() { if isInAnswer { state = .ground } }

  /// Nothing more came: what was in doubt is what it looks like.
  package mutating func settle() -> [InputEvent] {
    events.removeAll(keepingCapacity: true)
    guard isInDoubt else { return [] }
    switch state {
    case .controlSequence: emit(.character("["), .alt)
    case .singleShift: emit(.character("O"), .alt)
    case .controlString(let introducer, _, _): emit(.character(Character(Unicode.Scalar(introducer))), .alt)
    default: emit(.escape)
    }
    state = .ground
    return events
  }

  private mutating func take(_ code: Int32) {
    switch state {
    case .ground: key(code, modifiers: [])
    case .escape: afterEscape(code)
    case .controlSequence(let bytes): controlSequence(code, after: bytes)
    case .singleShift:
      state = .ground
      if let meaning = Self.meaning("O", code) { known(meaning) } else { key(code, modifiers: []) }
    case .controlString(let introducer, let bytes, let endsNext):
      controlString(code, introducer: introducer, bytes: bytes, endsNext: endsNext)
    case .mouse(let fields): mouse(code, fields: fields)
    case .paste(let bytes, let previous): paste(code, bytes: bytes, previous: previous)
    case .character(let bytes, let missing, let modifiers):
      character(code, bytes: bytes, missing: missing, modifiers: modifiers)
    }
  }

  private mutating func afterEscape(_ code: Int32) {
    state = .ground
    switch code {
    case 27:
      emit(.escape)
      state = .escape
    case 0x5B: state = .controlSequence(bytes: [])
    case 0x4F: state = .singleShift
    case 0x50, 0x5D, 0x5F, 0x5E, 0x58:
      state = .controlString(introducer: UInt8(code), bytes: [], endsNext: false)
    default: key(code, modifiers: .alt)
    }
  }

  private mutating func controlSequence(_ code: Int32, after bytes: [UInt8]) {
    state = .ground
    switch code {
    case 27: state = .escape
    case 0x3C where bytes.isEmpty: known(KeySequences.mouseReport)
    case 0x40...0x7E:
      let text = "[" + String(decoding: bytes, as: UTF8.self)
      if let meaning = Self.meaning(text, code) {
        known(meaning)
      } else if let answer = TerminalAnswer(
        controlSequence: String(text.dropFirst()), final: Character(Unicode.Scalar(UInt8(code))))
      {
        answers.append(answer)
      }
    case 0x20..<0x40 where bytes.count <= Self.controlStringLimit:
      state = .controlSequence(bytes: bytes + [UInt8(code)])
    case 256...: key(code, modifiers: [])
    default: break
    }
  }

  /// Answers are text: a control character is a key, and the string that it cuts off is no answer.
  private mutating func controlString(_ code: Int32, introducer: UInt8, bytes: [UInt8], endsNext: Bool) {
    state = .ground  // Lets go of the array in the state, so that appending does not copy it.
    switch code {
    case 7,
      0x5C where endsNext:
      let body = String(decoding: bytes, as: UTF8.self)
      let kind = Character(Unicode.Scalar(introducer))
      if let answer = TerminalAnswer(controlString: body, introducer: kind) { answers.append(answer) }
    case _ where endsNext: afterEscape(code)
    case 27: state = .controlString(introducer: introducer, bytes: bytes, endsNext: true)
    case 0x20...0xFF where code != 0x7F && bytes.count < Self.controlStringLimit:
      state = .controlString(introducer: introducer, bytes: bytes + [UInt8(code)], endsNext: false)
    default: key(code, modifiers: [])
    }
  }

  private static let sequences = Dictionary(
    KeySequences.all.map { ($0.text, $0.code) }, uniquingKeysWith: { first, _ in first })

  /// What ncurses would have said, had it come at once; nil for what nobody knows.
  private static func meaning(_ text: String, _ last: Int32) -> Int32? {
    guard let last = UInt8(exactly: last) else { return nil }
    return sequences["\u{1B}" + text + String(Unicode.Scalar(last))]
  }

  private mutating func known(_ code: Int32) { key(code, modifiers: []) }

  private mutating func key(_ code: Int32, modifiers: KeyModifiers) {
    switch code {
    case KeySequences.mouseReport: state = .mouse(fields: [0])
    case KeySequences.pasteBegins: state = .paste(bytes: [], previous: 0)
    case KeySequences.pasteEnds: break
    case 27: state = .escape
    case 3: events.append(.interrupt)
    case 28: events.append(.leave(status: 128 + 3))  // ^\ is SIGQUIT where the terminal makes signals.
    case 0: emit(.character(" "), modifiers.union(.control))
    case 9: emit(.tab, modifiers)
    case 10, 13: emit(.enter, modifiers)
    case 8, 127: emit(.backspace, modifiers)
    case 1...26: control(letter: UInt8(code) + 0x60, modifiers)
    case 29...31: control(letter: UInt8(code) + 0x40, modifiers)
    case 32..<127: emit(.character(Character(Unicode.Scalar(UInt8(code)))), modifiers)
    case 0xC2...0xDF: state = .character(bytes: [UInt8(code)], missing: 1, modifiers: modifiers)
    case 0xE0...0xEF: state = .character(bytes: [UInt8(code)], missing: 2, modifiers: modifiers)
    case 0xF0...0xF4: state = .character(bytes: [UInt8(code)], missing: 3, modifiers: modifiers)
    default:
      if let meaning = keys[code] { emit(meaning.key, meaning.modifiers.union(modifiers)) }
    }
  }

  private mutating func control(letter: UInt8, _ modifiers: KeyModifiers) {
    emit(.character(Character(Unicode.Scalar(letter))), modifiers.union(.control))
  }

  private mutating func character(_ code: Int32, bytes: [UInt8], missing: Int, modifiers: KeyModifiers) {
    state = .ground
    guard (0x80...0xBF).contains(code) else { return key(code, modifiers: []) }
    let more = bytes + [UInt8(code)]
    if missing > 1 {
      state = .character(bytes: more, missing: missing - 1, modifiers: modifiers)
    } else if let text = String(validating: more, as: UTF8.self), let typed = text.first {
      // C1 controls arrive here as two bytes; nobody types them.
      let value = typed.unicodeScalars.first?.value ?? 0
      if !(0x80...0x9F).contains(value) { emit(.character(typed), modifiers) }
    }
  }

  private mutating func paste(_ code: Int32, bytes: [UInt8], previous: Int32) {
    if code == KeySequences.pasteEnds {
      state = .ground
      events.append(.paste(String(decoding: bytes, as: UTF8.self)))
      return
    }
    var bytes = bytes
    state = .ground  // Lets go of the array in the state, so that appending does not copy it.
    if code == 0x7E, bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
      // Its end came in pieces.
      bytes.removeLast(Self.pasteEnd.count)
      events.append(.paste(String(decoding: bytes, as: UTF8.self)))
      return
    }
    if bytes.count < Self.pasteLimit, (0...255).contains(code), !(code == 10 && previous == 13) {
      bytes.append(code == 13 ? 10 : UInt8(code))
    }
    state = .paste(bytes: bytes, previous: code)
  }

  /// `button ; column ; row` and then M (pressed or moved) or m (released); columns and rows from 1.
  private mutating func mouse(_ code: Int32, fields: [Int]) {
    var fields = fields
    switch code {
    case 0x30...0x39:
      fields[fields.count - 1] = min(99_999, fields[fields.count - 1] * 10 + Int(code - 0x30))
      state = .mouse(fields: fields)
    case 0x3B where fields.count < 3:
      state = .mouse(fields: fields + [0])
    case 0x4D, 0x6D:
      state = .ground
      if fields.count == 3, let event = mouseEvent(fields, released: code == 0x6D) {
        events.append(.mouse(event))
      }
    default:
      state = .ground
      key(code, modifiers: [])
    }
  }

  /// Bits of the button: 1 and 2 which, 4 shift, 8 alt, 16 control, 32 moved, 64 wheel.
  private func mouseEvent(_ fields: [Int], released: Bool) -> MouseEvent? {
    let bits = fields[0]
    var modifiers: KeyModifiers = []
    if bits & 4 != 0 { modifiers.insert(.shift) }
    if bits & 8 != 0 { modifiers.insert(.alt) }
    if bits & 16 != 0 { modifiers.insert(.control) }
    let point = CellPoint(column: max(0, fields[1] - 1), row: max(0, fields[2] - 1))
    let buttons: [MouseEvent.Button] = [.left, .middle, .right, .none]
    let button = buttons[bits & 3]
    if bits & 64 != 0 {
      guard !released, bits & 3 < 2 else { return nil }  // 2 and 3 are a wheel turned sideways.
      let action: MouseEvent.Action = bits & 3 == 0 ? .wheelUp : .wheelDown
      return MouseEvent(point: point, button: .none, action: action, modifiers: modifiers)
    }
    if bits & 128 != 0 { return nil }  // Buttons 8 to 11.
    if released { return MouseEvent(point: point, button: button, action: .release, modifiers: modifiers) }
    if button == .none { return nil }
    return MouseEvent(
      point: point, button: button, action: bits & 32 != 0 ? .drag : .press, modifiers: modifiers)
  }

  private mutating func emit(_ key: Key, _ modifiers: KeyModifiers = []) {
    events.append(.key(key, modifiers))
  }
}
