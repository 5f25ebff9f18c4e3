import Foundation

/// A parser fed with bytes that nobody meant. It may refuse them; it may not crash, hang, or take memory out of
/// proportion, and what it accepts has to keep what the harness asserts.
typealias Harness = @Sendable (_ input: [UInt8]) -> Void

/// `FUZZ=NAME` says which one runs.
private let harness: Harness = {
  let name = ProcessInfo.processInfo.environment["FUZZ"] ?? ""
  guard let harness = harnesses[name] else {
    print("FUZZ=\(name): expected one of \(harnesses.keys.sorted().joined(separator: ", "))")
    exit(2)
  }
  return harness
}()

/// libFuzzer's own program, begun by hand: the package's linker wants a Swift one.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt
) -> CInt

@main private struct Fuzz {
  static func main() {
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    exit(
      runDriver(&count, &arguments) { bytes, count in
        autoreleasing { harness(Array(UnsafeBufferPointer(start: bytes, count: count))) }
        return 0
      })
  }
}

private func autoreleasing(_ body: () -> Void) {
  #if canImport(ObjectiveC)
    autoreleasepool(invoking: body)
  #else
    body()
  #endif
}

/// Puts input where a parser of files looks: into memory, where there is such a place.
enum Scratch {
  private static let folder: URL = {
    let shared = "/dev/shm"
    let base = FileManager.default.fileExists(atPath: shared) ? shared : NSTemporaryDirectory()
    let folder = URL(filePath: base).appending(path: "mezzotint-fuzz-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }()

  static func folder(_ files: [String: [UInt8]]) -> URL {
    for (name, bytes) in files {
      let path = folder.appending(path: name).path
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      close(descriptor)
    }
    return folder
  }

  static func file(_ name: String, _ bytes: [UInt8]) -> URL { folder([name: bytes]).appending(path: name) }
}
