import Console
import Pictures

/// A colour for every role.
package struct Theme: Hashable, Sendable {
  /// How one role looks.
  package struct Role: Hashable, Sendable {
    /// The role's colour: the foreground, or for backgrounds the background.
    package var color: RGB
    /// Behind it; nil: whatever it is drawn on.
    package var background: RGB?
    package var attributes: CellAttributes

    package init(_ color: RGB, background: RGB? = nil, attributes: CellAttributes = []) {
      self.color = color
      self.background = background
      self.attributes = attributes
    }
  }

  package var name: String
  private var roles: [Role]
  /// What lies behind everything drawn with it.
  private var ground: RGB

  /// - Parameter roles: the ones that are missing are taken from `base`.
  package init(name: String, roles: [ThemeRole: Role], over base: Theme = .dark) {
    self.name = name
    self.roles = ThemeRole.allCases.map { roles[$0] ?? base.roles[$0.rawValue] }
    ground = self.roles[ThemeRole.background.rawValue].color
  }

  private init(name: String, complete roles: [Role]) {
    self.name = name
    self.roles = roles
    ground = roles[ThemeRole.background.rawValue].color
  }

  /// How to draw the role: on the theme's background, unless the role has one of its own.
  package subscript(_ role: ThemeRole) -> CellStyle {
    let look = roles[role.rawValue]
    if role.isBackground {
      return CellStyle(foreground: color(.text), background: role == .background ? ground : look.color)
    }
    return CellStyle(
      foreground: look.color, background: look.background ?? ground, attributes: look.attributes)
  }

  /// The role's colour alone.
  package func color(_ role: ThemeRole) -> RGB { roles[role.rawValue].color }

  package func look(of role: ThemeRole) -> Role { roles[role.rawValue] }

  /// The same theme for what is drawn in a popup: on the popup's background.
  package var inPopup: Theme {
    var theme = self
    theme.ground = color(.popup)
    return theme
  }

  /// A value between the ends of the heat map.
  /// - Parameter fraction: 0…1.
  package func heat(_ fraction: Double) -> RGB { color(.heatLow).mix(with: color(.heatHigh), by: fraction) }

  /// A value with a sign: negative, through the background at 0, to positive.
  /// - Parameter value: -1…1.
  package func difference(_ value: Double) -> RGB {
    ground.mix(with: color(value < 0 ? .negative : .positive), by: abs(value))
  }

  /// Dark text on light ground.
  package var isLight: Bool { color(.background).luma > color(.text).luma }

  /// The theme that is there without any file.
  package static let dark = Theme(name: "dark", complete: ThemeRole.allCases.map(\.darkLook))
}
