import Denoising
import Sampling
import Tensors

/// A sweep at work, one evaluation of the network at a time, so that whoever runs it can stop between two.
///
/// Cells are branches of trees: all that start from the same noise on the same path are one lane until the step
/// in which their knobs first act differently, and part there by a copy of the trajectory. So cells that come
/// to the same run once, and cells whose FreeU begins at step k share the k steps before it, bit for bit.
package struct SweepRun {
  /// A cell that has come to its end.
  package struct Result: Sendable {
    /// Row by row from the top left.
    package let cell: Int
    /// [image, channel, row, column].
    package let images: Tensor
  }

  private struct Branch {
    /// Nil until it is its turn: noise for a thousand cells would only lie about.
    var lane: Lane?
    /// Evaluations of the network behind it.
    var evaluations = 0
    /// Places in `order`, ascending.
    var members: [Int]
  }

  private let sweep: Sweep
  private let description: ModelDescription
  private let noise: Tensor?
  private let labels: [Int]?
  private let batch: Int
  private let order: [Int]
  /// By their first members: whoever is coarser goes first.
  private var waiting: [Branch]
  private var running: [Branch] = []
  private var finishedEvaluations = 0
  private let allEvaluations: Int
  /// Rows that the network has run, for those who want to see what was shared.
  package private(set) var rowCount = 0

  /// - Parameters:
  ///   - noise: [count, channel, row, column] instead of each cell's seed's.
  ///   - labels: one for each image, for the cells whose recipe names none; nil takes each in turn.
  ///   - batch: images that run together; what the engine takes at once.
  ///   - cells: those that are wanted, whose LoRAs weigh the same; nil for all.
  package init(
    _ sweep: Sweep, _ description: ModelDescription, noise: Tensor? = nil, labels: [Int]? = nil,
    batch: Int = 16, cells: [Int]? = nil
  ) {
    (self.sweep, self.description, self.batch) = (sweep, description, batch)
    (self.noise, self.labels) = (noise, labels)
    let wanted = cells.map { Set($0) }
    precondition(
      Set((cells ?? Array(sweep.cells.indices)).map { sweep.cells[$0].loraWeights }).count <= 1,
      "cells of one network at a time")
    let order = SweepOrder.coarseToFine(columns: sweep.columns, rows: sweep.rows)
      .filter { wanted?.contains($0) ?? true }
    let trunks = Dictionary(grouping: order.indices) { sweep.cells[order[$0]].run.acting }
    self.order = order
    waiting = trunks.values.map { Branch(members: $0) }.sorted { $0.members[0] < $1.members[0] }
    allEvaluations = order.reduce(0) { $0 + description.evaluationCount(sweep.cells[$1].sampler) }
  }

  package var isFinished: Bool { running.isEmpty && waiting.isEmpty }

  /// Share of the work that is behind, 0 to 1.
  package var progress: Double {
    let open = (running + waiting).reduce(0) { $0 + $1.evaluations * $1.members.count }
    return Double(finishedEvaluations + open) / Double(max(1, allEvaluations))
  }

  /// One evaluation of the network for as many cells as run together.
  /// - Returns: the cells that it finished.
  package mutating func advance(with model: any Model) throws -> [Result] {
    try fill()
    var lanes = running.compactMap(\.lane)
    rowCount += lanes.reduce(0) { $0 + $1.rowCount }
    _ = try Recipes.advance(&lanes, with: model)
    var results: [Result] = []
    for index in running.indices {
      running[index].lane = lanes[index]
      running[index].evaluations += 1
      guard let images = lanes[index].trajectory.result else { continue }
      finishedEvaluations += running[index].evaluations * running[index].members.count
      results += running[index].members.map { Result(cell: order[$0], images: images) }
    }
    running.removeAll { $0.lane?.trajectory.isFinished ?? false }
    return results
  }

  /// Parts the branches that are due, and takes in waiting ones while there is room.
  private mutating func fill() throws {
    var parted: [Branch] = []
    for index in running.indices {
      let parts = try split(running[index])
      running[index] = parts[0]
      parted += parts.dropFirst()
    }
    var rows = running.reduce(0) { $0 + ($1.lane?.rowCount ?? 0) }
    insert(parted)
    while let first = waiting.first {
      let parts = try split(first)
      let more = parts[0].lane?.rowCount ?? 0
      guard rows == 0 || rows + more <= batch else { break }
      rows += more
      waiting.removeFirst()
      running.append(parts[0])
      insert(parts.dropFirst())
    }
  }

  private mutating func insert(_ branches: some Collection<Branch>) {
    guard !branches.isEmpty else { return }
    waiting += branches
    waiting.sort { $0.members[0] < $1.members[0] }
  }

  /// The branch's members by what they do in its next step; each part goes on from the same point.
  private func split(_ branch: Branch) throws -> [Branch] {
    let lane = try branch.lane ?? start(of: recipe(branch.members[0]))
    guard let step = lane.trajectory.nextEvaluation?.step else { return [branch] }
    var parts: [Knobs: [Int]] = [:]
    for member in branch.members {
      let knobs = recipe(member).panels[0].schedule.knobs(at: step, of: lane.trajectory.stepCount)
      parts[knobs.acting, default: []].append(member)
    }
    return parts.values.sorted { $0[0] < $1[0] }.map { members in
      let part = Lane(
        trajectory: lane.trajectory, knobs: recipe(members[0]).panels[0].schedule,
        told: lane.told)
      return Branch(lane: part, evaluations: branch.evaluations, members: members)
    }
  }

  private func start(of recipe: Recipe) throws -> Lane {
    let labels = recipe.run.labels.isEmpty ? labels : nil
    return try SamplingRun(recipe, description, noise: noise, labels: labels).lanes[0]
  }

  private func recipe(_ member: Int) -> Recipe { sweep.cells[order[member]] }
}

extension Lane {
  /// Rows that it takes in the network's batch.
  fileprivate var rowCount: Int { (trajectory.nextEvaluation?.input.shape[0] ?? 0) * told.passes }
}
