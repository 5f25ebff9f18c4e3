import CPNG
import Files
import Foundation

/// A picture with the texts that its PNG file holds.
package struct PNGFile: Hashable, Sendable {
  /// A text entry of a PNG file.
  package struct Text: Hashable, Sendable {
    /// 1 to 79 Latin-1 characters.
    package let keyword: String
    package let text: String

    package init(keyword: String, text: String) {
      (self.keyword, self.text) = (keyword, text)
    }
  }

  /// Pixels that are still decoded: 200 MB.
  package static let mostPixels = 1 << 26
  private static let mostBytes = 1 << 28

  package var picture: Picture
  /// In the order of the file.
  package var texts: [Text]

  package init(_ picture: Picture, texts: [Text] = []) {
    (self.picture, self.texts) = (picture, texts)
  }

  /// The first text with this keyword.
  package func text(_ keyword: String) -> String? {
    texts.first { $0.keyword == keyword }?.text
  }

  // MARK: Reading

  /// - Parameter background: what transparent pixels are laid over.
  /// - Throws: `PictureError`.
  package init(contentsOf url: URL, background: RGB = .white) throws {
    try self.init(bytes: Self.bytes(of: url), name: url.relativePath, background: background)
  }

  /// A picture's file, unless it is too large to be one.
  /// - Throws: `PictureError`.
  static func bytes(of url: URL) throws(PictureError) -> [UInt8] {
    let file = url.relativePath
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw .missing(file: file)
    }
    guard !isDirectory.boolValue else { throw .directory(file: file) }
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    if let size = attributes?[.size] as? Int, size > mostBytes {
      throw .tooManyBytes(file: file, found: size, most: mostBytes)
    }
    do {
      return try Array(Data(contentsOf: url))
    } catch {
      throw .unreadable(file: file, reason: reason(error))
    }
  }

  /// Decodes any kind of PNG: grey, palette, 1 to 16 bits, interlaced, transparent.
  ///
  /// - Parameters:
  ///   - name: of the file, for messages.
  ///   - background: what transparent pixels are laid over.
  /// - Throws: `PictureError`.
  package init(bytes: [UInt8], name: String, background: RGB = .white) throws(PictureError) {
    var decoded = cpng_picture()
    defer { cpng_release(&decoded) }
    let status = cpng_decode(
      bytes, bytes.count, [background.red, background.green, background.blue], UInt64(Self.mostPixels),
      &decoded)
    let (width, height) = (Int(decoded.width), Int(decoded.height))
    switch status {
    case cpng_ok: break
    case cpng_not_png: throw .notPNG(file: name)
    case cpng_out_of_memory: throw .outOfMemory(file: name)
    case cpng_too_large:
      throw .tooLarge(file: name, width: width, height: height, mostPixels: Self.mostPixels)
    default: throw .malformed(file: name, kind: .png, reason: Self.message(decoded.message))
    }
    picture = Picture(
      width: width, height: height,
      pixels: Array(UnsafeBufferPointer(start: decoded.pixels, count: width * height * 3)))
    texts = UnsafeBufferPointer(start: decoded.texts, count: decoded.text_count).map { entry in
      let text = UnsafeRawBufferPointer(start: entry.text, count: entry.length)
      let keyword = UnsafeRawBufferPointer(start: entry.keyword, count: strlen(entry.keyword))
      return Text(
        keyword: String(latin1: keyword),
        text: entry.is_utf8 ? String(decoding: text, as: UTF8.self) : String(latin1: text))
    }
  }

  // MARK: Writing

  /// The file's bytes: the same picture and texts are the same bytes.
  ///
  /// Texts go into tEXt chunks if Latin-1 can hold them and into iTXt chunks, as UTF-8, otherwise.
  package func encoded() -> [UInt8] {
    var data = cpng_data()
    defer { cpng_free(&data) }
    // libpng takes pointers to the characters; they stay in these arrays until it is done.
    let buffers = texts.map(Self.bytes)
    let pointers = buffers.map { keyword, text, _ in (Self.copy(keyword), Self.copy(text)) }
    defer {
      for (keyword, text) in pointers {
        keyword.deallocate()
        text.deallocate()
      }
    }
    let entries = zip(pointers, buffers).map { pointers, buffers in
      cpng_text(
        keyword: pointers.0, text: pointers.1, length: buffers.text.count, is_utf8: buffers.isUTF8)
    }
    let status = cpng_encode(
      picture.pixels, UInt32(picture.width), UInt32(picture.height), entries, entries.count, &data)
    precondition(status == cpng_ok, "libpng cannot write: \(Self.message(data.message))")
    return Array(UnsafeBufferPointer(start: data.bytes, count: data.count))
  }
}

// MARK: - Pictures that are only shown

extension PNGFile {
  package enum Kind {
    /// Most pixels are as their neighbours: enlarged, or drawn.
    case repeats
    /// Neighbours are similar, as in photographs.
    case gradients
  }

  /// A file that is made in a fraction of the time, and larger.
  package static func quick(_ picture: Picture, _ kind: Kind) -> [UInt8] {
    var data = cpng_data()
    defer { cpng_free(&data) }
    let status = cpng_encode_quickly(
      picture.pixels, UInt32(picture.width), UInt32(picture.height),
      kind == .repeats ? cpng_repeats : cpng_gradients, &data)
    precondition(status == cpng_ok, "libpng cannot write: \(message(data.message))")
    return Array(UnsafeBufferPointer(start: data.bytes, count: data.count))
  }
}

// MARK: - Characters

extension PNGFile {
  private static func bytes(_ entry: Text) -> (keyword: [UInt8], text: [UInt8], isUTF8: Bool) {
    guard let keyword = entry.keyword.latin1, 1...79 ~= keyword.count, !keyword.contains(0) else {
      preconditionFailure("no keyword of a PNG text: \(entry.keyword)")
    }
    precondition(!entry.text.utf8.contains(0), "a PNG text cannot hold the character 0")
    if let text = entry.text.latin1 { return (keyword, text, false) }
    return (keyword, Array(entry.text.utf8), true)
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { pointer[index] = CChar(bitPattern: byte) }
    pointer[bytes.count] = 0
    return pointer
  }

  /// A C array of characters, which Swift sees as a tuple.
  static func message(_ characters: some Any) -> String {
    withUnsafeBytes(of: characters) {
      String(latin1: UnsafeRawBufferPointer(rebasing: $0.prefix { $0 != 0 }))
    }
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as? CocoaError)?.userInfo[NSUnderlyingErrorKey]
    if let posix = error as? POSIXError ?? underlying as? POSIXError {
      return systemMessage(posix.code.rawValue)
    }
    return error.localizedDescription
  }
}

extension String {
  fileprivate init(latin1 bytes: UnsafeRawBufferPointer) {
    self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// Nil when a character is beyond Latin-1.
  fileprivate var latin1: [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
