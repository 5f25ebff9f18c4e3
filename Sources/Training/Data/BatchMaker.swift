import Denoising
import Recipes
import Sampling

/// The batches of a training: which images, how noisy, with which noise. Batch n is the same whenever it is asked
/// for, so nothing but the step's number has to be kept to go on after a restart.
package final class BatchMaker {
  package let trainingCount: Int
  package let validationCount: Int
  private let images: ImageSet
  private let settings: TrainingSettings
  private let schedule: NoiseSchedule
  private let prediction: Prediction
  /// Rows of the label embedding, of which the last stands for "no label"; 0 without labels.
  private let labelRows: Int
  /// Images for training, then those for validation.
  package let order: [Int]
  /// The shuffles of the epochs that a batch may touch, by their numbers.
  private var epochs: [Int: [Int]] = [:]

  package convenience init(_ images: ImageSet, _ settings: TrainingSettings) {
    let c = settings.configuration
    self.init(images, settings, c.noiseSchedule, c.prediction, labelRows: c.classes)
  }

  /// As above, for a model that is already there.
  package convenience init(_ images: ImageSet, _ settings: TrainingSettings, for model: ModelDescription) {
    self.init(
      images, settings, model.schedule, model.prediction, labelRows: model.labelling?.rows ?? 0)
  }

  private init(
    _ images: ImageSet, _ settings: TrainingSettings, _ schedule: NoiseSchedule, _ prediction: Prediction,
    labelRows: Int
  ) {
    (self.images, self.settings) = (images, settings)
    (self.schedule, self.prediction, self.labelRows) = (schedule, prediction, labelRows)
    validationCount = Int(Double(images.count) * settings.validation)
    trainingCount = images.count - validationCount
    order = Self.shuffled(Array(0..<images.count), seed: settings.seed, stream: Stream.split)
  }

  private enum Stream {
    static let split: UInt64 = 1
    static let validation: UInt64 = 2
    static func epoch(_ number: Int) -> UInt64 { 1 << 62 + UInt64(number) }
    static func step(_ number: Int) -> UInt64 { 1 << 32 + UInt64(number) }
  }

  /// Fisher & Yates.
  private static func shuffled(_ numbers: [Int], seed: UInt64, stream: UInt64) -> [Int] {
    var (numbers, noise) = (numbers, TrainingNoise(seed: seed, stream: stream))
    for index in numbers.indices.reversed() {
      numbers.swapAt(index, noise.integer(below: index + 1))
    }
    return numbers
  }

  /// - Parameter step: counted from 1.
  package func batch(step: Int) -> DenoisingBatch {
    let first = (step - 1) * settings.batch
    let chosen = (first..<first + settings.batch).map { place in
      shuffle(ofEpoch: place / trainingCount)[place % trainingCount]
    }
    epochs = epochs.filter { $0.key >= first / trainingCount }
    var noise = TrainingNoise(seed: settings.seed, stream: Stream.step(step))
    var (timesteps, labels, flips): ([Int], [Int], [Bool]) = ([], [], [])
    for image in chosen {
      timesteps.append(noise.integer(below: schedule.timesteps))
      let isDropped = noise.uniform() < settings.labelDropout
      if labelRows > 0 { labels.append(isDropped ? labelRows - 1 : images.labels[image]) }
      flips.append(noise.uniform() < 0.5 && settings.flips)
    }
    return make(chosen, timesteps: timesteps, labels: labels, flips: flips, &noise)
  }

  private func shuffle(ofEpoch number: Int) -> [Int] {
    if let known = epochs[number] { return known }
    let made = Self.shuffled(
      Array(order.prefix(trainingCount)), seed: settings.seed, stream: Stream.epoch(number))
    epochs[number] = made
    return made
  }

  /// Batches that are never trained on, with noise of their own that is the same every time and timesteps spread
  /// evenly; the last one is filled up with images that do not count.
  ///
  /// - Parameter limit: most images to look at.
  package func validationBatches(limit: Int = 512) -> [(batch: DenoisingBatch, count: Int)] {
    let total = min(limit, validationCount)
    var noise = TrainingNoise(seed: settings.seed, stream: Stream.validation)
    return stride(from: 0, to: total, by: settings.batch).map { first in
      let count = min(settings.batch, total - first)
      let chosen = (0..<settings.batch).map { order[trainingCount + first + min($0, count - 1)] }
      // A stride that shares no factor with the count spreads the timesteps over every batch.
      let timesteps = (0..<settings.batch).map { (first + $0) * 379 % total * schedule.timesteps / total }
      let labels = labelRows > 0 ? chosen.map { images.labels[$0] } : []
      return (
        make(chosen, timesteps: timesteps, labels: labels, flips: chosen.map { _ in false }, &noise), count
      )
    }
  }

  private func make(
    _ chosen: [Int], timesteps: [Int], labels: [Int], flips: [Bool], _ noise: inout TrainingNoise
  ) -> DenoisingBatch {
    let (size, length) = (images.size, images.imageBytes)
    let clean = [Float](unsafeUninitializedCapacity: chosen.count * length) { target, filled in
      let pixels = images.pixels
      for (row, image) in chosen.enumerated() {
        for y in 0..<size {
          for x in 0..<size {
            let source = image * length + (y * size + (flips[row] ? size - 1 - x : x)) * 3
            for channel in 0..<3 {
              target[row * length + (channel * size + y) * size + x] =
                Float(pixels[source + channel]) / 127.5 - 1
            }
          }
        }
      }
      filled = chosen.count * length
    }
    var generator = noise
    let drawn = [Float](unsafeUninitializedCapacity: clean.count) { target, filled in
      for index in 0..<clean.count { target[index] = generator.normal() }
      filled = clean.count
    }
    noise = generator
    return DenoisingBatch(
      images: clean, noise: drawn, timesteps: timesteps, labels: labels, alphaBars: schedule.alphaBars,
      prediction: prediction)
  }
}
