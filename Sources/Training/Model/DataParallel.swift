import Foundation
import Synchronization
import Tensors

/// The network once for each thread, each with its share of a batch: data parallelism on one machine.
///
/// A network on two threads has them wait for each other after every layer, some three hundred times in a step; here
/// they meet once. That is a few per cent on an idle machine and several times the speed beside another job. The
/// same number of threads gives the same bits.
///
/// A class because it guards the networks' memory; called from the thread of the engine that it was made with.
package final class DataParallel {
  /// One thread's network; touched on that thread alone, but for its gradient while it rests.
  private struct Member {
    let network: OnEngine<MicroBatches>
    let images: Range<Int>
  }

  private let members: [Member]
  /// Each adds a further member's gradient to the parameters'.
  private let additions: [InPlace]
  package let batch: Int

  /// - Parameters:
  ///   - engine: its number of threads is that of the networks.
  ///   - imagesAtOnce: the most that a network takes in one pass.
  package init(
    _ engine: ComputeEngine, _ parameters: Parameters, batch: Int,
    imagesAtOnce: Int = MicroBatches.imagesAtOnce
  ) throws {
    let count = max(1, min(engine.threads, batch))
    self.batch = batch
    let others = try (1..<count).map { _ in try Buffer(engine, [parameters.count]) }
    additions = try others.map { try InPlace(engine, .add, parameters.gradients, $0) }
    members = try ([parameters.gradients] + others).enumerated().map { index, gradients in
      let images = batch * index / count..<batch * (index + 1) / count
      // All members read the same weights, which change only while all of them rest.
      nonisolated(unsafe) let (shared, own) = (parameters, gradients)
      let network = try OnEngine(EngineThread(name: "mezzotint trainer \(index)")) {
        try MicroBatches(
          try ComputeEngine(threads: 1), shared, gradients: own, images: images.count, atOnce: imagesAtOnce)
      }
      return Member(network: network, images: images)
    }
  }

  /// - Returns: for each image the mean of (output - target)² over its numbers.
  package func losses(_ inputs: DenoisingBatch) throws -> [Float] {
    try onAll(inputs) { network, part in network.losses(part) }
  }

  /// Gradients of the mean of (output - target)² over the batch, into the parameters'.
  ///
  /// - Returns: for each image the mean of (output - target)² over its numbers.
  package func gradients(_ inputs: DenoisingBatch) throws -> [Float] {
    let total = batch
    let losses = try onAll(inputs) { network, part in try network.gradients(part, ofImages: total) }
    for addition in additions { addition.run() }
    return losses
  }

  /// Runs `body` on all threads at once with their parts of the batch, and waits.
  private func onAll(
    _ inputs: DenoisingBatch, _ body: @escaping @Sendable (MicroBatches, DenoisingBatch) throws -> [Float]
  ) throws -> [Float] {
    let group = DispatchGroup()
    let results = Mutex<[Int: Result<[Float], any Error>]>([:])
    for (index, member) in members.enumerated() {
      let part = inputs.images(member.images)
      group.enter()
      member.network.async { network in
        let result = Result { try body(network, part) }
        results.withLock { $0[index] = result }
        group.leave()
      }
    }
    group.wait()
    return try results.withLock { found in
      try members.indices.flatMap { index in
        guard let result = found[index] else { preconditionFailure("a member left no result") }
        return try result.get()
      }
    }
  }
}

extension DenoisingBatch {
  /// Some of the batch's images.
  func images(_ range: Range<Int>) -> DenoisingBatch {
    let length = noisy.count / max(1, timesteps.count)
    func rows(_ values: [Float]) -> [Float] {
      Array(values[range.lowerBound * length..<range.upperBound * length])
    }
    return DenoisingBatch(
      noisy: rows(noisy), target: rows(target), timesteps: Array(timesteps[range]),
      labels: labels.isEmpty ? [] : Array(labels[range]))
  }
}
