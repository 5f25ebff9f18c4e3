/// Why a picture could not be read: one line that names the file and ends with what to do.
package enum PictureError: Error, Equatable, CustomStringConvertible {
  case missing(file: String)
  case directory(file: String)
  case unreadable(file: String, reason: String)
  case notPNG(file: String)
  /// None of the kinds that are read.
  case unknownKind(file: String)
  /// `reason` is the library's own word for it.
  case malformed(file: String, kind: PictureKind, reason: String)
  case tooLarge(file: String, width: Int, height: Int, mostPixels: Int)
  case tooManyBytes(file: String, found: Int, most: Int)
  case outOfMemory(file: String)

  package var description: String {
    switch self {
    case .missing(let file):
      "\(file): there is no such file; check the path"
    case .directory(let file):
      "\(file): this is a folder; give a file"
    case .unreadable(let file, let reason):
      "\(file): cannot be read (\(reason)); check its permissions"
    case .notPNG(let file):
      "\(file): this is no PNG file; convert it to PNG"
    case .unknownKind(let file):
      "\(file): this is no PNG, JPEG or WebP file; convert it to one of them"
    case .malformed(let file, let kind, let reason):
      "\(file): this \(kind.rawValue) is damaged (\(reason)); get it again"
    case .tooLarge(let file, let width, let height, let most):
      "\(file): \(width) x \(height) pixels are more than \(most); make it smaller"
    case .tooManyBytes(let file, let found, let most):
      "\(file): \(found) bytes are more than \(most); make it smaller"
    case .outOfMemory(let file):
      "\(file): there is not enough memory for this picture; make it smaller"
    }
  }
}
