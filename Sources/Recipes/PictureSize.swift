import Denoising

/// Columns and rows of pictures that are not of the size that their model was trained with.
package struct PictureSize: Hashable, Sendable, Codable {
  package let width, height: Int

  /// Far beyond what anybody waits for.
  private static let allowed = 1...4096

  /// - Returns: nil for sides that no picture has.
  package init?(width: Int, height: Int) {
    guard Self.allowed.contains(width), Self.allowed.contains(height) else { return nil }
    (self.width, self.height) = (width, height)
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let (width, height) = (
      try fields.decode(Int.self, forKey: .width), try fields.decode(Int.self, forKey: .height)
    )
    guard let size = PictureSize(width: width, height: height) else {
      throw SettingTextError(
        name: "size", found: "\(width)x\(height)", expected: "sides from 1 to \(Self.allowed.upperBound)")
    }
    self = size
  }

  /// - Parameter text: `64`, of a square, or `64x48`.
  package init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...2).contains(sides.count) else { return nil }
    self.init(width: sides[0], height: sides[sides.count - 1])
  }

  package var text: String { "\(width)x\(height)" }

  package var grid: Grid { Grid(rows: height, columns: width) }

  /// - Throws: `ModelError` for a size that the model does not draw.
  func require(of description: ModelDescription) throws {
    if description.trainedShape.suffix(2) != [height, width] { _ = try description.drawing(grid) }
  }

  /// Of samples.
  func shape(_ description: ModelDescription) -> [Int] {
    [description.sampleShape[0], height / description.pictureFactor, width / description.pictureFactor]
  }
}
