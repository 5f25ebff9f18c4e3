import Foundation
import Pictures
import Tensors
import Training

/// Steps per second on images of noise: the numbers in them do not matter to the time.
struct TrainingBench {
  private let options: TrainOptions

  init(_ options: TrainOptions) { self.options = options }

  /// Prints images per second, in the median of the steps and in the fastest, which others' work disturbs least.
  func run() throws {
    var settings = TrainingSettings()
    settings.configuration.classes = 5
    try options.apply(to: &settings)
    settings.validation = 0
    let (final, threads) = (settings, options.threads)
    let lines = try EngineThread().sync { () throws -> [String] in
      let engine = try ComputeEngine(threads: threads)
      var images = ImageSet(size: final.configuration.imageSize, labelNames: ["0", "1", "2", "3"])
      var noise = TrainingNoise(seed: 1, stream: 1)
      for index in 0..<256 {
        var picture = Picture(width: images.size, height: images.size)
        for place in picture.pixels.indices { picture.pixels[place] = UInt8(noise.integer(below: 256)) }
        images.append(picture, label: index % 4)
      }
      let run = try TrainingRun(engine, final, images)
      for _ in 0..<2 { _ = try run.advance() }
      var times: [Double] = []
      let begin = run.seconds
      while times.count < 5 || run.seconds - begin < 10 {
        let start = run.seconds
        _ = try run.advance()
        times.append(run.seconds - start)
      }
      times.sort()
      let rates = [times[times.count / 2], times[0]].map { String(format: "%.1f", Double(final.batch) / $0) }
      return ["\(rates[0]) images/s in \(final.precision.rawValue), \(rates[1]) in the fastest step"]
    }
    for line in lines { try say(line) }
  }
}
