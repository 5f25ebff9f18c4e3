extension BlockShapes {
  /// 2 x 2 pixels a cell; Unicode 1.1 and 3.2, in nearly every font.
  static let quadrants = BlockShapes(columns: 2, rows: 2) { mask in
    let glyphs: [Unicode.Scalar] = [
      " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]
    return glyphs[mask]
  }
}
