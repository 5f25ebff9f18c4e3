import Denoising
import Files
import Foundation
import Models
import Recipes
import Tensors

/// Answers requests for timings line by line, so that another program can take turns with this one.
///
/// First it runs a step and writes what that took, a `Ready` as one line of JSON. Then, for each line
/// `step BATCH COUNT`, `decode BATCH COUNT` or `compare COUNT` on standard input, a JSON array of COUNT times in
/// milliseconds. Ends with the input.
struct BenchWorker {
  /// Milliseconds on the way to the first step, see `BenchReport.Start`.
  struct Ready: Codable, Sendable {
    var load, reorder, primitives: Double
  }

  private let subject: OnEngine<BenchSubject>
  private let precision: Precision
  private let ready: Ready

  init(_ source: ModelSource, precision: Precision, threads: Int?, batch: Int) throws {
    let start = ContinuousClock.now
    let subject = try OnEngine {
      try BenchSubject(source, precisions: [precision], threads: threads)
    }
    let load = (ContinuousClock.now - start) / .milliseconds(1)
    ready = try subject.run { subject in
      let opened = subject.engine.preparation
      try subject.step(precision, batch: batch)()
      let spent = subject.engine.preparation
      return Ready(
        load: load, reorder: (spent.reorders - opened.reorders) / .milliseconds(1),
        primitives: (spent.primitives - opened.primitives) / .milliseconds(1))
    }
    (self.subject, self.precision) = (subject, precision)
  }

  func serve() throws {
    try answer(ready)
    let precision = precision
    while let line = readLine() {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Int($0) }
      switch (words.first, numbers.count) {
      case ("step", 2) where (1...16).contains(numbers[0]):
        try answer(times(numbers[1]) { try $0.step(precision, batch: numbers[0]) })
      case ("decode", 2) where (1...16).contains(numbers[0]):
        try answer(times(numbers[1]) { $0.decoding(precision, batch: numbers[0]) })
      case ("compare", 1): try answer(times(numbers[0]) { try $0.compare(precision) })
      case ("memory", 0): try answer(residentMegabytes())
      default: throw UsageError(description: "bench worker: `\(line)` is no request")
      }
    }
  }

  /// Of `count` calls of what is measured.
  private func times(
    _ count: Int, _ measured: @escaping @Sendable (BenchSubject) throws -> () throws -> Void
  ) throws -> [Double] {
    try subject.run { subject in
      let body = try measured(subject)
      return try (0..<max(0, count)).map { _ in try milliseconds { try body() } }
    }
  }

  private func answer(_ value: some Encodable) throws {
    try StandardStream.output.write(try JSONText.text(of: value) + "\n")
  }
}

/// Memory that the program occupies, in 10⁶ bytes; 0 where the system does not say.
func residentMegabytes() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
  return (kilobytes ?? 0) * 1.024e-3
}
