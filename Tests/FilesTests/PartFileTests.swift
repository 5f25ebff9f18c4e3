import Files
import Foundation
import TestSupport
import Testing

/// Files that are replaced, and what programs that were killed leave.
struct PartFileTests {
  private func mode(_ url: URL) -> mode_t {
    var status = stat()
    return stat(url.path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test(arguments: [0o600, 0o644, 0o640, 0o755] as [mode_t]) func anOverwrittenFileKeepsItsPermissions(
    rights: mode_t
  ) throws {
    let folder = try TemporaryFolder(["a": "old"])
    chmod(folder.path("a"), rights)
    try AtomicFile.write(Array("new".utf8), to: folder.file("a"))
    #expect(mode(folder.file("a")) == rights)
    #expect(try String(contentsOf: folder.file("a"), encoding: .utf8) == "new")
  }

  @Test(arguments: [String(repeating: "x", count: 255), String(repeating: "日", count: 85)])
  func aNameAsLongAsNamesMayBeIsWritten(name: String) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([1], to: folder.file(name))
    try AtomicFile.write([2], to: folder.file(name))
    #expect(try folder.names == [name])
    let stem = String(repeating: "y", count: 300)
    let first = try FreeFile.write([1], in: folder.url, stem: stem, ending: "png")
    let second = try FreeFile.write([2], in: folder.url, stem: stem, ending: "png")
    #expect(first.utf8.count == 255 && second.utf8.count == 255 && second.hasSuffix("-2.png"))
    #expect(try Data(contentsOf: folder.file(first)) == Data([1]))
  }

  @Test func whatAKilledProgramLeftIsSweptAndNothingElse() throws {
    let old = ".a.png.0123ABCD.part"
    let kept = [
      ".a.part", "a.0123ABCD.part", ".b.png.0123abcd.part", ".young.89ABCDEF.part", ".held.76543210.part",
    ]
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: ([old] + kept).map { ($0, "x") }))
    let hourAgo = Date(timeIntervalSinceNow: -3600)
    for name in [old] + kept where !name.hasPrefix(".young") {
      try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: folder.path(name))
    }
    // One that is still being written.
    let held = open(folder.path(".held.76543210.part"), O_RDONLY)
    #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
    defer { close(held) }
    try AtomicFile.write([1], to: folder.file("new"))
    #expect(try folder.names == (kept + ["new"]).sorted())
  }

  @Test func twoWritersOfOneNameGetTwoFiles() async throws {
    let folder = try TemporaryFolder()
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<20 {
        group.addTask { try FreeFile.write([UInt8(index)], in: folder.url, stem: "a", ending: "txt") }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(names.count == 20)
    let bytes = try names.map { try Data(contentsOf: folder.file($0)) }
    #expect(Set(bytes).count == 20 && bytes.allSatisfy { $0.count == 1 })
    #expect(try folder.names.count == 20)
  }
}
