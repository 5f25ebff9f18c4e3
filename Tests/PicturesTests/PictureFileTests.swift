import Foundation
import Pictures
import Testing

struct PictureFileTests {
  private static let (green, red, blue) = (RGB(0, 255, 0), RGB(255, 0, 0), RGB(0, 0, 255))

  private func read(_ bytes: [UInt8], background: RGB = .black) throws -> PictureFile {
    try PictureFile(bytes: bytes, name: "p", background: background)
  }

  /// The colours in the middle of the quarters: upper left, upper right, lower left, lower right.
  private func quarters(_ picture: Picture) -> [RGB] {
    let (x, y) = (picture.width / 4, picture.height / 4)
    return [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)].map { picture[$0.0, $0.1] }
  }

  private func isNear(_ colors: [RGB], _ expected: [RGB], within limit: Int) -> Bool {
    zip(colors, expected).allSatisfy { color, other in
      [(color.red, other.red), (color.green, other.green), (color.blue, other.blue)]
        .allSatisfy { abs(Int($0.0) - Int($0.1)) <= limit }
    }
  }

  @Test(
    arguments: [
      (PillowPictures.jpeg, PictureKind.jpeg, 3), (PillowPictures.progressiveJPEG, .jpeg, 3),
      (PillowPictures.inkJPEG, .jpeg, 6), (PillowPictures.lossyWebP, .webp, 12),
    ])
  func picturesOfEachKindAreRead(bytes: [UInt8], kind: PictureKind, limit: Int) throws {
    let file = try read(bytes)
    #expect(file.kind == kind)
    #expect(!file.isTurned)
    #expect(file.picture.width == 16 && file.picture.height == 8)
    #expect(isNear(quarters(file.picture), [Self.green, Self.blue, Self.red, Self.blue], within: limit))
  }

  /// Rec. 601: green 150, red 76, blue 29.
  @Test func greyStaysGrey() throws {
    let colors = quarters(try read(PillowPictures.greyJPEG).picture)
    #expect(isNear(colors, [150, 29, 76, 29].map { RGB($0, $0, $0) }, within: 3))
    #expect(colors.allSatisfy { $0.red == $0.green && $0.green == $0.blue })
  }

  @Test func transparencyIsLaidOverTheBackground() throws {
    let white = try read(PillowPictures.clearWebP, background: .white).picture
    #expect(quarters(white) == [Self.green, .white, Self.red, .white])
    #expect(quarters(try read(PillowPictures.clearWebP).picture) == [Self.green, .black, Self.red, .black])
  }

  /// Stored lying on its left side: the left edge is the upper one when it is turned.
  @Test(arguments: [(PillowPictures.lyingJPEG, 3), (PillowPictures.lyingWebP, 0)])
  func aPictureThatLiesIsTurnedUpright(bytes: [UInt8], limit: Int) throws {
    let file = try read(bytes)
    #expect(file.isTurned)
    #expect(file.picture.width == 8 && file.picture.height == 16)
    #expect(isNear(quarters(file.picture), [Self.red, Self.green, Self.blue, Self.blue], within: limit))
  }

  @Test func orientationsOfAllEightKindsAreRead() throws {
    for orientation in 1...8 {
      var bytes = PillowPictures.lyingJPEG
      let tag = try #require(
        (20..<bytes.count - 10).first { Set(bytes[$0...$0 + 1]) == [0x01, 0x12] })
      // The value stands eight bytes behind the tag, in the order of the file.
      let isLittle = bytes[tag] == 0x12
      bytes[tag + 8] = isLittle ? UInt8(orientation) : 0
      bytes[tag + 9] = isLittle ? 0 : UInt8(orientation)
      let picture = try read(bytes).picture
      // Upper left of the stored picture is green, wherever it goes.
      let green: (Int, Int) =
        switch orientation {
        case 1, 5: (1, 1)
        case 2, 6: (picture.width - 2, 1)
        case 3, 7: (picture.width - 2, picture.height - 2)
        default: (1, picture.height - 2)
        }
      #expect(isNear([picture[green.0, green.1]], [Self.green], within: 3), "orientation \(orientation)")
    }
  }

  @Test(arguments: [
    PillowPictures.jpeg, PillowPictures.progressiveJPEG, PillowPictures.clearWebP, PillowPictures.lossyWebP,
  ])
  func whatIsCutShortIsRefusedAndNeverFilledUp(bytes: [UInt8]) {
    for count in stride(from: 0, to: bytes.count - 2, by: 7) {
      #expect(throws: PictureError.self, "\(count) of \(bytes.count) bytes") {
        try read(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func otherKindsAreNamedAsSuch() {
    #expect(throws: PictureError.unknownKind(file: "p")) { try read(Array("GIF89a".utf8)) }
    #expect(throws: PictureError.unknownKind(file: "p")) { try read([]) }
  }
}
