/// Cuts a terminal's output into characters, controls and sequences; they may come in pieces.
struct SequenceParser {
  struct Sequence {
    /// "?", ">", "=" or nothing.
    var marker: String
    /// Colons count as semicolons.
    var numbers: [Int]
    /// With intermediates, where there are any.
    var final: String
  }

  enum Token {
    case text(Unicode.Scalar)
    case control(UInt8)
    /// What follows ESC.
    case escape(String)
    case sequence(Sequence)
    /// A device control or operating system command, which shows nothing.
    case string(String)
  }

  private enum State {
    case ground
    case escape(String)
    case sequence([UInt8])
    case string([UInt8])
    case character([UInt8], missing: Int)
  }

  private var state = State.ground

  mutating func take(_ byte: UInt8) -> Token? {
    // CAN ends whatever was begun.
    if byte == 0x18 {
      state = .ground
      return nil
    }
    switch state {
    case .ground: return begin(byte)
    case .escape(let before): return escape(byte, before)
    case .sequence(let before):
      if byte == 0x1B {
        state = .escape("")
        return nil
      }
      if (0x40...0x7E).contains(byte) {
        state = .ground
        return .sequence(Self.sequence(before, final: byte))
      }
      state = .sequence(before + [byte])
    case .string(let before):
      if byte == 0x07 || (byte == 0x5C && before.last == 0x1B) {
        state = .ground
        return .string(String(decoding: before, as: UTF8.self))
      }
      state = .string(before + [byte])
    case .character(let before, let missing):
      guard (0x80...0xBF).contains(byte) else { return begin(byte) }
      if missing > 1 {
        state = .character(before + [byte], missing: missing - 1)
      } else {
        state = .ground
        return String(decoding: before + [byte], as: UTF8.self).unicodeScalars.first.map(Token.text)
      }
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8) -> Token? {
    state = .ground
    switch byte {
    case 0x1B: state = .escape("")
    case 0..<0x20, 0x7F: return .control(byte)
    case 0x20..<0x7F: return .text(Unicode.Scalar(byte))
    case 0xC2...0xDF: state = .character([byte], missing: 1)
    case 0xE0...0xEF: state = .character([byte], missing: 2)
    case 0xF0...0xF4: state = .character([byte], missing: 3)
    default: return .text("\u{FFFD}")
    }
    return nil
  }

  private mutating func escape(_ byte: UInt8, _ before: String) -> Token? {
    state = .ground
    switch byte {
    case 0x5B where before.isEmpty: state = .sequence([])
    case 0x50, 0x5D, 0x5F, 0x5E, 0x58:
      guard before.isEmpty else { return .escape(before + String(Unicode.Scalar(byte))) }
      state = .string([])
    case 0x20...0x2F: state = .escape(before + String(Unicode.Scalar(byte)))
    default: return .escape(before + String(Unicode.Scalar(byte)))
    }
    return nil
  }

  private static func sequence(_ bytes: [UInt8], final: UInt8) -> Sequence {
    let marker = bytes.prefix { (0x3C...0x3F).contains($0) }
    let rest = bytes.dropFirst(marker.count)
    let numbers = rest.prefix { (0x30...0x3B).contains($0) }
    let intermediates = rest.dropFirst(numbers.count)
    let fields = String(decoding: numbers, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: { ";:".contains($0) })
    return Sequence(
      marker: String(decoding: marker, as: UTF8.self),
      numbers: numbers.isEmpty ? [] : fields.map { Int($0) ?? 0 },
      final: String(decoding: intermediates + [final], as: UTF8.self))
  }
}

/// Select Graphic Rendition: colours and attributes.
enum ColorCodes {
  static func apply(_ numbers: [Int], to pen: inout ScreenModel.Pen) {
    var rest = (numbers.isEmpty ? [0] : numbers)[...]
    while let code = rest.popFirst() {
      switch code {
      case 0: pen = ScreenModel.Pen()
      case 1: pen.isBold = true
      case 2: pen.isDim = true
      case 4: pen.isUnderlined = true
      case 7: pen.isReversed = true
      case 22: (pen.isBold, pen.isDim) = (false, false)
      case 24: pen.isUnderlined = false
      case 27: pen.isReversed = false
      case 30...37: pen.foreground = palette(code - 30)
      case 38: pen.foreground = color(&rest)
      case 39: pen.foreground = nil
      case 40...47: pen.background = palette(code - 40)
      case 48: pen.background = color(&rest)
      case 49: pen.background = nil
      case 90...97: pen.foreground = palette(code - 82)
      case 100...107: pen.background = palette(code - 92)
      default: break
      }
    }
  }

  /// 5;n or 2;r;g;b.
  private static func color(_ rest: inout ArraySlice<Int>) -> ScreenModel.Color? {
    switch rest.popFirst() {
    case 5: return rest.popFirst().map(palette)
    case 2:
      let parts = rest.prefix(3).map { UInt8(clamping: $0) }
      rest = rest.dropFirst(3)
      return parts.count == 3 ? ScreenModel.Color(red: parts[0], green: parts[1], blue: parts[2]) : nil
    default: return nil
    }
  }

  /// xterm's 256 colours.
  static func palette(_ index: Int) -> ScreenModel.Color {
    if index < 16 {
      let hex = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000,
        0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
      ][max(0, index)]
      return ScreenModel.Color(
        red: UInt8(hex >> 16), green: UInt8(hex >> 8 & 0xFF), blue: UInt8(hex & 0xFF))
    }
    if index >= 232 {
      let gray = UInt8(clamping: 8 + 10 * (index - 232))
      return ScreenModel.Color(red: gray, green: gray, blue: gray)
    }
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    let cube = index - 16
    return ScreenModel.Color(red: levels[cube / 36], green: levels[cube / 6 % 6], blue: levels[cube % 6])
  }
}

/// What the model knows about characters.
enum ScreenCharacters {
  static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    [
      0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ].contains { $0.contains(scalar.value) }
  }

  /// The VT100's line drawing set, as far as frames need it.
  static let lineDrawing: [Unicode.Scalar: String] = [
    "q": "─", "x": "│", "l": "┌", "k": "┐", "m": "└", "j": "┘", "n": "┼", "t": "├", "u": "┤", "v": "┴",
    "w": "┬",
    "a": "▒", "~": "·", "`": "◆",
  ]
}
