import Foundation

/// The real binary, as it was built beside these tests.
enum Program {
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "mezzotint").path

  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Runs a command that needs no terminal.
  static func run(_ arguments: String..., folder: URL? = nil) throws -> Outcome {
    try run(arguments, folder: folder)
  }

  /// Runs a line of a shell in which `$M` is the program: for streams and signals that a shell arranges.
  static func shell(
    _ line: String, folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(
      ["-c", line], folder: folder, environment: environment.merging(["M": path]) { $1 }, program: "/bin/sh")
  }

  /// - Parameter environment: beside this process's own.
  static func run(
    _ arguments: [String], folder: URL? = nil, environment: [String: String] = [:],
    program: String = Program.path
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: text, errors: complaint)
  }
}
