import Console
import Pictures

/// Makes a theme of a file's text.
package enum ThemeFile {
  /// A theme that inherits from nothing but the default; for what it cannot use it has warnings.
  /// - Parameters:
  ///   - label: the file's name, for messages.
  ///   - name: where the file has none.
  package static func theme(text: String, label: String, name: String) -> LoadedTheme {
    do {
      let document = try ThemeDocument(text: text, label: label)
      return theme(from: [document], name: name, warnings: document.warnings)
    } catch {
      return LoadedTheme(theme: .dark, warnings: ["\(error)"], isWhole: false)
    }
  }

  /// - Parameter documents: the theme first, then what it inherits, the nearest first. A name of the palette
  ///   means what the first of them says, so that a theme can be another in different colours.
  static func theme(from documents: [ThemeDocument], name: String, warnings: [String]) -> LoadedTheme {
    guard let first = documents.first else {
      return LoadedTheme(theme: .dark, warnings: warnings, isWhole: false)
    }
    var palette: [String: RGB] = [:]
    for document in documents { palette.merge(document.palette) { nearest, _ in nearest } }

    var warnings = warnings
    func color(_ text: String?, _ role: ThemeRole, _ label: String) -> RGB? {
      guard let text else { return nil }
      if let color = RGB(text: text) ?? palette[text] { return color }
      warnings.append("\(label): roles.\(role.name) \"\(text)\" is neither #rrggbb nor in [palette]")
      return nil
    }

    var roles: [ThemeRole: Theme.Role] = [:]
    for role in ThemeRole.allCases {
      for document in documents where roles[role] == nil {
        guard let look = document.roles[role] else { continue }
        let foreground = color(look.foreground, role, document.label)
        let background = color(look.background, role, document.label)
        if role.isBackground {
          roles[role] = background.map { Theme.Role($0) }
        } else if let main = foreground {
          roles[role] = Theme.Role(main, background: background, attributes: look.attributes)
        }
      }
    }
    return LoadedTheme(theme: Theme(name: first.name ?? name, roles: roles), warnings: warnings)
  }
}
