import Checkpoints
import Denoising
import Tensors

extension Autoencoder {
  /// Every image by itself, so that it comes out as it would alone and no more memory is taken than one needs.
  /// - Parameters:
  ///   - images: [batch, channel, row, column].
  ///   - pass: the layers for images of a size.
  ///   - prepare: makes of a number and its channel what the network takes; `finish` of what it gives what is wanted.
  ///   - outputs: channels that are wanted, the first ones; nil for all.
  func run(
    _ images: Tensor, _ channels: Int, pass: (Grid) throws -> MapPass, outputs: Int? = nil,
    prepare: (Float, Int) -> Float, finish: (Float, Int) -> Float
  ) throws -> Tensor {
    precondition(images.shape.count == 4 && images.shape[1] == channels, "images \(images.shape)")
    let pass = try pass(Grid(rows: images.shape[2], columns: images.shape[3]))
    let (rows, columns) = (pass.output.shape[1], pass.output.shape[2])
    let outputs = outputs ?? pass.output.shape[3]
    var result = Tensor([images.shape[0], outputs, rows, columns])
    for image in 0..<images.shape[0] {
      pass.run(images.values, from: image * pass.input.count, prepare: prepare)
      pass.store(
        into: &result.values, at: image * outputs * rows * columns, channels: outputs, finish: finish)
    }
    return result
  }

  /// - Throws: `AutoencoderError.side` for a picture that is no whole number of latents.
  func requireSides(of pictures: Tensor) throws {
    for side in pictures.shape.suffix(2) where side % factor != 0 || side == 0 {
      throw AutoencoderError.side(side, factor: factor)
    }
  }
}

extension TensorSource {
  /// - Throws: `CheckpointError.surplus` for tensors that are under none of these prefixes.
  func requireOnly(_ prefixes: [String]) throws {
    let others = names.filter { name in !prefixes.contains { name.hasPrefix($0 + ".") } }
    guard others.isEmpty else { throw CheckpointError.surplus(file: path, tensors: others.sorted()) }
  }
}
