import Pictures
import Tensors

/// The network's raw output, after guidance, in few enough numbers to look at.
///
/// In each pixel the mean over the channels, o(y, x) = (1/C) Σ_c out_c(y, x), and for each channel the mean over
/// the pixels, o_c = (1/(H W)) Σ_yx out_c(y, x).
package struct OutputMean: Hashable, Sendable {
  package let width, height: Int
  /// o(y, x) row by row; several images stand as in their contact sheet.
  package let values: [Float]
  /// o_c, over all images.
  package let channels: [Float]
  /// ‖g (out(condition) - out(none))‖ / ‖out‖ over all images; nil without guidance.
  package let guidanceShare: Double?

  /// - Parameter output: [image, channel, row, column].
  package init(_ output: Tensor, guidanceShare: Double? = nil) {
    self.guidanceShare = guidanceShare
    let (count, channels) = (output.shape[0], output.shape[1])
    let (height, width) = (output.shape[2], output.shape[3])
    let columns = ContactSheet.defaultColumns(count)
    let sheetWidth = columns * width
    self.width = sheetWidth
    self.height = (count + columns - 1) / columns * height
    var values = [Float](repeating: 0, count: sheetWidth * self.height)
    var sums = [Float](repeating: 0, count: channels)
    let plane = width * height
    for image in 0..<count {
      let corner = image / columns * height * sheetWidth + image % columns * width
      for channel in 0..<channels {
        let first = (image * channels + channel) * plane
        for pixel in 0..<plane {
          let value = output.values[first + pixel]
          values[corner + pixel / width * sheetWidth + pixel % width] += value / Float(channels)
          sums[channel] += value
        }
      }
    }
    self.values = values
    self.channels = sums.map { $0 / Float(count * plane) }
  }
}
