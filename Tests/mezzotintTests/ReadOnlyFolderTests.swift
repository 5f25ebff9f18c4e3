import Foundation
import TestSupport
import Testing

/// A user who is not root.
private enum Nobody {
  /// What stands before the program.
  static let words = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""

  /// Outside of the suite: a trait that asks its own suite is a circle to some orders of compiling.
  static let canRun: Bool = {
    // In a folder that is root's alone it could be started at most, and would find no model.
    let outcome = try? Program.shell("\(words) \"$M\" models")
    return outcome?.status == 0 && outcome?.output.contains("digits") == true
  }()
}

/// Every writer in a folder that may be looked into and not written to, which root never meets: where root runs the
/// tests, somebody else runs the program. `Tools/places.sh`, which `make crash` runs, has full disks too.
@Suite(.enabled(if: Nobody.canRun, "a user who is not root cannot run the program here"))
struct ReadOnlyFolderTests {
  @Test(arguments: [
    ["sample", "digits", "--steps", "2", "-o", "a.png"],
    ["sample", "digits", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "a.safetensors"],
    ["compare", "digits", "--steps", "2", "-o", "a.png"],
    ["sweep", "digits", "--steps", "2", "--x", "b=1,1.2", "-o", "a.png"],
    ["explore", "digits", "--steps", "2", "--screenshot", "a.svg"],
    ["explore", "digits", "--steps", "2", "--screenshot", "/dev/null", "--record-actions", "a.jsonl"],
    ["train", "--data", "data.safetensors", "-o", "a.safetensors", "--images-seen", "64"],
    ["curves", "old.log.jsonl", "-o", "a.svg"], ["curves", "old.log.jsonl", "-o", "a.png"],
  ])
  func theFileIsNamedAndNothingIsLeft(arguments: [String]) throws {
    let folder = try TemporaryFolder([
      "old.log.jsonl":
        #"{"epoch":1,"gradient_norm":1,"images":64,"learning_rate":1,"loss":1,"seconds":1,"step":1,"time":1}"#
        + "\n"
    ])
    try TrainCommandTests.writeData(folder)
    let before = try folder.names
    chmod(folder.url.path, 0o555)
    defer { chmod(folder.url.path, 0o755) }
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try Program.shell(
      "exec \(Nobody.words) \"$M\" \(words)", folder: folder.url, environment: ["HOME": "/nonexistent"])
    let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("mezzotint: ") }
    #expect(outcome.status == 1 && lines.count == 1, "\(outcome.status) \(outcome.errors)")
    #expect(
      lines.first?.hasPrefix("mezzotint: a.") == true
        && lines.first?.contains("cannot be written (Permission denied)") == true, "\(outcome.errors)")
    #expect(try folder.names == before)
  }
}
