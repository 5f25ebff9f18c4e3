import Tensors

/// Numbers of which several layers pack a part each: read once, and let go of when each has had its own.
final class SharedReading {
  private let read: () throws -> Buffer
  private let parts: Int
  private var numbers: Buffer?
  /// Parts that have not asked yet.
  private var left: Int

  /// - Parameter parts: how many layers ask, once each.
  init(parts: Int, _ read: @escaping () throws -> Buffer) {
    (self.parts, self.read, left) = (parts, read, parts)
  }

  func callAsFunction() throws -> Buffer {
    let numbers = try self.numbers ?? read()
    // A layer that was left while it packed asks again.
    left = (left > 0 ? left : parts) - 1
    self.numbers = left > 0 ? numbers : nil
    return numbers
  }
}
