import Console
import Pictures

/// What a colour is for.
///
/// A role is a case and its entry here, and a line in `themes/dark.toml`; other themes have the default's colour
/// for it until they say otherwise.
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

  /// The name in theme files, and how the theme that is there without any file draws it.
  private var entry: (name: String, look: Theme.Role) {
    func look(_ hex: UInt32, _ attributes: CellAttributes = []) -> Theme.Role {
      Theme.Role(RGB(hex: hex), attributes: attributes)
    }
    return switch self {
    case .background: ("background", look(0x14161A))
    case .text: ("text", look(0xD8D4CB))
    case .muted: ("muted", look(0x8B8981))
    case .title: ("title", look(0xEFE9DC, .bold))
    case .border: ("border", look(0x3F434B))
    case .accent: ("accent", look(0xD99A6C))
    case .selected: ("selected", look(0xE8B48A, .bold))
    case .sliderTrack: ("slider-track", look(0x3F434B))
    case .sliderFill: ("slider-fill", look(0xB87F57))
    case .sliderKnob: ("slider-knob", look(0xF2CFAE))
    case .key: ("key", look(0x8FB8C4))
    case .warning: ("warning", look(0xE0B35A))
    case .error: ("error", look(0xE27D6F))
    case .positive: ("positive", look(0xE0795A))
    case .negative: ("negative", look(0x5AA2E0))
    case .heatLow: ("heat-low", look(0x1D2330))
    case .heatHigh: ("heat-high", look(0xF2C28B))
    case .popup: ("popup", look(0x1E2127))
    }
  }

  package var name: String { entry.name }

  package init?(name: String) {
    guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = role
  }

  /// Ink, paper, and the copper of the plate. The same as `themes/dark.toml`.
  var darkLook: Theme.Role { entry.look }

  /// Whether the role's colour lies behind things.
  package var isBackground: Bool { self == .background || self == .popup }
}
