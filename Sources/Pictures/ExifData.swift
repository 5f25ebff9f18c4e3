/// How a camera held the picture that it stored, EXIF's tag 0x0112 (CIPA DC-008, 4.6.4).
package enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored, halfTurn, flipped, transposed, quarterTurn, transversed, threeQuarterTurn
}

/// What is used of a picture's EXIF block: a TIFF directory, of either byte order.
struct ExifData {
  let orientation: Orientation

  /// - Parameter jpeg: a whole file; its first APP1 segment that is EXIF counts.
  init?(jpeg bytes: [UInt8]) {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if marker == 0xFF {  // Fill bytes may stand before a marker.
        place += 1
        continue
      }
      // The picture begins: no more headers.
      guard marker != 0xDA, marker != 0xD9 else { return nil }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      guard length >= 2, place + 2 + length <= bytes.count else { return nil }
      let segment = bytes[place + 4..<place + 2 + length]
      if marker == 0xE1, let found = Self(block: segment) {
        self = found
        return
      }
      place += 2 + length
    }
    return nil
  }

  /// - Parameter webp: a whole file: RIFF chunks, of which one may be `EXIF`.
  init?(webp bytes: [UInt8]) {
    var place = 12
    while place + 8 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
      guard place + 8 + length <= bytes.count else { return nil }
      if bytes[place..<place + 4].elementsEqual("EXIF".utf8) {
        let chunk = bytes[place + 8..<place + 8 + length]
        guard let found = Self(block: chunk) ?? Self(tiff: chunk) else { return nil }
        self = found
        return
      }
      place += 8 + length + length % 2
    }
    return nil
  }

  /// `Exif`, two zeros, a TIFF header.
  private init?(block: ArraySlice<UInt8>) {
    guard block.starts(with: Array("Exif".utf8) + [0, 0]) else { return nil }
    self.init(tiff: block.dropFirst(6))
  }

  private init?(tiff: ArraySlice<UInt8>) {
    let start = tiff.startIndex
    let isLittle = tiff.starts(with: Array("II".utf8))
    guard isLittle || tiff.starts(with: Array("MM".utf8)) else { return nil }
    func number(at offset: Int, bytes: Int) -> Int? {
      guard offset >= 0, offset + bytes <= tiff.count else { return nil }
      let digits = tiff[start + offset..<start + offset + bytes]
      return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let count = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(at: offset, bytes: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      guard let value = number(at: offset + 8, bytes: 2), let known = Orientation(rawValue: value) else {
        return nil
      }
      orientation = known
      return
    }
    return nil
  }
}

extension Picture {
  /// The picture the right way up.
  func turned(_ orientation: Orientation) -> Picture {
    guard orientation != .upright else { return self }
    let isSwapped = orientation.rawValue >= 5
    var result = Picture(width: isSwapped ? height : width, height: isSwapped ? width : height)
    for y in 0..<result.height {
      for x in 0..<result.width {
        let (right, bottom) = (width - 1, height - 1)
        let source =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (right - x, y)
          case .halfTurn: (right - x, bottom - y)
          case .flipped: (x, bottom - y)
          case .transposed: (y, x)
          case .quarterTurn: (y, bottom - x)
          case .transversed: (right - y, bottom - x)
          case .threeQuarterTurn: (right - y, x)
          }
        result[x, y] = self[source.0, source.1]
      }
    }
    return result
  }
}
