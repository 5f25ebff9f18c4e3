/// What a colour is for. Theme files know the roles by these names, with hyphens.
package enum ThemeRole: Int, CaseIterable, Sendable {
  /// The screen behind everything; its colour is a background.
  case background
  case text
  /// Less important text.
  case muted
  /// Headings.
  case title
  /// Lines and frames.
  case border
  /// What draws the eye: the focused control, the active tab.
  case accent
  /// Frame and title of the selected panel, the selected line of a list.
  case selected
  case sliderTrack
  case sliderFill
  case sliderKnob
  /// Names of keys.
  case key
  case warning
  case error
  /// The ends of a difference that has a sign.
  case positive
  case negative
  /// The ends of a heat map.
  case heatLow
  case heatHigh
  /// Behind menus and help; its colour is a background.
  case popup

  package var name: String { Self.names[rawValue] }

  package init?(name: String) {
    guard let index = Self.names.firstIndex(of: name) else { return nil }
    self.init(rawValue: index)
  }

  /// Whether the role's colour lies behind things.
  package var isBackground: Bool { self == .background || self == .popup }

  private static let names = [
    "background", "text", "muted", "title", "border", "accent", "selected", "slider-track", "slider-fill",
    "slider-knob", "key", "warning", "error", "positive", "negative", "heat-low", "heat-high", "popup",
  ]
}
