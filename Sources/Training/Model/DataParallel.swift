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
    let network: OnEngine<Replica>
    let images: Range<Int>
    /// Of every learned number.
    let gradients: Buffer
  }

  /// What lives on a member's thread: layers do not keep their engine alive.
  private struct Replica {
    let engine: ComputeEngine
    let network: TrainableUViT
  }

  private let engine: ComputeEngine
  private let parameters: Parameters
  private let members: [Member]
  package let batch: Int

  /// - Parameter engine: its number of threads is that of the networks.
  package init(_ engine: ComputeEngine, _ parameters: Parameters, batch: Int) throws {
    let count = max(1, min(engine.threads, batch))
    (self.engine, self.parameters, self.batch) = (engine, parameters, batch)
    members = try (0..<count).map { index in
      let images = batch * index / count..<batch * (index + 1) / count
      let gradients = index == 0 ? parameters.gradients : try Buffer(engine, [parameters.count])
      // All members read the same weights, which change only while all of them rest.
      nonisolated(unsafe) let (shared, own) = (parameters, gradients)
      let network = try OnEngine(EngineThread(name: "mezzotint trainer \(index)")) {
        let engine = try ComputeEngine(threads: 1)
        let parameters = try Parameters(engine, sharing: shared, gradients: own)
        return Replica(
          engine: engine, network: try TrainableUViT(engine, parameters, batch: images.count))
      }
      return Member(network: network, images: images, gradients: gradients)
    }
  }

  /// - Returns: for each image the mean of (output - target)² over its numbers.
  package func forward(_ inputs: DenoisingBatch) throws -> [Float] {
    try onAll(inputs) { network, part, _ in network.forward(part) }.flatMap { $0 }
  }

  /// Gradients of the mean of (output - target)² over the batch of the last `forward`, into the parameters'.
  package func backward(_ inputs: DenoisingBatch) throws {
    _ = try onAll(inputs) { network, part, total in try network.backward(part, ofImages: total) }
    let sum = parameters.gradients.bytes
    for member in members.dropFirst() {
      let other = UnsafeRawPointer(member.gradients.bytes)
      engine.inParallel(parameters.count) { range in
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
          Float.write8(Float.read8(sum, place) + Float.read8(other, place), sum, place)
        }
      }
    }
  }

  /// Runs `body` on all threads at once with their parts of the batch, and waits.
  private func onAll<Result: Sendable>(
    _ inputs: DenoisingBatch,
    _ body: @escaping @Sendable (TrainableUViT, DenoisingBatch, Int) throws -> Result
  ) throws -> [Result] {
    let group = DispatchGroup()
    let total = batch
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    for (index, member) in members.enumerated() {
      let part = inputs.images(member.images)
      group.enter()
      member.network.async { replica in
        let result = Swift.Result { try body(replica.network, part, total) }
        results.withLock { $0[index] = result }
        group.leave()
      }
    }
    group.wait()
    return try results.withLock { found in
      try members.indices.map { index in
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
