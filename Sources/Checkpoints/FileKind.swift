/// What a file is, by its first bytes.
///
/// The signatures are those of the formats' own descriptions. Names of files say nothing here: a download that went
/// wrong keeps the name of what was wanted.
package enum FileKind: String, Sendable, Hashable, CaseIterable {
  case safetensors = "a safetensors file"
  /// PyTorch's files since 1.6 are such archives, but so are many others.
  case zip = "a ZIP archive"
  case legacyTorch = "a PyTorch file in the form from before PyTorch 1.6"
  case pickle = "a Python pickle"
  case gguf = "a GGUF file"
  case ggml = "a GGML file"
  case onnx = "an ONNX file"
  case tflite = "a TensorFlow Lite file"
  case hdf5 = "an HDF5 file"
  case numpy = "a NumPy file"
  case png = "a PNG picture"
  case jpeg = "a JPEG picture"
  case gif = "a GIF picture"
  case webp = "a WebP picture"
  case pdf = "a PDF document"
  case lfsPointer = "a Git LFS pointer, which stands for a file that was not downloaded"
  case html = "a web page"
  case xml = "XML text"
  case json = "JSON text"
  case text = "a text file"
  case gzip = "a gzip archive"
  case zstandard = "a Zstandard archive"
  case xz = "an xz archive"
  case bzip2 = "a bzip2 archive"
  case sevenZip = "a 7z archive"
  case rar = "a RAR archive"
  case tar = "a tar archive"
  case program = "a program"

  /// How many bytes from a file's beginning tell it apart.
  static let telling = 512

  private static let signatures: [(kind: FileKind, offset: Int, bytes: [UInt8])] = [
    (.zip, 0, [0x50, 0x4B, 0x03, 0x04]), (.zip, 0, [0x50, 0x4B, 0x05, 0x06]),
    // A pickle of protocol 2 that holds PyTorch's magic number.
    (.legacyTorch, 0, [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]),
    (.gguf, 0, Array("GGUF".utf8)), (.ggml, 0, Array("lmgg".utf8)), (.ggml, 0, Array("fmgg".utf8)),
    (.ggml, 0, Array("tjgg".utf8)), (.tflite, 4, Array("TFL3".utf8)),
    (.hdf5, 0, [0x89] + Array("HDF\r\n".utf8)), (.numpy, 0, [0x93] + Array("NUMPY".utf8)),
    (.png, 0, [0x89] + Array("PNG\r\n".utf8)), (.jpeg, 0, [0xFF, 0xD8, 0xFF]), (.gif, 0, Array("GIF8".utf8)),
    (.webp, 8, Array("WEBP".utf8)), (.pdf, 0, Array("%PDF".utf8)),
    (.lfsPointer, 0, Array("version https://git-lfs".utf8)), (.gzip, 0, [0x1F, 0x8B]),
    (.zstandard, 0, [0x28, 0xB5, 0x2F, 0xFD]), (.xz, 0, [0xFD] + Array("7zXZ".utf8)),
    (.bzip2, 0, Array("BZh".utf8)), (.sevenZip, 0, Array("7z".utf8) + [0xBC, 0xAF]),
    (.rar, 0, Array("Rar!".utf8)), (.tar, 257, Array("ustar".utf8)),
    (.program, 0, [0x7F] + Array("ELF".utf8)), (.program, 0, Array("MZ".utf8)),
  ]

  /// - Parameters:
  ///   - start: the file's first bytes, `telling` of them or all.
  ///   - size: of the whole file, in bytes.
  init?(start: [UInt8], size: Int) {
    func has(_ bytes: [UInt8], at offset: Int) -> Bool {
      start.count >= offset + bytes.count && start[offset..<offset + bytes.count].elementsEqual(bytes)
    }
    // First, because its first eight bytes are a number and may look like anything.
    if Self.isSafetensors(start) {
      self = .safetensors
    } else if let found = Self.signatures.first(where: { has($0.bytes, at: $0.offset) }) {
      self = found.kind
    } else if start.count >= 2, start[0] == 0x80, 2...5 ~= start[1] {
      self = .pickle
    } else if let kind = Self.text(start) ?? Self.message(start) {
      self = kind
    } else {
      return nil
    }
  }

  /// The header's length, which the format limits, and the header, which is a JSON object.
  private static func isSafetensors(_ start: [UInt8]) -> Bool {
    guard start.count >= 10, start[8] == UInt8(ascii: "{") else { return false }
    let length = start[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length <= SafetensorsHeader.longest
  }

  private static func text(_ start: [UInt8]) -> FileKind? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    let body = start.dropFirst(start.starts(with: mark) ? 3 : 0).drop { spaces.contains($0) }
    // Text has no control characters; a binary file that begins with a brace has some soon.
    guard !body.contains(where: { $0 < 0x20 && !spaces.contains($0) }) else { return nil }
    let beginning = String(decoding: body.prefix(14), as: UTF8.self).lowercased()
    if beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html") { return .html }
    if beginning.hasPrefix("<?xml") { return .xml }
    if beginning.hasPrefix("{") || beginning.hasPrefix("[") { return .json }
    // A letter of several bytes may be cut at the end.
    let isText = (0...3).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
    return start.count >= 16 && isText ? .text : nil
  }

  /// ONNX is a protocol buffer without a signature: field 1 (a small version), then one of the fields 2 to 8.
  private static func message(_ start: [UInt8]) -> FileKind? {
    guard start.count >= 4, start[0] == 0x08, 1...30 ~= start[1] else { return nil }
    return [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(start[2]) ? .onnx : nil
  }

  /// What to do with such a file where one of weights was wanted; a sentence's end.
  var advice: String {
    switch self {
    case .lfsPointer: "fetch it with 'git lfs pull'"
    case .html, .xml: "download the file itself"
    case .json: "give the file of weights that lies beside it"
    case .gzip, .zstandard, .xz, .bzip2, .sevenZip, .rar, .tar: "unpack it first"
    default: "give a safetensors or PyTorch file"
    }
  }
}
