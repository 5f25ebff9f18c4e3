import Files
import Pictures

/// How pictures become the squares that a model learns from.
package struct ImageReading: Sendable, Hashable {
  /// Pixels of a side.
  package var size: Int
  /// Take the square in the middle of what is not square, instead of leaving it out.
  package var crops: Bool
  /// What transparent pixels are laid over.
  package var background: RGB

  package init(size: Int, crops: Bool = false, background: RGB = .black) {
    (self.size, self.crops, self.background) = (size, crops, background)
  }

  /// - Returns: nil for a picture that is not square, where it may not be cropped.
  func square(_ file: PictureFile, _ report: inout ImageReport) -> Picture? {
    var picture = file.picture
    if picture.width != picture.height {
      guard crops else { return nil }
      picture = picture.middleSquare
      report.cropped += 1
    }
    report.kinds[file.kind, default: 0] += 1
    if file.isTurned { report.turned += 1 }
    guard picture.width != size else { return picture }
    report.resized += 1
    return picture.resized(width: size, height: size)
  }
}

/// What was found when pictures were read, and what was done to them.
package struct ImageReport: Sendable, Equatable {
  /// How many of each kind were taken; empty for a safetensors file.
  package var kinds: [PictureKind: Int] = [:]
  package var resized = 0
  package var cropped = 0
  /// Turned upright by their EXIF orientation.
  package var turned = 0
  /// Files that could not be used.
  package var leftOut = 0
  /// How many of them are pictures of a kind that is not read, by its name.
  package let unread: [String: Int]

  /// - Parameters:
  ///   - leftOut: beside those that are not read.
  package init(leftOut: Int = 0, unread: [String: Int] = [:]) {
    (self.leftOut, self.unread) = (leftOut + unread.values.reduce(0, +), unread)
  }

  /// "1 GIF, 2 HEIC".
  var unreadText: String {
    unread.sorted { $0.key < $1.key }.map { "\(grouped($0.value)) \($0.key)" }.joined(separator: ", ")
  }

  /// What was done to them, as a line says it: "1,200 JPEG, 34 PNG; 1,234 resized, 3 left out (1 GIF)".
  package func text(size: Int) -> String {
    let found = PictureKind.allCases.compactMap { kind in
      kinds[kind].map { "\(grouped($0)) \(kind.rawValue)" }
    }
    let unused = unread.isEmpty ? "left out" : "left out (\(unreadText))"
    let done = [
      (cropped, "cropped"), (turned, "turned"), (resized, "resized to \(size)"), (leftOut, unused),
    ]
    .filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
    return [found, done].filter { !$0.isEmpty }.map { $0.joined(separator: ", ") }.joined(separator: "; ")
  }
}

extension Picture {
  /// The largest square around its centre.
  fileprivate var middleSquare: Picture {
    let side = min(width, height)
    let (left, top) = ((width - side) / 2, (height - side) / 2)
    var square = Picture(width: side, height: side)
    for y in 0..<side {
      let start = ((top + y) * width + left) * 3
      square.pixels.replaceSubrange(3 * y * side..<3 * (y + 1) * side, with: pixels[start..<start + 3 * side])
    }
    return square
  }
}
