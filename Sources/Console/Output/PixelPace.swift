/// Whether a line is too slow for every frame's pictures in pixels.
///
/// There they go as half blocks first, a tenth of the bytes, and follow in pixels one by one once the screen has been
/// still for a while. Pure: whoever writes measures the time.
struct PixelPace {
  /// Pictures of a frame in pixels may take so long.
  private static let longest = Duration.milliseconds(150)
  /// So long nothing new was drawn before pixels follow.
  static let quiet = Duration.milliseconds(250)
  /// What a line's own buffers take at once says nothing of its speed.
  private static let fewestBytes = 16 << 10

  /// A second, as far as one was seen that waited for the line.
  private var bytesPerSecond: Double?
  /// Of the last frame's pictures, as pixels.
  private var pixelBytes = 0.0
  /// Those of the last frame.
  var last: [PlacedPicture] = []
  var isDue = ContinuousClock.now
  /// What is on its way has pictures in pixels.
  var carriesPixels = false

  var isSlow: Bool {
    bytesPerSecond.map { pixelBytes / $0 > Self.longest / .seconds(1) } ?? false
  }

  /// The terminal has taken what was on its way. Of cells alone only what was known before is mended.
  mutating func sent(_ bytes: Int, in time: Duration) {
    guard bytes >= Self.fewestBytes, carriesPixels || bytesPerSecond != nil else { return }
    // One picture of several says less than all of them did.
    if carriesPixels { pixelBytes = max(Double(bytes), pixelBytes / 2) }
    bytesPerSecond = Double(bytes) / max(1e-6, time / .seconds(1))
  }
}
