import Tensors

/// A model as samplers, recipes and the explorer see it: what there is to turn, and a few calls. Nothing else knows
/// which architecture is behind it.
package protocol Model: AnyObject {
  var description: ModelDescription { get }

  /// The network's raw output for noisy samples.
  /// - Parameters:
  ///   - samples: [batch, channel, row, column].
  ///   - rows: how each sample is run; one for each.
  /// - Returns: of the samples' shape.
  func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor

  /// Looks inside the network while one sample is denoised; nil where it has no such thing to show.
  /// - Parameter sample: [1, channel, row, column].
  func probe(_ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion) throws -> ProbeAnswer?

  /// What samples look like: [batch, channel, row, column], in -1…1 and somewhat beyond; of `pictureShape` by the full
  /// way, of as many rows and columns as others have.
  /// - Parameters:
  ///   - samples: [batch, channel, row, column].
  ///   - way: one of the description's `previews`.
  func pictures(of samples: Tensor, by way: PreviewWay) throws -> Tensor

  /// How many pieces its text encoder takes a prompt in: more than one of a long prompt; nil for a model that reads
  /// none.
  /// - Throws: for a prompt that it cannot take.
  func windows(of prompt: Prompt) throws -> Int?

  /// From now on it says how far an evaluation is, and leaves it with `Interrupted` when that is asked for.
  func heed(_ interruption: Interruption)
}

extension Model {
  /// A model of pixels draws pictures as they are.
  package func pictures(of samples: Tensor, by way: PreviewWay) throws -> Tensor { samples }

  package func pictures(of samples: Tensor) throws -> Tensor { try pictures(of: samples, by: .full) }

  package func windows(of prompt: Prompt) throws -> Int? { nil }

  package func heed(_ interruption: Interruption) {}
}

/// A model to whose weights LoRAs were added.
package protocol WeighedModel: Model {
  /// The same model with other weights of its LoRAs. What they do not touch stays packed, and is both models'.
  /// - Parameter weights: one for each of them, in their order.
  func weighing(_ weights: [Double]) throws -> any Model
}

/// A model whose steps can be held against what they are made of.
package protocol MeasuredModel: Model {
  /// The layers for a batch that multiply by weights, linear ones and convolutions, in the order in which a step runs
  /// them.
  func products(batch: Int) throws -> [any NetworkLayer]

  /// Floating-point operations of one step.
  func operations(batch: Int) throws -> Int
}

/// How one sample of a batch is run.
package struct DenoisingRow: Hashable, Sendable {
  /// 0 to `timesteps` - 1; fractions are allowed.
  package var timestep: Double
  package var condition: Condition
  package let knobs: Knobs
  /// The knobs' mask, which is looked at block by block.
  let mask: MaskKnobs

  package init(timestep: Double, condition: Condition = Condition(), knobs: Knobs = Knobs()) {
    (self.timestep, self.condition, self.knobs) = (timestep, condition, knobs)
    mask = knobs.mask
  }
}

/// What can be asked of the inside of a network.
package enum ProbeQuestion: Hashable, Sendable {
  /// What one patch looks at in one block, with each head.
  case attention(AttentionPlace)
  /// How widely each head of each block looks.
  case attentionStatistics
  /// What the places look at of the prompt.
  case words
  /// What meets in these concatenations.
  case features([FeaturePlace])
  /// Where the time of an evaluation goes.
  case times
}

package enum ProbeAnswer: Hashable, Sendable {
  case attention(AttentionProbe)
  /// [block][head], in the order of the data.
  case attentionStatistics([[HeadStatistics]])
  case words(WordMaps)
  /// In the order in which the decoder comes to them.
  case features([JoinedFeatures])
  case times(BlockTimes)
}
