import Checkpoints
import Foundation
import TestSupport
import Testing

private let sound = Op.pickle([("a", Op.tensor(Op.storage("0", 1), shape: [1], strides: [1]))])

/// An archive that lies; the pickle in it is sound.
private func hostile(_ change: (inout [ZipPart]) -> Void) -> [UInt8] {
  var parts = [
    ZipPart(name: "a/data.pkl", bytes: sound), ZipPart(name: "a/data/0", bytes: [0, 0, 0x80, 0x3F]),
  ]
  change(&parts)
  return zip(parts)
}

private let damaged = "its ZIP archive is damaged: "
private let again = "; download or export it again"

private let hostileArchives: [(name: String, bytes: [UInt8], line: String)] = [
  (
    "no pickle", zip([ZipPart(name: "word/document.xml", bytes: [1])]),
    "it is a ZIP archive, but no PyTorch file: there is no 'data.pkl' in it; give a safetensors or PyTorch file"
  ),
  (
    "nothing at all", zip([]),
    "it is a ZIP archive, but no PyTorch file: there is no 'data.pkl' in it; "
      + "give a safetensors or PyTorch file"
  ),
  (
    "two pickles", hostile { $0.append(ZipPart(name: "b/data.pkl", bytes: sound)) },
    damaged + "it has several pickles" + again
  ),
  ("a name twice", hostile { $0.append($0[1]) }, damaged + "it has 'a/data/0' twice" + again),
  (
    "a compressed part", hostile { $0[1].method = 8 },
    "'a/data/0' in its ZIP archive is compressed, and PyTorch never does that; save it again with torch.save"
  ),
  (
    "a compressed pickle", hostile { $0[0].method = 8 },
    "'a/data.pkl' in its ZIP archive is compressed, and PyTorch never does that; save it again with torch.save"
  ),
  ("an encrypted part", hostile { $0[1].flags = 1 }, damaged + "it is encrypted" + again),
  (
    "parts that overlap",
    hostile { parts in
      for name in 0..<1000 {
        parts.append(ZipPart(name: "a/data/9\(name)", bytes: [], offset: 0, ownName: ""))
      }
    }, damaged + "a part of it is not where its table says" + again
  ),
  (
    "a part within another",
    hostile { parts in
      let inner = zip([ZipPart(name: "a/data/1", bytes: [1, 2, 3, 4])])
      let place = 30 + "a/data.pkl".count + sound.count + 30 + "a/data/0".count
      parts[1].bytes = inner
      parts.append(ZipPart(name: "a/data/1", bytes: [], offset: place, size: 4))
    }, damaged + "parts of it overlap" + again
  ),
  (
    "a part beyond the end", hostile { $0[1].size = 1 << 30 },
    damaged + "a part of it lies outside of the file" + again
  ),
  (
    "a part at the end of all", hostile { $0[1].offset = 0xFFFF_FFF0 },
    damaged + "a part of it lies outside of the file" + again
  ),
  (
    "a part of another name", hostile { $0[1].ownName = "a/data/1" },
    damaged + "a part of it is not where its table says" + again
  ),
  (
    "a table beyond the end", zip([ZipPart(name: "a/data.pkl", bytes: sound)], tableOffset: 1 << 30),
    damaged + "its table lies outside of the file" + again
  ),
  (
    "a table of something else", zip([ZipPart(name: "a/data.pkl", bytes: sound)], tableOffset: 0),
    damaged + "its table is malformed" + again
  ),
  (
    "a long table beyond the end",
    zip([ZipPart(name: "a/data.pkl", bytes: sound)], usesLongForm: true, tableOffset: .max),
    damaged + "its table lies outside of the file" + again
  ),
  (
    "a long table before the beginning",
    zip([ZipPart(name: "a/data.pkl", bytes: sound)], usesLongForm: true, tableOffset: -1),
    damaged + "its table lies outside of the file" + again
  ),
  (
    "highest byte first", hostile { $0.append(ZipPart(name: "a/byteorder", bytes: Array("big".utf8))) },
    "its numbers are stored with the highest byte first; save it again with torch.save"
  ),
  (
    "a program", hostile { $0.append(ZipPart(name: "a/code/__torch__.py", bytes: [])) },
    "it is a TorchScript program and not weights alone; save the model's state_dict()"
  ),
]

@Suite struct HostileArchiveTests {
  @Test(arguments: hostileArchives.map(\.name))
  func anArchiveThatLiesIsOneLine(name: String) throws {
    let hostile = try #require(hostileArchives.first { $0.name == name })
    #expect(try complaint(hostile.bytes) == hostile.line)
  }

  @Test(arguments: [false, true])
  func aSoundArchiveIsReadInBothForms(usesLongForm: Bool) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a.pth")
    let parts = [
      ZipPart(name: "a/data/0", bytes: [0, 0, 0x80, 0x3F]), ZipPart(name: "a/data.pkl", bytes: sound),
      ZipPart(name: "a/byteorder", bytes: Array("little".utf8)),
    ]
    try Data(zip(parts, usesLongForm: usesLongForm)).write(to: url)
    #expect(try CheckpointFile.open(url).tensor(named: "a").values == [1])
  }

  @Test func bytesBehindTheEndRecordAreItsCommentOrNothing() throws {
    let file = hostile { _ in }
    #expect(
      try complaint(file + [0]) == "it is cut off: it has the beginning of a ZIP archive and not its end"
        + again)
    #expect(try complaint(file.dropLast(2) + [3, 0, 1, 2, 3]) == nil)
  }

  @Test(arguments: ["types.pth", "types-legacy.pth", "trainer.pth"])
  func everyTruncationIsOneLine(name: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.file(name)
    try FileManager.default.copyItem(at: golden("torch/\(name)"), to: url)
    let size = try Data(contentsOf: url).count
    for length in (0..<size).reversed() {
      guard truncate(url.path, off_t(length)) == 0 else { throw CocoaError(.fileWriteUnknown) }
      let error = #expect(throws: CheckpointError.self, "\(length)") { try CheckpointFile.open(url) }
      #expect(error?.description.contains { $0.isNewline } == false)
    }
  }

  /// A fixed xorshift sequence, so that a failure comes again.
  @Test(arguments: ["types.pth", "types-legacy.pth", "trainer.pth", "types-protocol4.pth"])
  func randomDamageNeverStopsTheProgram(name: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.file(name)
    let sound = [UInt8](try Data(contentsOf: golden("torch/\(name)")))
    try Data(sound).write(to: url)
    let descriptor = open(url.path, O_RDWR)
    defer { close(descriptor) }
    var dice = Dice(17)
    var refused = 0
    for _ in 0..<5_000 {
      let place = Int.random(in: sound.indices, using: &dice)
      var byte = UInt8.random(in: 0...255, using: &dice)
      #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
      do {
        let source = try CheckpointFile.open(url)
        for name in source.names {
          let shape = try source.shape(of: name)
          let width = try source.type(of: name).byteCount
          try source.withBytes(of: name) { #expect($0.count == shape.reduce(width, *)) }
        }
      } catch {
        #expect(error is CheckpointError)
        #expect(!"\(error)".contains { $0.isNewline })
        refused += 1
      }
      byte = sound[place]
      #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
    }
    #expect(refused > 500)
  }
}
