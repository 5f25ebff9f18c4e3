import Console
import Files
import Pictures

/// A theme file as it is written: names not yet looked up, nothing inherited.
struct ThemeDocument {
  /// A colour written as "#rrggbb" or as a name of the palette.
  struct LookText {
    var foreground: String?
    var background: String?
    var attributes: CellAttributes = []
  }

  /// For messages: the file's name.
  let label: String
  var name: String?
  var inherits: String?
  var palette: [String: RGB] = [:]
  var roles: [ThemeRole: LookText] = [:]
  /// One line for each thing that was skipped.
  var warnings: [String] = []

  /// Throws where the text is no TOML; anything else that is wrong becomes a warning.
  init(text: String, label: String) throws(TOMLFileError) {
    self.label = label
    read(try TOMLValue.table(of: text, label: label).table)
  }

  private mutating func read(_ table: [String: TOMLValue]) {
    for key in table.keys.sorted() {
      switch key {
      case "name": name = string(table, key)
      case "inherits": inherits = string(table, key)
      case "palette": readPalette(table[key]?.table)
      case "roles": readRoles(table[key]?.table)
      default: warn(key, "is not known; a theme has name, inherits, [palette] and [roles]")
      }
    }
  }

  private mutating func readPalette(_ table: [String: TOMLValue]?) {
    guard let table else { return warn("palette", "must be a table") }
    for key in table.keys.sorted() {
      guard let text = table[key]?.text, let color = RGB(text: text) else {
        warn("palette.\(key)", "must be a colour as \"#rrggbb\"")
        continue
      }
      palette[key] = color
    }
  }

  private mutating func readRoles(_ table: [String: TOMLValue]?) {
    guard let table else { return warn("roles", "must be a table") }
    for key in table.keys.sorted() {
      guard let role = ThemeRole(name: key) else {
        let known = ThemeRole.allCases.map(\.name).joined(separator: ", ")
        warn("roles.\(key)", "is no role; the roles are \(known)")
        continue
      }
      if let text = table[key]?.text {
        roles[role] = role.isBackground ? LookText(background: text) : LookText(foreground: text)
      } else if let look = table[key]?.table {
        roles[role] = lookText(look, key: "roles.\(key)")
      } else {
        warn("roles.\(key)", "must be a colour or a table such as { fg = \"#rrggbb\", bold = true }")
      }
    }
  }

  private mutating func lookText(_ table: [String: TOMLValue], key: String) -> LookText {
    var look = LookText()
    let flags: [String: CellAttributes] = [
      "bold": .bold, "dim": .dim, "underline": .underline, "reverse": .reverse,
    ]
    for part in table.keys.sorted() {
      switch part {
      case "fg": look.foreground = string(table, part, key: "\(key).fg")
      case "bg": look.background = string(table, part, key: "\(key).bg")
      default:
        guard let flag = flags[part], let isOn = table[part]?.flag else {
          warn("\(key).\(part)", "is not known; fg, bg, and bold, dim, underline, reverse = true or false")
          continue
        }
        if isOn { look.attributes.insert(flag) }
      }
    }
    return look
  }

  private mutating func string(_ table: [String: TOMLValue], _ part: String, key: String? = nil) -> String? {
    if let text = table[part]?.text { return text }
    warn(key ?? part, "must be text in quotes")
    return nil
  }

  mutating func warn(_ key: String, _ what: String) { warnings.append("\(label): \(key) \(what)") }
}

extension RGB {
  /// "#rrggbb" or "#rgb".
  init?(text: String) {
    guard text.hasPrefix("#") else { return nil }
    var digits = String(text.dropFirst())
    if digits.utf8.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let hex = UInt32(digits, radix: 16) else {
      return nil
    }
    self.init(hex: hex)
  }
}
