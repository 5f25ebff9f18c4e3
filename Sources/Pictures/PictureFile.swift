import CJPEG
import CLibWebP
import Files
import Foundation

/// The kinds of picture files that are read.
package enum PictureKind: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"
  case webp = "WebP"

  /// Without the dot, in lower case.
  package var suffixes: [String] {
    switch self {
    case .png: ["png"]
    case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
    case .webp: ["webp"]
    }
  }

  /// What a file of these bytes is; its name may say something else.
  package init?(bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      self = .webp
    } else {
      return nil
    }
  }
}

/// A picture of any kind that is read, the right way up: turned as its EXIF orientation says.
package struct PictureFile: Hashable, Sendable {
  package let picture: Picture
  package let kind: PictureKind
  /// Whether the file kept the picture lying or mirrored.
  package let isTurned: Bool

  /// - Parameter background: what transparent pixels are laid over.
  /// - Throws: `PictureError`.
  package init(contentsOf url: URL, background: RGB) throws {
    try self.init(bytes: PNGFile.bytes(of: url), name: url.relativePath, background: background)
  }

  /// - Parameter name: of the file, for messages.
  /// - Throws: `PictureError`.
  package init(bytes: [UInt8], name: String, background: RGB) throws(PictureError) {
    guard let kind = PictureKind(bytes: bytes) else { throw .unknownKind(file: name) }
    self.kind = kind
    var orientation = Orientation.upright
    let stored: Picture
    switch kind {
    case .png: stored = try PNGFile(bytes: bytes, name: name, background: background).picture
    case .jpeg:
      stored = try Self.jpeg(bytes, name)
      orientation = ExifData(jpeg: bytes)?.orientation ?? .upright
    case .webp:
      stored = try Self.webp(bytes, name, background)
      orientation = ExifData(webp: bytes)?.orientation ?? .upright
    }
    isTurned = orientation != .upright
    picture = stored.turned(orientation)
  }

  private static func jpeg(_ bytes: [UInt8], _ name: String) throws(PictureError) -> Picture {
    var decoded = cjpeg_picture()
    defer { cjpeg_release(&decoded) }
    let status = cjpeg_decode(bytes, bytes.count, UInt64(PNGFile.mostPixels), &decoded)
    let (width, height) = (Int(decoded.width), Int(decoded.height))
    switch status {
    case cjpeg_ok: break
    case cjpeg_out_of_memory: throw .outOfMemory(file: name)
    case cjpeg_too_large:
      throw .tooLarge(file: name, width: width, height: height, mostPixels: PNGFile.mostPixels)
    default:
      throw .malformed(file: name, kind: .jpeg, reason: PNGFile.message(decoded.message))
    }
    return Picture(
      width: width, height: height,
      pixels: Array(UnsafeBufferPointer(start: decoded.pixels, count: width * height * 3)))
  }

  /// The first picture of an animation is not looked for: libwebp's simple decoder refuses those.
  private static func webp(
    _ bytes: [UInt8], _ name: String, _ background: RGB
  ) throws(PictureError) -> Picture {
    var features = WebPBitstreamFeatures()
    guard WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK else {
      throw .malformed(file: name, kind: .webp, reason: "its header cannot be read")
    }
    guard features.has_animation == 0 else {
      throw .malformed(file: name, kind: .webp, reason: "an animation, of which no picture is taken")
    }
    let (width, height) = (Int(features.width), Int(features.height))
    guard width * height <= PNGFile.mostPixels else {
      throw .tooLarge(file: name, width: width, height: height, mostPixels: PNGFile.mostPixels)
    }
    let rgba = [UInt8](unsafeUninitializedCapacity: width * height * 4) { target, count in
      let end = WebPDecodeRGBAInto(bytes, bytes.count, target.baseAddress, target.count, Int32(4 * width))
      count = end == nil ? 0 : width * height * 4
    }
    guard !rgba.isEmpty else {
      throw .malformed(file: name, kind: .webp, reason: "the data ends too early or is damaged")
    }
    return Picture(rgba: rgba, width: width, height: height, over: background)
  }
}

extension Picture {
  /// - Parameter rgba: [row, column, red-green-blue-alpha], not premultiplied.
  fileprivate init(rgba: [UInt8], width: Int, height: Int, over background: RGB) {
    self.init(width: width, height: height, color: background)
    let ground = [background.red, background.green, background.blue]
    for place in 0..<width * height {
      let alpha = Int(rgba[4 * place + 3])
      for channel in 0..<3 {
        let sum = Int(rgba[4 * place + channel]) * alpha + Int(ground[channel]) * (255 - alpha)
        pixels[3 * place + channel] = UInt8((sum + 127) / 255)
      }
    }
  }
}
