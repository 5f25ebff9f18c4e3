import Checkpoints
import Foundation
import Pictures
import Tensors
import TestSupport
import Testing
import Training

struct DataTests {
  @Test func subfoldersAreLabelsAndWhatCannotBeReadIsNamed() throws {
    let folder = try TemporaryFolder()
    for (label, color) in [("cats", RGB(255, 0, 0)), ("dogs", RGB(0, 0, 255))] {
      let place = folder.file(label)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try Data(PNGFile(Picture(width: 8, height: 8, color: color)).encoded()).write(
        to: place.appending(path: "a.png"))
    }
    try Data("no picture".utf8).write(to: folder.file("cats/broken.png"))
    try Data(PNGFile(Picture(width: 8, height: 4)).encoded()).write(
      to: folder.file("dogs/wide.png"))
    var skipped: [String] = []
    let (set, report) = try ImageSet.load(
      folder.url, ImageReading(size: 4), skipped: { skipped.append($0) })
    #expect(set.count == 2)
    #expect(set.labelNames == ["cats", "dogs"])
    #expect(set.labels == [0, 1])
    #expect(Array(set.pixels.prefix(3)) == [255, 0, 0])
    #expect(skipped.count == 2)
    #expect(skipped.contains { $0.contains("broken.png") } && skipped.contains { $0.contains("8 x 4") })
    #expect(report.text(size: 4) == "2 PNG; 2 resized to 4, 2 left out")
  }

  @Test func picturesOfKindsThatAreNotReadAreCountedAndNamed() throws {
    let folder = try TemporaryFolder()
    for name in ["cats", "dogs", "birds.gif"] {
      try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: false)
    }
    try Data(PNGFile(Picture(width: 4, height: 4)).encoded()).write(to: folder.file("cats/a.png"))
    for name in ["a.gif", "cats/b.TIFF", "dogs/c.gif", "dogs/d.heic", "cats/notes.txt"] {
      try Data("anything".utf8).write(to: folder.file(name))
    }
    var skipped: [String] = []
    let (set, report) = try ImageSet.load(
      folder.url, ImageReading(size: 4), skipped: { skipped.append($0) })
    #expect(set.count == 1 && set.labelNames == ["cats"])
    #expect(skipped.count == 1 && skipped[0].hasPrefix("2 GIF, 1 HEIC, 1 TIFF: "), "\(skipped)")
    #expect(report.text(size: 4) == "1 PNG; 4 left out (2 GIF, 1 HEIC, 1 TIFF)")
  }

  @Test func theMiddleIsTakenOfWhatIsNotSquareWhereThatIsWanted() throws {
    let folder = try TemporaryFolder()
    var wide = Picture(width: 6, height: 2, color: RGB(9, 9, 9))
    for (x, y) in [(2, 0), (3, 0), (2, 1), (3, 1)] { wide[x, y] = RGB(200, 100, 50) }
    try Data(PNGFile(wide).encoded()).write(to: folder.file("wide.png"))
    let (set, report) = try ImageSet.load(folder.url, ImageReading(size: 2, crops: true))
    #expect(set.pixels == Array(repeating: [200, 100, 50], count: 4).flatMap { $0 })
    #expect(report.text(size: 2) == "1 PNG; 1 cropped")
  }

  @Test func linksToFoldersAreFollowedAndLabelsWithoutPicturesAreLeftOut() throws {
    let (folder, elsewhere) = (try TemporaryFolder(), try TemporaryFolder())
    try Data(PNGFile(Picture(width: 4, height: 4, color: RGB(1, 2, 3))).encoded()).write(
      to: elsewhere.file("a.png"))
    let manager = FileManager.default
    try manager.createSymbolicLink(at: folder.file("dogs"), withDestinationURL: elsewhere.url)
    try manager.createDirectory(at: folder.file("cats"), withIntermediateDirectories: false)
    try Data("no picture".utf8).write(to: folder.file("cats/broken.webp"))
    var skipped: [String] = []
    let set = try ImageSet.load(folder.url, ImageReading(size: 4), skipped: { skipped.append($0) }).set
    #expect(set.labelNames == ["dogs"])
    #expect(set.labels == [0])
    #expect(skipped.count == 2 && skipped.contains { $0.hasPrefix("cats: none of its pictures") })
  }

  @Test func noImagesAtAllIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TrainingError.self) { try ImageSet.load(folder.url, ImageReading(size: 8)).set }
    #expect(throws: TrainingError.self) { try ImageSet.load(folder.file("none"), ImageReading(size: 8)).set }
  }

  @Test func aSafetensorsFileBringsImagesLabelsAndTheirNames() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("set.safetensors")
    var writer = SafetensorsWriter(metadata: ["label_names": "[\"a\",\"b\"]"])
    writer.add("images", bytes: (0..<96).map { UInt8($0) }, shape: [2, 4, 4, 3])
    writer.add("labels", integers: [1, 0])
    try writer.write(to: file)
    let set = try ImageSet.load(file, ImageReading(size: 4)).set
    #expect(set.pixels == (0..<96).map { UInt8($0) })
    #expect(set.labels == [1, 0])
    #expect(set.labelNames == ["a", "b"])
    #expect(try ImageSet.load(file, ImageReading(size: 2)).set.pixels.count == 2 * 12)
  }

  @Test func filesThatDoNotFitAreRefused() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("set.safetensors")
    var wide = SafetensorsWriter()
    wide.add("images", bytes: [UInt8](repeating: 0, count: 24), shape: [1, 2, 4, 3])
    try wide.write(to: file)
    #expect(throws: TrainingError.notSquare(data: file.relativePath, shape: [1, 2, 4, 3])) {
      try ImageSet.load(file, ImageReading(size: 4)).set
    }
    var short = SafetensorsWriter(metadata: ["label_names": "[\"a\"]"])
    short.add("images", bytes: [UInt8](repeating: 0, count: 96), shape: [2, 4, 4, 3])
    short.add("labels", integers: [0, 3])
    try short.write(to: file)
    #expect(throws: TrainingError.labelRange(data: file.relativePath, label: 3, names: 1)) {
      try ImageSet.load(file, ImageReading(size: 4)).set
    }
  }

  @Test func anEpochShowsEveryImageOnceInAnOrderOfItsOwn() throws {
    // Grey images whose brightness names them.
    var set = ImageSet(size: 8)
    for index in 0..<10 {
      set.append(
        Picture(width: 8, height: 8, color: RGB(UInt8(index), UInt8(index), UInt8(index))), label: nil)
    }
    let settings = smallSettings {
      ($0.configuration.classes, $0.configuration.labelNames) = (0, [])
      ($0.batch, $0.configuration.prediction) = (5, .sample)
    }
    let maker = BatchMaker(set, settings)
    func shown(_ step: Int) -> [Int] {
      let target = maker.batch(step: step).target
      return (0..<5).map { Int(((target[$0 * 192] + 1) * 127.5).rounded()) }
    }
    let epochs = [shown(1) + shown(2), shown(3) + shown(4)]
    #expect(epochs.allSatisfy { $0.sorted() == Array(0..<10) })
    #expect(epochs[0] != epochs[1])
    #expect(shown(1) + shown(2) == epochs[0])
  }
}
