import Denoising
import Files
import Sampling
import Tensors

/// One trajectory with what the network is told beside the noisy images.
package struct Lane: Sendable {
  package var trajectory: Trajectory
  package let knobs: KnobSchedule
  package let told: ToldConditions

  package init(trajectory: Trajectory, knobs: KnobSchedule, told: ToldConditions) {
    (self.trajectory, self.knobs, self.told) = (trajectory, knobs, told)
  }
}

/// Takes every unfinished lane one evaluation further, all of them in one batch of the network.
///
/// Lanes may differ in sampler, steps, knobs and seed; the rows of those with guidance stand in the batch twice,
/// with their condition and with none. Ho & Salimans 2022, arXiv:2207.12598: out = free + g (labelled - free), on the
/// network's raw output.
/// - Returns: for each lane the step that it completed, or nil.
package func advance(_ lanes: inout [Lane], with model: any Model) throws -> [DenoisingStep?] {
  var values: [Float] = []
  var rows: [DenoisingRow] = []
  var evaluations: [Evaluation?] = []
  var shape = model.description.sampleShape
  for lane in lanes {
    let evaluation = lane.trajectory.nextEvaluation
    evaluations.append(evaluation)
    guard let evaluation else { continue }
    // All lanes have the same.
    shape = Array(evaluation.input.shape.dropFirst())
    let knobs = lane.knobs.knobs(at: evaluation.step, of: lane.trajectory.stepCount)
    for pass in 0..<lane.told.passes {
      values += evaluation.input.values
      for image in 0..<evaluation.input.shape[0] {
        let condition = pass == 0 ? lane.told.conditions[image] : lane.told.unconditional[image]
        rows.append(DenoisingRow(timestep: evaluation.timestep, condition: condition, knobs: knobs))
      }
    }
  }
  guard !rows.isEmpty else { return lanes.map { _ in nil } }
  let outputs = try DebugLog.timed("step: timestep \(rows[0].timestep), \(rows.count) images") {
    try model(Tensor([rows.count] + shape, values: values), rows)
  }

  var first = 0
  return lanes.indices.map { index in
    guard let shape = evaluations[index]?.input.shape else { return nil }
    let count = shape.reduce(1, *)
    var output = Array(outputs.values[first..<first + count])
    first += count
    var share: Double?
    if lanes[index].told.passes == 2 {
      let guidance = Float(lanes[index].told.guidance)
      var (part, whole) = (0.0, 0.0)
      for place in output.indices {
        let free = outputs.values[first + place]
        output[place] = free + guidance * (output[place] - free)
        part += Double((output[place] - free) * (output[place] - free))
        whole += Double(output[place] * output[place])
      }
      share = (part / whole).squareRoot()
      first += count
    }
    var step = lanes[index].trajectory.advance(with: Tensor(shape, values: output))
    step?.guidanceShare = share
    return step
  }
}

/// As above, with a network for each lane; lanes of the same network are one batch.
package func advance(_ lanes: inout [Lane], with models: [any Model]) throws -> [DenoisingStep?] {
  var steps = [DenoisingStep?](repeating: nil, count: lanes.count)
  let groups = Dictionary(grouping: lanes.indices) { ObjectIdentifier(models[$0]) }
  for places in groups.values.sorted(by: { $0[0] < $1[0] }) {
    var group = places.map { lanes[$0] }
    let completed = try advance(&group, with: models[places[0]])
    for (index, place) in places.enumerated() {
      (lanes[place], steps[place]) = (group[index], completed[index])
    }
  }
  return steps
}
