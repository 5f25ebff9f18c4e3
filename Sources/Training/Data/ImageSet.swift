import Checkpoints
import Files
import Foundation
import Pictures
import Tensors

/// Square RGB pictures of one size in memory, with their labels.
package struct ImageSet: Sendable {
  /// Pixels of a side.
  package let size: Int
  /// [image, row, column, red-green-blue].
  package private(set) var pixels: [UInt8] = []
  /// One for each image; empty where the data has none.
  package private(set) var labels: [Int] = []
  /// In the order of their numbers; empty where the data has no labels.
  package let labelNames: [String]

  package init(size: Int, labelNames: [String] = []) { (self.size, self.labelNames) = (size, labelNames) }

  package var count: Int { pixels.count / imageBytes }
  var imageBytes: Int { 3 * size * size }

  /// - Parameter label: nil exactly where there are no label names.
  package mutating func append(_ picture: Picture, label: Int?) {
    precondition(picture.width == size && picture.height == size && (label == nil) == labelNames.isEmpty)
    pixels += picture.pixels
    if let label { labels.append(label) }
  }

  /// The same for the same images, sizes and labels, different for others. Without leading zeros, as the
  /// checkpoints of trainings have it.
  package var fingerprint: String {
    var hash = FowlerNollVo()
    _ = pixels.withUnsafeBytes { hash.mixWords(of: $0) }
    hash.mix(UInt64(pixels.count))
    for label in labels { hash.mix(UInt64(label)) }
    return String(hash.hash, radix: 16)
  }

  /// Reads a folder or a safetensors file.
  ///
  /// - Parameters:
  ///   - progress: pictures done, of how many.
  ///   - skipped: called with a line for each file that could not be used.
  package static func load(
    _ url: URL, _ reading: ImageReading, progress: (Int, Int) -> Void = { _, _ in },
    skipped: (String) -> Void = { _ in }
  ) throws -> (set: ImageSet, report: ImageReport) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw TrainingError.missing(data: url.relativePath)
    }
    if isFolder.boolValue {
      return try ImageFolder(url).load(reading, progress: progress, skipped: skipped)
    }
    let (set, resized) = try load(SafetensorsFile(url), size: reading.size, progress: progress)
    var report = ImageReport()
    report.resized = resized
    return (set, report)
  }

  /// As many as a model's configuration may have.
  private static let mostLabels = 999_999

  /// `images` U8 [N, S, S, 3], optional `labels` [N] as I64 or I32, their names as a JSON list under
  /// `label_names` in the metadata.
  private static func load(
    _ file: SafetensorsFile, size: Int, progress: (Int, Int) -> Void
  ) throws -> (set: ImageSet, resized: Int) {
    let shape = try file.entry("images").shape
    guard shape.count == 4, shape[1] == shape[2], shape[3] == 3, shape[1] > 0 else {
      throw TrainingError.notSquare(data: file.path, shape: shape)
    }
    guard shape[0] > 0 else { throw TrainingError.noImages(data: file.path) }
    let bytes = try file.bytes(named: "images")
    let labels = file.contains("labels") ? try file.integers(named: "labels") : []
    guard labels.isEmpty || labels.count == shape[0] else {
      throw TrainingError.labelCount(data: file.path, images: shape[0], labels: labels.count)
    }
    let stored = file.metadata["label_names"].flatMap {
      try? JSONDecoder().decode([String].self, from: Data($0.utf8))
    }
    // Before names are made of their numbers.
    let most = stored?.count ?? Self.mostLabels
    if let wrong = labels.first(where: { !(0..<most).contains($0) }) {
      throw TrainingError.labelRange(data: file.path, label: wrong, names: most)
    }
    let names = labels.isEmpty ? [] : stored ?? (0...(labels.max() ?? 0)).map { "label \($0)" }
    var set = ImageSet(size: size, labelNames: names)
    set.labels = labels
    guard shape[1] != size else {
      set.pixels = bytes
      return (set, 0)
    }
    for index in 0..<shape[0] {
      let length = shape[1] * shape[2] * 3
      let picture = Picture(
        width: shape[2], height: shape[1], pixels: Array(bytes[index * length..<(index + 1) * length]))
      set.pixels += picture.resized(width: size, height: size).pixels
      progress(index + 1, shape[0])
    }
    return (set, shape[0])
  }
}
