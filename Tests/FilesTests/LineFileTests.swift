import Files
import Foundation
import Synchronization
import TestSupport
import Testing

/// Files that grow while the program runs.
struct LineFileTests {
  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test func itGrowsByWholeLinesAndTakesNoOthersName() throws {
    let folder = try TemporaryFolder()
    let file = try LineFile(folder.path("a"), beginning: Array("zero\n".utf8))
    #expect(try text(folder.file("a")) == "zero\n")
    file.append(Array("one".utf8))
    file.append([])
    file.append(piece: Array("tw".utf8))
    file.append(piece: Array("o".utf8))
    file.close()
    file.append(Array("late".utf8))
    #expect(try text(folder.file("a")) == "zero\none\n\ntwo")
    #expect(file.failure == nil)
    #expect(throws: FileError.taken(file: folder.path("a"))) {
      try LineFile(folder.path("a"), beginning: [1])
    }
    #expect(try text(folder.file("a")) == "zero\none\n\ntwo")
    #expect(try folder.names == ["a"])
  }

  @Test func aLinkThatLeadsNowhereIsTakenToo() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("a"), withDestinationPath: folder.path("none"))
    #expect(throws: FileError.taken(file: folder.path("a"))) {
      try LineFile(folder.path("a"), beginning: [1])
    }
    #expect(throws: FileError.folderMissing(file: folder.path("none/a"))) {
      try LineFile(folder.path("none/a"), beginning: [1])
    }
    #expect(try folder.names == ["a"])
  }

  @Test func whatItReplacesIsLeftItsPermissionsAndItsLink() throws {
    let folder = try TemporaryFolder(["real": "old"])
    chmod(folder.path("real"), 0o640)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("real"))
    let file = try LineFile(replacing: folder.path("link"), beginning: Array("a\n".utf8), kind: "log")
    file.append(Array("b".utf8))
    #expect(try text(folder.file("real")) == "a\nb\n")
    var status = stat()
    #expect(stat(folder.path("real"), &status) == 0 && status.st_mode & 0o7777 == 0o640)
    #expect(try folder.names == ["link", "real"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")).hasSuffix("real"))
  }

  /// Looked at as often as can be while files are made: a kill at any of these moments would leave what is seen.
  @Test func nobodyEverSeesItEmpty() throws {
    let folder = try TemporaryFolder()
    let paths = (0..<40).map { folder.path("\($0)") }
    let seen = Mutex<Set<Int>>([])
    let isOver = Atomic(false)
    @Sendable func watch() {
      var sizes: Set<Int> = []
      while !isOver.load(ordering: .relaxed) {
        for path in paths {
          var status = stat()
          if stat(path, &status) == 0 { sizes.insert(Int(status.st_size)) }
        }
      }
      seen.withLock { $0.formUnion(sizes) }
    }
    @Sendable func make() {
      for (index, path) in paths.enumerated() {
        let first = Array("0123456\n".utf8)
        let file =
          index % 2 == 0
          ? try? LineFile(path, beginning: first)
          : try? LineFile(replacing: path, beginning: first, kind: "log")
        file?.append(Array("1234567".utf8))
      }
      isOver.store(true, ordering: .relaxed)
    }
    DispatchQueue.concurrentPerform(iterations: 2) { $0 == 0 ? make() : watch() }
    #expect(seen.withLock { $0.isSubset(of: [8, 16]) }, "\(seen.withLock { $0.sorted() })")
    #expect(try folder.names.count == paths.count)
  }

  @Test func aPipeIsWrittenTo() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    let reader = open(folder.path("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    func look(_ make: () throws -> LineFile) throws {
      try make().append([2])
      var bytes = [UInt8](repeating: 0, count: 9)
      #expect(read(reader, &bytes, 9) == 4 && bytes.prefix(4) == [1, 10, 2, 10])
    }
    try look { try LineFile(folder.path("pipe"), beginning: [1, 10]) }
    try look { try LineFile(replacing: folder.path("pipe"), beginning: [1, 10], kind: "log") }
    #expect(try folder.names == ["pipe"])
  }

  #if os(Linux)
    @Test func aFullDeviceIsNotTakenAway() throws {
      let file = try LineFile(replacing: "/dev/full", beginning: [1], kind: "log")
      #expect(file.failure == "/dev/full: the log ends here (No space left on device)")
      let recording = try LineFile("/dev/full", beginning: [1])
      #expect(recording.failure?.hasPrefix("/dev/full: the recording ends here") == true)
      #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    }
  #endif
}
