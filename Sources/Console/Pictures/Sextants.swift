extension BlockShapes {
  /// 2 x 3 pixels a cell; Unicode 13, from U+1FB00 in ascending order without those that were there before.
  static let sextants = BlockShapes(columns: 2, rows: 3) { mask in
    switch mask {
    case 21: "▌"
    case 42: "▐"
    default: Unicode.Scalar(UInt32(0x1FB00 + mask - 1 - (mask > 21 ? 1 : 0) - (mask > 42 ? 1 : 0))) ?? " "
    }
  }
}
