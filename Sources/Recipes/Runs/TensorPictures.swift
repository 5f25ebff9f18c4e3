import Pictures
import Tensors

/// Images as the network has them, -1…1, as 8-bit pictures: round((clamp(x) + 1) · 127.5).
///
/// - Parameter images: [batch, channel, row, column]; one channel is drawn grey, of more the first three.
package func pictures(of images: Tensor) -> [Picture] {
  let (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
  let plane = height * width
  return (0..<images.shape[0]).map { image in
    var pixels = [UInt8](repeating: 0, count: plane * 3)
    images.values.withUnsafeBufferPointer { values in
      let first = image * channels * plane
      for color in 0..<3 {
        let source = first + (color < channels ? color : 0) * plane
        // Two channels are not a colour: grey, from the first.
        let start = channels < 3 ? first : source
        for pixel in 0..<plane { pixels[pixel * 3 + color] = byte(values[start + pixel]) }
      }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }
}

@inline(__always)
private func byte(_ value: Float) -> UInt8 {
  // A NaN, which a wild knob can make, is drawn as black.
  guard value > -1 else { return 0 }
  return UInt8((min(value, 1) + 1) * 127.5 + 0.5)
}

/// Mean absolute difference of two pictures of one size, in 8-bit steps: 0 to 255.
package func meanDifference(_ a: Picture, _ b: Picture) -> Double {
  precondition(a.pixels.count == b.pixels.count)
  var sum = 0
  for index in a.pixels.indices { sum += abs(Int(a.pixels[index]) - Int(b.pixels[index])) }
  return Double(sum) / Double(max(1, a.pixels.count))
}
