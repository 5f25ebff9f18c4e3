import Denoising

/// One tensor of a model, as its file names it, and its place among all learned numbers.
package struct ParameterEntry: Sendable {
  /// As in the published checkpoints.
  package let name: String
  /// As in the file.
  package let shape: [Int]
  /// Weight decay pulls it towards zero.
  package let decays: Bool
  package let start: Start
  /// [width, 2 width] in the file, [2, width, width] in memory: each half is a matrix of its own.
  package let isHalved: Bool
  /// First number, a multiple of 16 so that it begins a cache line.
  package fileprivate(set) var offset = 0

  package var count: Int { shape.reduce(1, *) }
  package var range: Range<Int> { offset..<offset + count }

  /// How a new model begins; the reference and PyTorch's defaults.
  package enum Start: Sendable, Hashable {
    case constant(Float)
    case normal(deviation: Float)
    case uniform(bound: Float)
    /// Kernel k of every head: 1.5 · 2.5ᵏ patches.
    case kernelWidths
  }

  fileprivate init(
    _ tensor: UViTTensors.Entry, decays: Bool = false, start: Start, isHalved: Bool = false
  ) {
    (name, shape) = (tensor.name, tensor.shape)
    (self.decays, self.start, self.isHalved) = (decays, start, isHalved)
  }
}

extension UViTTensors {
  /// Every tensor of the model; those that decay come first, so that the optimiser meets one border.
  ///
  /// Biases, norms, positions and the mask do not decay; matrices, convolutions and the label embedding do, as
  /// U-ViT's own training has it for the embedding (Bao et al. 2022, arXiv:2209.12152).
  package var parameterEntries: [ParameterEntry] {
    let all = inputEntries + blocks.flatMap(Self.entries) + outputEntries
    var offset = 0
    return (all.filter(\.decays) + all.filter { !$0.decays }).map { entry in
      var entry = entry
      entry.offset = offset
      offset += (entry.count + 15) / 16 * 16
      return entry
    }
  }

  private var inputEntries: [ParameterEntry] {
    var entries = Self.convolution(patches)
    entries.append(ParameterEntry(positions, start: .normal(deviation: 0.02)))
    if let labels { entries.append(ParameterEntry(labels, decays: true, start: .normal(deviation: 1))) }
    if let time { entries += Self.linear(time.first) + Self.linear(time.second) }
    return entries
  }

  private static func entries(_ block: Block) -> [ParameterEntry] {
    var entries = norm(block.norm1) + norm(block.norm2)
    for layer in [block.qkv, block.projection, block.fc1, block.fc2] { entries += linear(layer) }
    if let skip = block.skip { entries += linear(skip, isHalved: true) }
    if let mask = block.mask {
      entries.append(ParameterEntry(mask.alpha, start: .constant(1 / Float(mask.alpha.shape[0]))))
      entries.append(ParameterEntry(mask.sigma, start: .kernelWidths))
    }
    return entries
  }

  private var outputEntries: [ParameterEntry] {
    Self.norm(norm) + Self.linear(decoder) + (finalConvolution.map(Self.convolution) ?? [])
  }

  private static func norm(_ layer: Layer) -> [ParameterEntry] {
    [ParameterEntry(layer.weight, start: .constant(1))]
      + (layer.bias.map { [ParameterEntry($0, start: .constant(0))] } ?? [])
  }

  private static func linear(_ layer: Layer, isHalved: Bool = false) -> [ParameterEntry] {
    [ParameterEntry(layer.weight, decays: true, start: .normal(deviation: 0.02), isHalved: isHalved)]
      + (layer.bias.map { [ParameterEntry($0, start: .constant(0))] } ?? [])
  }

  /// PyTorch's default, uniform within 1 / √(numbers that an output is made of).
  private static func convolution(_ layer: Layer) -> [ParameterEntry] {
    let fan = Float(layer.weight.shape.dropFirst().reduce(1, *))
    let start = ParameterEntry.Start.uniform(bound: 1 / fan.squareRoot())
    return [ParameterEntry(layer.weight, decays: true, start: start)]
      + (layer.bias.map { [ParameterEntry($0, start: start)] } ?? [])
  }
}
