import Foundation

/// What the program does, line by line, for whoever looks for a fault: `MEZZOTINT_LOG=FILE` adds to that file what
/// was loaded, which code computes it, and how long each step took.
///
/// Off, a note costs the look at one constant; its text is not even made.
package enum DebugLog {
  /// A line is one write to the end of the file, so that threads and programs may share it.
  private struct Output {
    let descriptor: Int32
    let start = ContinuousClock.now
  }

  private static let opened: Result<Output?, FileError> = open(
    ProcessInfo.processInfo.environment["MEZZOTINT_LOG"])

  private static let output: Output? = try? opened.get()

  package static var isOn: Bool { output != nil }

  /// - Throws: `FileError` where the file that was asked for cannot be written.
  package static func requireWritable() throws(FileError) { _ = try opened.get() }

  /// - Parameter text: one line; what it says first is what it is about.
  package static func note(_ text: @autoclosure () -> String) {
    guard let output else { return }
    let seconds = (ContinuousClock.now - output.start) / .seconds(1)
    let line = String(format: "%10.4f ", seconds) + visible(text()) + "\n"
    // A log that cannot grow is no reason to stop.
    _ = Array(line.utf8).withUnsafeBytes { write(output.descriptor, $0.baseAddress, $0.count) }
  }

  /// - Parameter what: what `body` does, for the note about how long it took.
  package static func timed<Value>(_ what: @autoclosure () -> String, _ body: () throws -> Value) rethrows
    -> Value
  {
    guard isOn else { return try body() }
    let start = ContinuousClock.now
    let value = try body()
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    note("\(what()): \(String(format: "%.3f", milliseconds)) ms")
    return value
  }

  private static func open(_ path: String?) -> Result<Output?, FileError> {
    guard let path, !path.isEmpty else { return .success(nil) }
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return .failure(FileError(errno, writing: path)) }
    return .success(Output(descriptor: descriptor))
  }
}
