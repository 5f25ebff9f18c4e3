import Denoising
import Tensors
import Training

/// The denoising loss of a model as it is used, knobs included, on pictures that it was not trained on.
package struct HeldOutLoss: Sendable {
  private let batches: [(batch: DenoisingBatch, count: Int)]

  /// - Parameter settings: those of the training, which say which images were held out. The noise and the timesteps
  ///   are the same for every model of one schedule.
  package init(_ images: ImageSet, _ settings: TrainingSettings, for model: ModelDescription) {
    batches = BatchMaker(images, settings, for: model).validationBatches()
  }

  /// The mean squared error of the network's output; nil where no image was held out.
  package func callAsFunction(_ model: any Model, _ knobs: Knobs) throws -> Double? {
    let shape = model.description.sampleShape
    let length = shape.reduce(1, *)
    var (sum, count) = (0.0, 0)
    for (batch, used) in batches {
      let rows = batch.timesteps.indices.map { row in
        DenoisingRow(
          timestep: Double(batch.timesteps[row]),
          condition: Condition(label: batch.labels.isEmpty ? nil : batch.labels[row]), knobs: knobs)
      }
      let output = try model(Tensor([rows.count] + shape, values: batch.noisy), rows)
      for index in 0..<used * length {
        let error = Double(output.values[index] - batch.target[index])
        sum += error * error
      }
      count += used * length
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
