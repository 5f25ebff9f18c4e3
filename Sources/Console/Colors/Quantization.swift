import Pictures

/// The 4x4 ordered dither: the same pattern at the same place in every frame, so that still pictures are still.
package enum OrderedDither {
  private static let ranks: [Int] = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

  /// Where the pixel stands in the order, 0…15.
  package static func rank(column: Int, row: Int) -> Int { ranks[(row & 3) * 4 + (column & 3)] }
}

/// The colours 16…255 of xterm: a 6x6x6 cube and 24 greys. The first 16 differ from theme to theme.
package enum Palette256 {
  private static let levels = [0, 95, 135, 175, 215, 255]

  /// What a palette number looks like; below 16 in xterm's own colours.
  package static func color(_ index: Int) -> RGB {
    if index < 16 { return PaletteANSI.colors[max(0, index)] }
    if index >= 232 {
      let grey = UInt8(min(238, 8 + 10 * (index - 232)))
      return RGB(grey, grey, grey)
    }
    let cube = index - 16
    return RGB(UInt8(levels[cube / 36]), UInt8(levels[cube / 6 % 6]), UInt8(levels[cube % 6]))
  }

  /// A picture's pixel, dithered by its place.
  package static func dithered(_ color: RGB, column: Int, row: Int) -> Int {
    PaletteDither.palette256.number(for: color, rank: OrderedDither.rank(column: column, row: row))
  }

  /// For text: the nearest of cube and greys.
  package static func nearest(_ color: RGB) -> Int {
    func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
    let cube = 16 + 36 * level(color.red) + 6 * level(color.green) + level(color.blue)
    // The mean with the weights of the distance: its nearest grey is the nearest of all greys.
    let mean = (3 * Int(color.red) + 6 * Int(color.green) + 2 * Int(color.blue)) / 11
    let grey = 232 + min(23, max(0, (mean - 3) / 10))
    return self.color(grey).distance(to: color) < self.color(cube).distance(to: color) ? grey : cube
  }
}

/// The first 8 or 16 colours, as xterm shows them; other terminals come near.
package struct PaletteANSI: Sendable {
  package static let colors: [RGB] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map(RGB.init(hex:))

  /// 8 or 16.
  package let count: Int
  /// The nearest colour for 4 bits a channel.
  private let table: [UInt8]

  package init(count: Int) {
    self.count = count
    table = (0..<4096).map { bits in
      let color = RGB(UInt8((bits >> 8) * 17), UInt8((bits >> 4 & 15) * 17), UInt8((bits & 15) * 17))
      return UInt8(Self.nearest(color, among: count))
    }
  }

  /// A picture's pixel, dithered by its place.
  package func dithered(_ color: RGB, column: Int, row: Int) -> Int {
    let offset = (OrderedDither.rank(column: column, row: row) - 7) * 6
    func bits(_ value: UInt8) -> Int { max(0, min(255, Int(value) + offset)) >> 4 }
    return Int(table[bits(color.red) << 8 | bits(color.green) << 4 | bits(color.blue)])
  }

  /// For text.
  package func nearest(_ color: RGB) -> Int { Self.nearest(color, among: count) }

  /// Channels of text that are further apart than this have a hue.
  private static let leastChroma = 36
  /// Black, both greys and white.
  private static let greys: Set<Int> = [0, 7, 8, 15]

  /// The colour of a text's hue, light or dark as it is and as its ground lets it be read.
  /// - Returns: nil for greys, and where the nearest colour has a hue anyway.
  package func hue(of color: RGB, on ground: RGB) -> Int? {
    let (red, green, blue) = (Int(color.red), Int(color.green), Int(color.blue))
    let (most, least) = (max(red, green, blue), min(red, green, blue))
    let chroma = most - least
    guard chroma >= Self.leastChroma, Self.greys.contains(nearest(color)) else { return nil }
    // The hexagon of hues in degrees (Foley and van Dam, HSV).
    let degrees =
      most == red
      ? 60 * (green - blue) / chroma
      : most == green ? 120 + 60 * (blue - red) / chroma : 240 + 60 * (red - green) / chroma
    let isOnLight = ground.luma > 127
    // Yellow and cyan are not to be read on light ground: their neighbours are.
    let number =
      switch (degrees + 360) % 360 {
      case 15..<75: isOnLight ? 1 : 3
      case 75..<165: 2
      case 165..<200: isOnLight ? 4 : 6
      case 200..<270: 4
      case 270..<330: 5
      default: 1
      }
    return count == 16 && !isOnLight && color.luma >= 140 ? number + 8 : number
  }

  private static func nearest(_ color: RGB, among count: Int) -> Int {
    (0..<count).min { colors[$0].distance(to: color) < colors[$1].distance(to: color) } ?? 0
  }
}

/// Black and white.
package enum OneBit {
  /// Whether a picture's pixel is lit: its lightness against the dither's threshold at its place.
  package static func isLit(_ color: RGB, column: Int, row: Int) -> Bool {
    color.luma * 32 > (2 * OrderedDither.rank(column: column, row: row) + 1) * 255
  }
}
