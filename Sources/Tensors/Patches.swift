/// Images cut into square patches, and put together again.
///
/// Patch p of an image is at row p / g, column p mod g of a g x g grid.
package struct Patches: Sendable {
  package let channels: Int
  package let patch: Int
  package let grid: Int

  package init(channels: Int, patch: Int, grid: Int) {
    (self.channels, self.patch, self.grid) = (channels, patch, grid)
  }

  /// Numbers in one patch.
  package var length: Int { channels * patch * patch }
  private var size: Int { grid * patch }

  /// One image [channel, row, column] to patches, each (channel, row, column) as a convolution's weights are.
  /// - Parameter stride: elements from one patch's row in `tokens` to the next.
  package func cut(
    _ image: UnsafePointer<Float>, into tokens: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for gridRow in 0..<grid {
      for gridColumn in 0..<grid {
        var target = tokens + (gridRow * grid + gridColumn) * stride
        for channel in 0..<channels {
          let corner = (channel * size + gridRow * patch) * size + gridColumn * patch
          for row in 0..<patch {
            target.update(from: image + corner + row * size, count: patch)
            target += patch
          }
        }
      }
    }
  }

  /// Patches, each (row, column, channel) as the decoder predicts them, to one image [channel, row, column].
  package func join(
    _ tokens: UnsafePointer<Float>, stride: Int, into image: UnsafeMutablePointer<Float>
  ) {
    for gridRow in 0..<grid {
      for gridColumn in 0..<grid {
        let source = tokens + (gridRow * grid + gridColumn) * stride
        for row in 0..<patch {
          for column in 0..<patch {
            let pixel = (gridRow * patch + row) * size + gridColumn * patch + column
            for channel in 0..<channels {
              image[channel * size * size + pixel] = source[(row * patch + column) * channels + channel]
            }
          }
        }
      }
    }
  }
}
