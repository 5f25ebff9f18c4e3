/// What a terminal can do beyond text: what it answered, and what follows from its name.
package struct TerminalAbilities: Hashable, Sendable {
  package enum KittyGraphics: Hashable, Sendable {
    /// Pictures stand over the cells, as a layer of their own.
    case overCells
    /// They can be text: cells whose characters stand for parts of a picture (Unicode placeholders).
    case inCells
  }

  package var name: TerminalName?
  /// nil: it said nothing of it.
  package var hasTruecolor: Bool?
  package var cell: PixelSize?
  package var kitty: KittyGraphics?
  package var hasSixel = false
  /// As many as a picture may have.
  package var sixelColors = 256
  package var largestSixel: PixelSize?
  /// What is meant for the terminal around has to be wrapped for tmux to hand it on.
  package var isInTmux = false

  package init() {}

  /// The finest family of block characters that the terminal draws itself: in a font they are wrong or missing.
  package var ownBlocks: PictureMode {
    guard let name else { return .half }
    let known = Self.blocks.last {
      $0.brand == name.brand && !name.version.lexicographicallyPrecedes($0.since)
    }
    return known?.mode ?? .half
  }

  /// By screenshots of each, and by the sources of Ghostty and WezTerm.
  private static let blocks: [(brand: String, since: [Int], mode: PictureMode)] = [
    ("kitty", [0], .sextant), ("kitty", [0, 40], .octant), ("foot", [0], .sextant),
    ("foot", [1, 20], .octant),
    ("vte", [0], .sextant), ("vte", [7800], .octant), ("konsole", [0], .sextant),
    ("ghostty", [0], .sextant), ("ghostty", [1, 2], .octant), ("wezterm", [0], .sextant),
  ]
}

/// A terminal's name and version, as in `foot(1.21.0)`, `tmux 3.5a` or `VTE(8001)`.
package struct TerminalName: Hashable, Sendable {
  /// In small letters.
  package let brand: String
  package let version: [Int]

  package init?(_ text: String) {
    let brand = text.prefix { $0 != " " && $0 != "(" }
    guard !brand.isEmpty, brand.utf8.count <= 32 else { return nil }
    self.brand = brand.lowercased()
    version = text.dropFirst(brand.count + 1).split { !$0.isASCII || !$0.isNumber }.prefix(4).map {
      Int($0) ?? 0
    }
  }

  /// Terminals that do not answer but tell the programs in them.
  init?(environment: [String: String]) {
    guard let version = environment["VTE_VERSION"] else { return nil }
    self.init("VTE(\(version))")
  }

  static let variables = ["VTE_VERSION"]
}
