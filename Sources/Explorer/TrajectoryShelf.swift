import Recipes
import Sampling

/// Runs as they stood before each of their steps, so that another run that does the same for a while can begin
/// where they part.
struct TrajectoryShelf {
  struct Kept {
    let plan: LanePlan
    /// Before step i, from 0 on.
    var trajectories: [Trajectory] = []
    /// What step i showed.
    var pictures: [StepPictures] = []
    var use = 0
  }

  /// As many as fit a few million numbers each stay far below what the engine itself needs.
  private static let capacity = 24
  private var kept: [LanePlan: Kept] = [:]
  private var uses = 0

  /// Keeps a run as it stands before a step, and what the step before showed.
  mutating func keep(_ trajectory: Trajectory, before step: Int, of plan: LanePlan) {
    var run = kept[plan] ?? Kept(plan: plan)
    if run.trajectories.count == step { run.trajectories.append(trajectory) }
    store(run)
  }

  mutating func keep(_ pictures: StepPictures, of plan: LanePlan) {
    guard var run = kept[plan], run.pictures.count == pictures.index else { return }
    run.pictures.append(pictures)
    store(run)
  }

  /// Takes over all that another run shares with `plan`, of the run that shares the most.
  /// - Returns: how that run stood where they part, and what it showed until then; nil where nothing is shared.
  mutating func begin(_ plan: LanePlan) -> (trajectory: Trajectory, pictures: [StepPictures])? {
    var best: (run: Kept, steps: Int)?
    for run in kept.values {
      // Where the two part there must be a trajectory to go on from, with all pictures before it.
      let common = min(run.plan.commonSteps(with: plan), run.trajectories.count - 1, run.pictures.count)
      if common > best?.steps ?? 0 { best = (run, common) }
    }
    guard let (run, steps) = best else { return nil }
    let pictures = Array(run.pictures.prefix(steps))
    store(Kept(plan: plan, trajectories: Array(run.trajectories.prefix(steps + 1)), pictures: pictures))
    return (run.trajectories[steps], pictures)
  }

  /// What a run has shown so far.
  func pictures(of plan: LanePlan) -> [StepPictures] { kept[plan]?.pictures ?? [] }

  /// A run as it stood before a step.
  func trajectory(before step: Int, of plan: LanePlan) -> Trajectory? {
    guard let run = kept[plan], run.trajectories.indices.contains(step) else { return nil }
    return run.trajectories[step]
  }

  private mutating func store(_ run: Kept) {
    uses += 1
    kept[run.plan] = run
    kept[run.plan]?.use = uses
    if kept.count > Self.capacity, let oldest = kept.values.min(by: { $0.use < $1.use }) {
      kept[oldest.plan] = nil
    }
  }
}
