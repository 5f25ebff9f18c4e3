import Foundation
import Pictures

/// A folder of PNG files; its subfolders, if any hold some, are the labels.
package struct ImageFolder {
  /// In alphabetical order; empty for a folder without subfolders.
  package let labelNames: [String]
  /// The number of the subfolder; nil for a folder without.
  private let files: [(url: URL, label: Int?)]
  private let strays: [URL]
  private let path: String

  package init(_ url: URL) throws {
    path = url.relativePath
    let entries = try Self.entries(of: url)
    let folders = try entries.filter(\.hasDirectoryPath).map { ($0, try Self.pictures(in: $0)) }
      .filter { !$0.1.isEmpty }
    let loose = entries.filter(Self.isPicture)
    if folders.isEmpty {
      (labelNames, strays) = ([], [])
      files = loose.map { ($0, nil) }
    } else {
      (labelNames, strays) = (folders.map(\.0.lastPathComponent), loose)
      files = folders.enumerated().flatMap { label, folder in folder.1.map { ($0, label) } }
    }
  }

  private static func entries(of url: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: url, includingPropertiesForKeys: [.isDirectoryKey], options: [.skipsHiddenFiles]
    ).sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  private static func isPicture(_ url: URL) -> Bool {
    url.pathExtension.lowercased() == "png" && !url.hasDirectoryPath
  }

  private static func pictures(in folder: URL) throws -> [URL] { try entries(of: folder).filter(isPicture) }

  func load(
    size: Int, progress: (Int, Int) -> Void, skipped: (String) -> Void
  ) throws -> ImageSet {
    for stray in strays {
      skipped("\(stray.relativePath): it lies beside the folders that are labels; skipped")
    }
    var set = ImageSet(size: size, labelNames: labelNames)
    for (index, file) in files.enumerated() {
      do {
        let picture = try PNGFile(contentsOf: file.url, background: .black).picture
        if picture.width == picture.height {
          let fits = picture.width == size
          set.append(fits ? picture : picture.resized(width: size, height: size), label: file.label)
        } else {
          skipped("\(file.url.relativePath): \(picture.width) x \(picture.height) is not square; skipped")
        }
      } catch let error as PictureError {
        skipped("\(error); skipped")
      }
      progress(index + 1, files.count)
    }
    guard set.count > 0 else { throw TrainingError.noImages(data: path) }
    return set
  }
}
