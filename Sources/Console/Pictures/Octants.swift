extension BlockShapes {
  /// 2 x 4 pixels a cell; Unicode 16, from U+1CD00 in ascending order without those that were there before.
  ///
  /// Six single and double pixels are in yet another block, which fewer terminals draw: what they leave is not.
  static let octants = BlockShapes(columns: 2, rows: 4, avoided: [1, 2, 20, 40, 64, 128]) { mask in
    if let glyph = elsewhere[mask] { return glyph }
    let before = elsewhere.keys.count { $0 < mask }
    return Unicode.Scalar(UInt32(0x1CD00 + mask - before)) ?? " "
  }

  /// The 26 masks whose glyphs are older than the block of octants, or elsewhere.
  private static let elsewhere: [Int: Unicode.Scalar] = [
    0: " ", 255: "█", 15: "▀", 240: "▄", 85: "▌", 170: "▐", 5: "▘", 10: "▝", 80: "▖", 160: "▗", 90: "▞",
    165: "▚",
    95: "▛", 175: "▜", 245: "▙", 250: "▟", 3: "\u{1FB82}", 63: "\u{1FB85}", 192: "▂", 252: "▆",
    20: "\u{1FBE6}",
    40: "\u{1FBE7}", 1: "\u{1CEA8}", 2: "\u{1CEAB}", 64: "\u{1CEA3}", 128: "\u{1CEA0}",
  ]
}
