import Conditioning
import Denoising
import Files
import Foundation
import Latents
import Sampling
import Tensors
import Training

func fuzzUViT(_ input: [UInt8]) {
  guard let configuration = try? JSONDecoder().decode(UViTConfiguration.self, from: Data(input)),
    configuration.defect == nil
  else { return }
  _ = (configuration.outline, configuration.parameterCount, configuration.namedLabels)
}

func fuzzDiffusers(_ input: [UInt8]) {
  let data = Data(input)
  _ = try? UNetConfiguration(json: data, path: "config.json")
  _ = try? CLIPTextConfiguration(json: data, path: "config.json")
  _ = try? AutoencoderConfiguration(json: data, path: "config.json")
}

/// Whatever a file says, a run by it goes to its end; a first byte says by which class, and how many steps.
func fuzzScheduler(_ input: [UInt8]) {
  guard let first = input.first, let file = try? SchedulerFile(Array(input.dropFirst())),
    let own = try? file.configuration(), own.trainTimesteps <= 5000
  else { return }
  let all = SamplerKind.allCases
  let sampler = first < 128 ? file.kind.sampler : all[Int(first) % all.count]
  guard let settings = try? file.settings(for: sampler, steps: 1 + Int(first) % 12),
    let configuration = try? file.configuration(for: settings),
    var trajectory = try? Trajectory(
      noise: Tensor([1, 1, 1, 2], values: [0.5, -1]), generator: SeededNoise(seed: 1),
      scheduler: configuration, steps: settings.steps)
  else { return }
  var evaluations = 0
  while let next = trajectory.nextEvaluation {
    evaluations += 1
    _ = trajectory.advance(with: next.input)
  }
  precondition(evaluations == trajectory.evaluationCount && trajectory.isFinished)
}

func fuzzTraining(_ input: [UInt8]) {
  guard let state = try? JSONDecoder().decode(TrainingState.self, from: Data(input)), state.defect == nil
  else { return }
  precondition(state.settings.memoryBytes(threads: 4) > 0)
  precondition((0...1).contains(state.settings.progress(step: state.step, seconds: state.seconds)))
  let again = try? JSONDecoder().decode(TrainingState.self, from: JSONText.bytes(of: state).data)
  precondition(again?.settings == state.settings, "a training's state does not read back")
}

/// The log of a training, and the curves of it.
func fuzzTrainingLog(_ input: [UInt8]) {
  guard let records = try? TrainingLog.records(of: Data(input), shown: "x"), !records.isEmpty else { return }
  for key in [TrainingRecord.CodingKeys.loss, .validation] { drawCurves(of: records, key) }
  for record in records { precondition(!record.csv.contains("\n")) }
}

/// The model's own vocabulary: `vocab.json`, then `merges.txt`, with a zero between them.
func fuzzTokenizer(_ input: [UInt8]) {
  let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
  let folder = Scratch.folder(["vocab.json": parts[0], "merges.txt": parts.count > 1 ? parts[1] : []])
  guard let tokenizer = try? CLIPTokenizer(folder: folder) else { return }
  precondition(tokenizer("a photo of two cats, naïve 猫🐱").count == tokenizer.length)
}

private let tokenizer = try? CLIPTokenizer(folder: URL(filePath: "Tests/Goldens/text/vocabulary"))

func fuzzPrompt(_ input: [UInt8]) {
  guard let tokenizer else { fatalError("run it from the project's root") }
  let runs = WeightedText.runs(of: String(decoding: input, as: UTF8.self))
  for window in (try? tokenizer.windows(of: runs)) ?? [] {
    precondition(window.tokens.count == tokenizer.length && window.weights.count == tokenizer.length)
    precondition(window.tokens.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
  }
}

func fuzzWeights(_ input: [UInt8]) {
  let runs = WeightedText.runs(of: String(decoding: input, as: UTF8.self))
  precondition(!runs.isEmpty && runs.allSatisfy { !$0.weight.isNaN })
}

extension [UInt8] {
  fileprivate var data: Data { Data(self) }
}
