internal import CKernels

/// Multiplies channels of a map, in place, by a number for each of its places.
package final class PlaceScaling {
  private let map: Buffer
  private let threads: Int
  private var means: [Float]

  /// - Parameter map: [place, channel].
  package init(_ engine: ComputeEngine, map: Buffer) {
    precondition(map.shape.count == 2 && map.isRowMajor, "a map of shape \(map.shape)")
    (self.map, threads) = (map, engine.threads)
    means = Array(repeating: 0, count: map.shape[0])
  }

  /// - Parameter channels: how many of them, from the first.
  package func scale(_ channels: Int, by factor: Float) { run(channels, factor, nil) }

  /// - Parameters:
  ///   - channels: how many of them, from the first.
  ///   - factors: makes the places' factors, in place, of the means over all channels.
  package func scale(_ channels: Int, byMeans factors: (inout [Float]) -> Void) {
    means.withUnsafeMutableBufferPointer { means in
      kernel_channel_means(
        channel_means_job(
          map: map.bytes, type: map.type.kernelType, means: means.baseAddress, places: map.shape[0],
          channels: map.shape[1], threads: threads))
    }
    factors(&means)
    means.withUnsafeBufferPointer { run(channels, 1, $0) }
  }

  private func run(_ channels: Int, _ factor: Float, _ factors: UnsafeBufferPointer<Float>?) {
    precondition(channels <= map.shape[1])
    kernel_scale_places(
      scale_places_job(
        map: map.bytes, type: map.type.kernelType, places: map.shape[0], channels: map.shape[1],
        scaled: channels, factors: factors?.baseAddress, factor: factor, threads: threads))
  }
}
