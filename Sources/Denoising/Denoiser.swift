import Tensors

/// A model as samplers and the explorer see it: run a batch with knobs for each image, and say what there is
/// to turn. Nothing else knows which architecture is behind it.
package protocol Denoiser: AnyObject {
  var traits: ModelTraits { get }

  /// The network's raw output for noisy images.
  /// - Parameters:
  ///   - images: [batch, channel, row, column].
  ///   - rows: how each image is run; one for each.
  /// - Returns: of the images' shape.
  func callAsFunction(_ images: Tensor, _ rows: [DenoisingRow]) throws -> Tensor

  /// What one token looks at while an image is denoised; nil where the model has no such thing to show.
  /// - Parameter image: [1, channel, row, column].
  func attention(_ image: Tensor, _ row: DenoisingRow, at place: AttentionPlace) throws -> AttentionProbe?
}

/// How one image of a batch is run.
package struct DenoisingRow: Hashable, Sendable {
  /// 0 to `timesteps` - 1; fractions are allowed.
  package var timestep: Double
  /// Row of the label embedding; nil for a model without labels.
  package var label: Int?
  package var knobs: Knobs

  package init(timestep: Double, label: Int? = nil, knobs: Knobs = Knobs()) {
    (self.timestep, self.label, self.knobs) = (timestep, label, knobs)
  }
}

/// What a model offers, without the model.
package struct ModelTraits: Sendable, Equatable {
  /// [channel, row, column].
  package let imageShape: [Int]
  /// Names of the labels that can be asked for; empty for a model without labels.
  package let labels: [String]
  /// The label that stands for none, which guidance needs; nil where there is none.
  package let noLabel: Int?
  /// Blocks that FreeU can act on.
  package let decoderBlocks: Int
  /// Side of the map that FreeU filters: a threshold of half of it or more takes in all frequencies.
  package let grid: Int
  /// The learned mask of each block, first to last; empty for plain attention.
  package let masks: [MixtureMask]
  package let parameterCount: Int
  package let configuration: UViTConfiguration

  package init(_ configuration: UViTConfiguration, masks: [MixtureMask], parameterCount: Int) {
    self.configuration = configuration
    self.masks = masks
    self.parameterCount = parameterCount
    imageShape = configuration.imageShape
    labels = (0..<configuration.namedLabels).map {
      $0 < configuration.labelNames.count ? configuration.labelNames[$0] : "label \($0)"
    }
    noLabel = configuration.noLabel
    decoderBlocks = configuration.depth / 2
    grid = configuration.grid
  }

  package var hasMask: Bool { !masks.isEmpty }
  /// α and σ of every kernel, head and block.
  package var maskParameterCount: Int { masks.reduce(0) { $0 + 2 * $1.alpha.values.count } }

  package static func == (left: ModelTraits, right: ModelTraits) -> Bool {
    left.configuration == right.configuration && left.parameterCount == right.parameterCount
  }
}
