import Denoising
import Foundation
import Models

/// Measures a start by starting: a fresh process of this program, until it has made its first step.
enum BenchStart {
  static func measured(_ source: ModelSource, precision: Precision, threads: Int?, rounds: Int) throws
    -> BenchReport.Start
  {
    let runs = try (0..<rounds).map { _ in try once(source, precision: precision, threads: threads) }
    return BenchReport.Start(
      precision: precision, milliseconds: median(runs.map(\.milliseconds)), load: median(runs.map(\.load)),
      reorder: median(runs.map(\.reorder)), primitives: median(runs.map(\.primitives)),
      megabytes: median(runs.map(\.megabytes)))
  }

  private static func once(
    _ source: ModelSource, precision: Precision, threads: Int?
  ) throws -> BenchReport.Start {
    let process = Process()
    process.executableURL = Resources.runningExecutable
    var arguments = ["bench", source.url.path, "--worker", "--precision", precision.rawValue]
    if let threads { arguments += ["--threads", "\(threads)"] }
    if let heads = source.hints.heads { arguments += ["--heads", "\(heads)"] }
    if let configuration = source.hints.configuration { arguments += ["--config", configuration.path] }
    for lora in source.hints.loras { arguments += ["--lora", "\(lora.url.path):\(lora.weight)"] }
    process.arguments = arguments
    // Started as a shell would: with nothing that this process has set for itself.
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "GOMP_SPINCOUNT" }
    let (requests, answers) = (Pipe(), Pipe())
    process.standardInput = requests
    process.standardOutput = answers
    let start = ContinuousClock.now
    try process.run()
    let ready = try JSONDecoder().decode(BenchWorker.Ready.self, from: line(answers))
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    requests.fileHandleForWriting.write(Data("compare 1\nmemory\n".utf8))
    _ = line(answers)
    let megabytes = try JSONDecoder().decode(Double.self, from: line(answers))
    try requests.fileHandleForWriting.close()
    process.waitUntilExit()
    return BenchReport.Start(
      precision: precision, milliseconds: milliseconds, load: ready.load, reorder: ready.reorder,
      primitives: ready.primitives, megabytes: megabytes)
  }

  private static func line(_ pipe: Pipe) -> Data {
    var line = Data()
    while let byte = try? pipe.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8), !byte.isEmpty
    {
      line += byte
    }
    return line
  }
}
