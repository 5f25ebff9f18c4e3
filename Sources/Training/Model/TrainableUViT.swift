import Denoising
import Tensors

/// What one step of training is computed from.
package struct DenoisingBatch: Sendable {
  /// [batch, channel, row, column]: √ᾱ x₀ + √(1 - ᾱ) ε.
  package var noisy: [Float]
  /// Of the same shape: what the network should put out.
  package var target: [Float]
  /// 0 to `timesteps` - 1, one for each image.
  package var timesteps: [Int]
  /// Row of the label embedding for each image; ignored by a model without labels.
  package var labels: [Int]

  package init(noisy: [Float], target: [Float], timesteps: [Int], labels: [Int]) {
    (self.noisy, self.target, self.timesteps, self.labels) = (noisy, target, timesteps, labels)
  }
}

/// U-ViT forwards and backwards for one batch size, every buffer and primitive in place.
///
/// Keeps what each layer needs to go back, about 3 MB an image at width 256 and depth 8 in bfloat16. Lives on one
/// engine thread. Bao et al. 2022, arXiv:2209.12152.
package final class TrainableUViT {
  package let batch: Int
  private let configuration: UViTConfiguration
  private let input: TrainableTokens
  private let blocks: [TrainableBlock]
  private let head: TrainableHead
  /// Of each encoder block that a skip leaves from, its place and the addition of the skip's gradient.
  private let skipAdditions: [Int: InPlace]

  package init(_ engine: ComputeEngine, _ parameters: Parameters, batch: Int) throws {
    let c = parameters.configuration
    (configuration, self.batch) = (c, batch)
    let (shape, half) = ([batch * c.tokens, c.width], c.depth / 2)
    func tokens() throws -> Buffer { try Buffer(engine, shape, parameters.elementType) }
    let scratch = try BlockGradients(engine, c, batch: batch, type: parameters.elementType)
    // A decoder block's skip layer reads one buffer and writes the other.
    let streams = [try tokens(), try tokens()]

    input = try TrainableTokens(engine, parameters, batch: batch, gradient: streams[half % 2])
    var (blocks, skipAdditions): ([TrainableBlock], [Int: InPlace]) = ([], [:])
    var x = input.tokens.value
    let tensors = parameters.tensors
    for part in tensors.inBlocks + [tensors.midBlock] {
      let stream = streams[half % 2]
      let block = try TrainableBlock(
        engine, parameters, part, batch: batch, input: Flow(value: x, gradient: stream), skip: nil,
        outputGradient: stream, scratch: scratch)
      blocks.append(block)
      x = block.output
    }
    for (index, part) in tensors.outBlocks.enumerated() {
      let source = half - 1 - index
      let skip = Flow(value: blocks[source].output, gradient: try tokens())
      skipAdditions[source] = try InPlace(engine, .add, streams[half % 2], skip.gradient)
      let block = try TrainableBlock(
        engine, parameters, part, batch: batch,
        input: Flow(value: x, gradient: streams[(half - index) % 2]), skip: skip,
        outputGradient: streams[(half - 1 - index) % 2], scratch: scratch)
      blocks.append(block)
      x = block.output
    }
    (self.blocks, self.skipAdditions) = (blocks, skipAdditions)
    head = try TrainableHead(
      engine, parameters, batch: batch, input: Flow(value: x, gradient: streams[0]), scratch: scratch)
  }

  /// - Returns: for each image the mean of (output - target)² over its numbers.
  package func forward(_ inputs: DenoisingBatch) -> [Float] {
    let pixels = configuration.imageShape.reduce(1, *)
    precondition(inputs.noisy.count == batch * pixels && inputs.timesteps.count == batch)
    input.forward(inputs.noisy, timesteps: inputs.timesteps, labels: inputs.labels)
    for block in blocks { block.forward() }
    head.forward()
    let target = inputs.target
    return head.prediction.value.withFloats { output in
      (0..<batch).map { row in
        var sum: Float = 0
        for index in row * pixels..<(row + 1) * pixels {
          let gap = output[index] - target[index]
          sum += gap * gap
        }
        return sum / Float(pixels)
      }
    }
  }

  /// Adds the gradients of the mean of (output - target)² over the batch of the last `forward`.
  ///
  /// - Parameter images: of the whole batch where this is a part of one; the mean is over them. nil: this is all.
  package func backward(_ inputs: DenoisingBatch, ofImages images: Int? = nil) throws {
    let target = inputs.target
    let factor = 2 / Float(target.count / batch * (images ?? batch))
    head.prediction.value.withFloats { output in
      head.prediction.gradient.withFloats { gradient in
        for index in target.indices { gradient[index] = factor * (output[index] - target[index]) }
      }
    }
    head.backward()
    for (index, block) in blocks.enumerated().reversed() {
      skipAdditions[index]?.run()
      block.backward()
    }
    try input.backward()
  }
}
