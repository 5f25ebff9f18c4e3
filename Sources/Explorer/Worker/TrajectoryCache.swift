import Recipes
import Sampling

/// Runs as they stood before each of their steps, so that another run that does the same for a while can begin
/// where they part.
struct TrajectoryCache {
  struct Kept {
    let plan: LanePlan
    /// Before step i, from 0 on.
    var trajectories: [Trajectory] = []
    /// What step i showed.
    var pictures: [StepPictures] = []
    var use = 0
    var byteCount = 0
  }

  /// How many are enough to come back to.
  static let mostRuns = 24
  /// Long runs of many images are large: then fewer are kept, but never less than a batch at work needs.
  static let mostBytes = 256 << 20
  static let fewestRuns = ExplorerState.mostPanels
  private var kept: [LanePlan: Kept] = [:]
  private var uses = 0
  private(set) var byteCount = 0

  var runCount: Int { kept.count }

  /// Keeps a run as it stands before a step, and what the step before showed.
  mutating func keep(_ trajectory: Trajectory, before step: Int, of plan: LanePlan) {
    var run = kept[plan] ?? Kept(plan: plan)
    if run.trajectories.count == step {
      run.trajectories.append(trajectory)
      run.byteCount += trajectory.byteCount
    }
    store(run)
  }

  mutating func keep(_ pictures: StepPictures, of plan: LanePlan) {
    guard var run = kept[plan], run.pictures.count == pictures.index else { return }
    run.pictures.append(pictures)
    run.byteCount += pictures.byteCount
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
    let trajectories = Array(run.trajectories.prefix(steps + 1))
    let bytes = trajectories.reduce(pictures.reduce(0) { $0 + $1.byteCount }) { $0 + $1.byteCount }
    store(Kept(plan: plan, trajectories: trajectories, pictures: pictures, byteCount: bytes))
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
    byteCount += run.byteCount - (kept[run.plan]?.byteCount ?? 0)
    kept[run.plan] = run
    kept[run.plan]?.use = uses
    while kept.count > Self.mostRuns || byteCount > Self.mostBytes && kept.count > Self.fewestRuns,
      let oldest = kept.values.min(by: { $0.use < $1.use })
    {
      byteCount -= oldest.byteCount
      kept[oldest.plan] = nil
    }
  }
}
