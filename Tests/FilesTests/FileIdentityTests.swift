import Files
import Foundation
import TestSupport
import Testing

struct FileIdentityTests {
  @Test func linksAndWaysAroundLeadToTheSameFile() throws {
    let folder = try TemporaryFolder(["a": "x", "b": "x"])
    try FileManager.default.createSymbolicLink(atPath: folder.path("soft"), withDestinationPath: "a")
    try FileManager.default.createSymbolicLink(atPath: folder.path("lost"), withDestinationPath: "new")
    try FileManager.default.linkItem(at: folder.file("a"), to: folder.file("hard"))
    let a = try #require(FileIdentity(folder.path("a")))
    for name in ["soft", "hard", "./a", "../\(folder.url.lastPathComponent)/a"] {
      #expect(FileIdentity(folder.path(name)) == a)
    }
    #expect(FileIdentity(folder.path("b")) != a)
    let new = try #require(FileIdentity(folder.path("new")))
    #expect(FileIdentity(folder.path("./new")) == new)
    // What is written there takes the place of the link, which leads nowhere.
    #expect(FileIdentity(folder.path("lost")) != new)
    #expect(FileIdentity(folder.path("newer")) != new)
    for path in [folder.url.path, "/dev/null", folder.path("none/a")] { #expect(FileIdentity(path) == nil) }
  }
}
