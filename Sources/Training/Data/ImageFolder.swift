import Files
import Foundation
import Pictures

/// A folder of PNG, JPEG and WebP files; its subfolders, if any hold some, are the labels. Links are followed.
package struct ImageFolder {
  /// The folders that hold pictures in alphabetical order; empty for a folder without subfolders.
  private let labels: [String]
  /// The place of the label; nil for a folder without.
  private let files: [(url: URL, label: Int?)]
  /// Pictures beside the folders, and folders that cannot be looked into.
  private let strays: [String]
  /// How many pictures there are of each kind that is not read.
  private let unread: [String: Int]
  private let path: String

  /// - Throws: `TrainingError.unreadable` for a folder that cannot be looked into.
  package init(_ url: URL) throws {
    path = url.relativePath
    let entries = try Self.entries(of: url)
    var strays: [String] = []
    var folders: [(name: String, pictures: [URL])] = []
    var unread = Self.unreadKinds(entries)
    for folder in entries where Self.isFolder(folder) {
      do {
        let inside = try Self.entries(of: folder)
        unread.merge(Self.unreadKinds(inside), uniquingKeysWith: +)
        let pictures = inside.filter(Self.isPicture)
        if !pictures.isEmpty { folders.append((folder.lastPathComponent, pictures)) }
      } catch {
        strays.append("\(error); skipped")
      }
    }
    let loose = entries.filter(Self.isPicture)
    if folders.isEmpty {
      labels = []
      files = loose.map { ($0, nil) }
    } else {
      labels = folders.map(\.name)
      files = folders.enumerated().flatMap { label, folder in folder.pictures.map { ($0, label) } }
      strays += loose.map { "\($0.relativePath): it lies beside the folders that are labels; skipped" }
    }
    (self.strays, self.unread) = (strays, unread)
  }

  private static func entries(of url: URL) throws(TrainingError) -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: url.resolvingSymlinksInPath(), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles]
      ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw .unreadable(data: url.relativePath)
    }
  }

  /// Also at the end of a link.
  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static let suffixes = Set(PictureKind.allCases.flatMap(\.suffixes))

  private static func isPicture(_ url: URL) -> Bool {
    suffixes.contains(url.pathExtension.lowercased()) && !isFolder(url)
  }

  /// Of pictures that others read, by the endings of their names.
  private static let unreadSuffixes = [
    "gif": "GIF", "bmp": "BMP", "dib": "BMP", "tif": "TIFF", "tiff": "TIFF", "avif": "AVIF", "heic": "HEIC",
    "heif": "HEIC", "hif": "HEIC", "jxl": "JPEG XL", "jp2": "JPEG 2000", "j2k": "JPEG 2000", "svg": "SVG",
    "psd": "PSD", "tga": "TGA", "ico": "ICO", "qoi": "QOI", "exr": "EXR", "ppm": "PPM", "pgm": "PGM",
    "pbm": "PBM", "pnm": "PNM", "dng": "DNG", "cr2": "CR2", "cr3": "CR3", "nef": "NEF", "arw": "ARW",
  ]

  private static func unreadKinds(_ urls: [URL]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for url in urls {
      if let kind = unreadSuffixes[url.pathExtension.lowercased()], !isFolder(url) {
        counts[kind, default: 0] += 1
      }
    }
    return counts
  }

  func load(
    _ reading: ImageReading, progress: (Int, Int) -> Void, skipped: (String) -> Void
  ) throws -> (set: ImageSet, report: ImageReport) {
    var report = ImageReport(leftOut: strays.count, unread: unread)
    if !unread.isEmpty { skipped("\(report.unreadText): skipped; convert them to PNG, JPEG or WebP") }
    strays.forEach(skipped)
    var pictures: [(picture: Picture, label: Int?)] = []
    for (index, file) in files.enumerated() {
      do {
        let found = try PictureFile(contentsOf: file.url, background: reading.background)
        if let picture = reading.square(found, &report) {
          pictures.append((picture, file.label))
        } else {
          report.leftOut += 1
          let (width, height) = (found.picture.width, found.picture.height)
          skipped(
            "\(file.url.relativePath): \(width) x \(height) is not square; "
              + "skipped (--crop takes the square in its middle)")
        }
      } catch let error as PictureError {
        report.leftOut += 1
        skipped("\(error); skipped")
      }
      progress(index + 1, files.count)
    }
    guard !pictures.isEmpty else { throw TrainingError.noImages(data: path) }
    // A label of which no picture could be read would be learned from nothing.
    let used = labels.indices.filter { label in pictures.contains { $0.label == label } }
    for label in labels.indices where !used.contains(label) {
      skipped("\(labels[label]): none of its pictures can be used; there will be no such label")
    }
    let numbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    var set = ImageSet(size: reading.size, labelNames: used.map { labels[$0] })
    for (picture, label) in pictures { set.append(picture, label: label.flatMap { numbers[$0] }) }
    return (set, report)
  }
}
