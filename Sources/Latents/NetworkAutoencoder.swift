import Checkpoints
import Denoising
import Tensors

/// What an architecture of autoencoders is: its weights, its layers, and the numbers that they take and give.
protocol AutoencoderNetwork {
  associatedtype Encoder
  associatedtype Decoder

  /// Of the latents.
  var channels: Int { get }
  /// Pixels of a picture for each row, and for each column, of latents.
  var factor: Int { get }
  /// What the names of its tensors begin with.
  var prefixes: [String] { get }

  /// - Throws: `CheckpointError` for a tensor that is missing or of another shape, and for one of this half that is
  ///   left.
  func encoder(_ reader: LayerReader) throws -> Encoder
  func decoder(_ reader: LayerReader) throws -> Decoder

  /// The layers for one picture of this size; the first ones of the channels are the latents.
  func encoding(_ weights: Encoder, _ chain: LayerChain, _ grid: Grid) throws -> MapPass
  /// The layers for latents of this size.
  func decoding(_ weights: Decoder, _ chain: LayerChain, _ grid: Grid) throws -> MapPass

  /// Between latents as samplers have them and as the layers do, and the same for pictures of -1…1.
  func decoderInput(_ latent: Float, channel: Int) -> Float
  func decoderOutput(_ number: Float) -> Float
  func encoderInput(_ pixel: Float) -> Float
  func encoderOutput(_ number: Float, channel: Int) -> Float
}

/// An autoencoder with its weights, on one engine thread.
///
/// A decoder's maps take their largest width · pixels · 2 numbers while it runs and until another size is asked for:
/// nothing is kept twice, and what attention compares is never written out.
final class NetworkAutoencoder<Network: AutoencoderNetwork>: Autoencoder {
  private let network: Network
  private let reader: LayerReader
  private let decoder: Network.Decoder
  private var encoder: Network.Encoder?
  private var decoding = LastPass()
  private var encoding = LastPass()
  var interruption: Interruption?

  var channels: Int { network.channels }
  var factor: Int { network.factor }

  /// - Parameter weights: by diffusers' names.
  /// - Throws: `CheckpointError` for a decoder's tensor that is missing, surplus or of another shape.
  init(
    _ network: Network, _ weights: any TensorSource, engine: ComputeEngine, precision: Precision
  ) throws {
    self.network = network
    try weights.requireOnly(network.prefixes)
    reader = LayerReader(engine: engine, scope: TensorScope(weights), type: precision.type)
    decoder = try network.decoder(reader)
  }

  func pictures(of latents: Tensor) throws -> Tensor {
    try run(
      latents, from: channels, to: 3,
      through: { grid in try decoding(grid) { try made { try network.decoding(decoder, $0, grid) } } },
      prepare: network.decoderInput, finish: { number, _ in network.decoderOutput(number) })
  }

  func latents(of pictures: Tensor) throws -> Tensor {
    for side in pictures.shape.suffix(2) where side % factor != 0 || side == 0 {
      throw AutoencoderError.side(side, factor: factor)
    }
    let weights = try encoder ?? network.encoder(reader)
    encoder = weights
    return try run(
      pictures, from: 3, to: channels,
      through: { grid in try encoding(grid) { try made { try network.encoding(weights, $0, grid) } } },
      prepare: { number, _ in network.encoderInput(number) }, finish: network.encoderOutput)
  }

  /// Makes the layers for a size; the first ones pack the weights.
  private func made(_ pass: (LayerChain) throws -> MapPass) throws -> MapPass {
    let chain = LayerChain(reader.engine, reader.type)
    chain.interruption = interruption
    return try reader.engine.whileLoading { try pass(chain) }
  }

  /// Every image by itself, so that it comes out as it would alone and no more memory is taken than one needs.
  /// - Parameters:
  ///   - images: [batch, channel, row, column].
  ///   - outputs: channels that are wanted, the first ones.
  ///   - pass: the layers for images of a size.
  ///   - prepare: makes of a number and its channel what the network takes; `finish` of what it gives what is wanted.
  private func run(
    _ images: Tensor, from inputs: Int, to outputs: Int, through pass: (Grid) throws -> MapPass,
    prepare: (Float, Int) -> Float, finish: (Float, Int) -> Float
  ) throws -> Tensor {
    precondition(images.shape.count == 4 && images.shape[1] == inputs, "images \(images.shape)")
    let pass = try pass(Grid(rows: images.shape[2], columns: images.shape[3]))
    let (rows, columns) = (pass.output.shape[1], pass.output.shape[2])
    var result = Tensor([images.shape[0], outputs, rows, columns])
    for image in 0..<images.shape[0] {
      try pass.run(
        images.values, from: image * pass.input.count, heeding: interruption, prepare: prepare)
      pass.store(
        into: &result.values, at: image * outputs * rows * columns, channels: outputs, finish: finish)
    }
    return result
  }
}

extension TensorSource {
  /// - Throws: `CheckpointError.surplus` for tensors that are under none of these prefixes.
  fileprivate func requireOnly(_ prefixes: [String]) throws {
    let others = names.filter { name in !prefixes.contains { name.hasPrefix($0 + ".") } }
    guard others.isEmpty else { throw CheckpointError.surplus(file: path, tensors: others.sorted()) }
  }
}
