import Checkpoints
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

/// Runs of diffusers' own schedulers, with a formula in the network's place.
@Suite struct GoldenSchedulerTests {
  private struct Network: Decodable {
    let a, c, d: Double

    /// tanh(a x + c sin(t / 100) + d).
    func callAsFunction(_ evaluation: Evaluation) -> Tensor {
      let shift = c * sin(evaluation.timestep / 100) + d
      return Tensor(
        evaluation.input.shape, values: evaluation.input.values.map { Float(tanh(a * Double($0) + shift)) })
    }
  }

  private struct Run: Decodable {
    let scheduler: String
    let steps: Int
    let timesteps: [Double]
    let generatorSeed: UInt64
    let step: [String: Double]
  }

  private struct Runs {
    let file: SafetensorsFile
    let network: Network
    let runs: [Run]
    private let fields: [[String: Any]]

    init(_ name: String) throws {
      file = try SafetensorsFile(golden("\(name).safetensors"))
      network = try JSONDecoder().decode(Network.self, from: Data((file.metadata["network"] ?? "").utf8))
      let text = Data((file.metadata["runs"] ?? "").replacing("-Infinity", with: "null").utf8)
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      runs = try decoder.decode([Run].self, from: text)
      fields = try JSONSerialization.jsonObject(with: text) as? [[String: Any]] ?? []
    }

    /// A run's configuration as diffusers would write it into a file, of all fields or of those that were given.
    func configuration(_ index: Int, onlyGiven: Bool) throws -> SchedulerConfiguration {
      var config = fields[index]["config"] as? [String: Any] ?? [:]
      let given = fields[index]["given"] as? [String] ?? []
      if onlyGiven { config = config.filter { given.contains($0.key) } }
      config["_class_name"] = runs[index].scheduler
      return try SchedulerFile([UInt8](JSONSerialization.data(withJSONObject: config))).configuration()
    }
  }

  /// The second file has the options that the first leaves out.
  private static let cases = (0..<66).map { ("schedulers", $0) } + (0..<104).map { ("schedulers-more", $0) }

  @Test(arguments: cases)
  func everyStateIsTheOneOfDiffusers(file name: String, index: Int) throws {
    let goldens = try Runs(name)
    let (file, network, run) = (goldens.file, goldens.network, goldens.runs[index])
    let name = "\(index) \(run.scheduler)"
    let configuration = try goldens.configuration(index, onlyGiven: false)
    var sparse = try goldens.configuration(index, onlyGiven: true)
    // This class changes its own configuration where the steps make it.
    if sparse.kind == .dpmSinglestep { sparse.lowersOrderAtEnd = configuration.lowersOrderAtEnd }
    #expect(configuration == sparse)
    // From σ = 4096, and where logarithms of neighbouring σ are subtracted, diffusers' own single precision rounds
    // away more than a hundred-thousandth.
    let isSteep = configuration.kind.worksInSigma && configuration.rescalesToZeroSNR
    let isSubtle = configuration.kind == .deis && configuration.solverOrder == 3
    let tolerance: Float = isSteep || isSubtle ? 1e-4 : 1e-5
    let noise = try file.tensor(named: "run.\(index).noise")
    var trajectory = try Trajectory(
      noise: noise, generator: SeededNoise(seed: run.generatorSeed), scheduler: configuration,
      steps: run.steps, eta: run.step["eta"])
    #expect(trajectory.evaluationCount == run.timesteps.count)

    var visited: [Float] = []
    var recorded: [Int] = []
    while let evaluation = trajectory.nextEvaluation {
      let expected = try file.tensor(named: "run.\(index).x.\(visited.count)")
      #expect(
        difference(evaluation.state, expected, tolerance: tolerance, name: "\(name) x.\(visited.count)")
          == nil)
      visited.append(Float(evaluation.timestep))
      if let step = trajectory.advance(with: network(evaluation)) {
        recorded.append(step.index)
        #expect(step.count == trajectory.stepCount && step.state == evaluation.state)
        #expect(step.prediction.values.allSatisfy { $0.isFinite })
      }
    }
    #expect(recorded == Array(0..<trajectory.stepCount))
    #expect(difference(visited, run.timesteps.map { Float($0) }, tolerance: 1e-5, name: name) == nil)
    let final = try file.tensor(named: "run.\(index).final")
    #expect(
      difference(try #require(trajectory.result), final, tolerance: tolerance, name: "\(name) final") == nil)
  }
}
