/// Which pixel of an image, [channel, row, column], each number of its patches is; the patches row by row.
package struct PatchOrder: Sendable {
  /// Patches in which channels come first, as the patch embedding reads them.
  package let channelsFirst: [Int32]
  /// Patches in which channels come last, as the decoder predicts them.
  package let channelsLast: [Int32]

  package init(_ c: UViTConfiguration) {
    let (patch, channels, size) = (c.patchSize, c.channels, c.imageSize)
    func order(_ place: (Int) -> (channel: Int, row: Int, column: Int)) -> [Int32] {
      (0..<c.grid * c.grid * c.patchLength).map { index in
        let (corner, inside) = (index / c.patchLength, index % c.patchLength)
        let (channel, row, column) = place(inside)
        let y = corner / c.grid * patch + row
        return Int32((channel * size + y) * size + corner % c.grid * patch + column)
      }
    }
    channelsFirst = order { ($0 / (patch * patch), $0 / patch % patch, $0 % patch) }
    channelsLast = order { ($0 % channels, $0 / (channels * patch), $0 / channels % patch) }
  }
}
