import Checkpoints
import Foundation
import Sampling
import Tensors
import TestSupport

/// A golden model and the schedule that it was trained with.
struct GoldenModel {
  let network: NaiveUViT
  let schedule: NoiseSchedule
  let prediction: Prediction

  init(_ name: String) throws {
    network = try NaiveUViT(golden("\(name)/model.safetensors"))
    let configuration = network.configuration
    schedule = NoiseSchedule(
      configuration.schedule == "linear" ? .linear : .cosine, timesteps: configuration.timesteps)
    prediction = Prediction(rawValue: configuration.prediction) ?? .epsilon
  }

  /// The network's answer for a whole batch, after guidance.
  func output(
    _ evaluation: Evaluation, labels: [Int]?, knobs: NaiveKnobs = NaiveKnobs(), guidance: Float = 1
  ) -> Tensor {
    let batch = evaluation.input.shape[0]
    let times = [Double](repeating: evaluation.timestep, count: batch)
    let output = network(evaluation.input, timesteps: times, labels: labels, knobs: knobs)
    guard guidance != 1 else { return output }
    let none = [Int](repeating: network.configuration.classes - 1, count: batch)
    let free = network(evaluation.input, timesteps: times, labels: none, knobs: knobs)
    let values = zip(free.values, output.values).map { $0 + guidance * ($1 - $0) }
    return Tensor(output.shape, values: values)
  }
}

extension Trajectory {
  /// Goes to the end with `network`; what it recorded and what it asked.
  mutating func finish(
    _ network: (Evaluation) -> Tensor
  ) -> (steps: [DenoisingStep], evaluations: [Evaluation]) {
    var steps: [DenoisingStep] = []
    var evaluations: [Evaluation] = []
    while let evaluation = nextEvaluation {
      evaluations.append(evaluation)
      if let step = advance(with: network(evaluation)) { steps.append(step) }
    }
    return (steps, evaluations)
  }
}

/// A network that knows the images, for which x = α x₀ + √(1 - ᾱ) ε tells the noise.
struct PerfectDenoiser {
  let images: Tensor
  let prediction: Prediction

  func callAsFunction(_ evaluation: Evaluation) -> Tensor {
    let scale = (1 + evaluation.sigma * evaluation.sigma).squareRoot()
    let (signal, noise) = (1 / scale, evaluation.sigma / scale)
    let values = zip(evaluation.input.values, images.values).map { x, image in
      let epsilon = (Double(x) - signal * Double(image)) / noise
      switch prediction {
      case .epsilon: return Float(epsilon)
      case .v: return Float(signal * epsilon - noise * Double(image))
      case .sample: return image
      }
    }
    return Tensor(images.shape, values: values)
  }
}
