import Files
import Foundation
import TestSupport
import Testing

struct AtomicFileTests {
  @Test func failureInTheMiddleKeepsTheOldFile() throws {
    struct Interruption: Error {}
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    try Data([1, 2, 3]).write(to: url)
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: url) { file in
        try [UInt8](repeating: 9, count: 100).withUnsafeBytes { try file.append($0) }
        throw Interruption()
      }
    }
    #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
    #expect(try folder.names == ["a"])
  }

  @Test func aLinkStaysALinkAndItsFileIsReplaced() throws {
    let folder = try TemporaryFolder(["real": "old"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("real"))
    try AtomicFile.write(Array("new".utf8), to: folder.file("link"))
    #expect(try String(contentsOf: folder.file("real"), encoding: .utf8) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")).hasSuffix("real"))
    #expect(try folder.names == ["link", "real"])
  }

  @Test func aTakenNameGetsANumber() throws {
    let folder = try TemporaryFolder(["a.txt": "mine", "a-2.txt": "mine"])
    #expect(try FreeFile.write([1], in: folder.url, stem: "a", ending: "txt") == "a-3.txt")
    #expect(try String(contentsOf: folder.file("a.txt"), encoding: .utf8) == "mine")
    #expect(throws: FileError.folderMissing(file: "a.txt")) {
      try FreeFile.write([1], in: folder.file("none"), stem: "a", ending: "txt")
    }
  }

  @Test(arguments: [
    ("Soft Mask", "soft-mask"), ("..", "unnamed"), ("a/b\u{1B}[c", "a-b-c"), ("Größe 2.5", "größe-2.5"),
  ])
  func anyTextMakesAFileName(text: String, name: String) {
    #expect(FreeFile.slug(text) == name)
  }

  @Test func theConfigFolderFollowsXDG() {
    #expect(ConfigFolder.url(["XDG_CONFIG_HOME": "/c", "HOME": "/h"]).path == "/c/mezzotint")
    #expect(ConfigFolder.url(["XDG_CONFIG_HOME": "c", "HOME": "/h"]).path == "/h/.config/mezzotint")
    #expect(ConfigFolder.url(["HOME": "/h"]).path == "/h/.config/mezzotint")
  }
}
