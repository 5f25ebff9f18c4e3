import Pictures
import Recipes
import Sampling

/// Runs as they stood before each of their steps, so that another run that does the same for a while can begin
/// where they part.
package struct TrajectoryCache {
  private struct Kept {
    let plan: LanePlan
    /// Before step i, from 0 on.
    var trajectories: [Trajectory] = []
    /// What step i showed.
    var pictures: [StepPictures] = []
    /// The end, as the model's own autoencoder shows it.
    var decoded: Picture?
    var use = 0
    var byteCount = 0
  }

  /// How many are enough to come back to.
  package static let mostRuns = 24
  /// Never more, however many steps, images and panels there are: then runs at work are kept as far as they fit.
  let mostBytes: Int
  /// At work: they go last.
  var wanted: Set<LanePlan> = []
  private var kept: [LanePlan: Kept] = [:]
  private var uses = 0
  package private(set) var byteCount = 0

  package init(mostBytes: Int = 128 << 20) { self.mostBytes = mostBytes }

  package var runCount: Int { kept.count }

  /// Keeps a run as it stands before a step, and what the step before showed.
  package mutating func keep(_ trajectory: Trajectory, before step: Int, of plan: LanePlan) {
    var run = kept[plan] ?? Kept(plan: plan)
    if run.trajectories.count == step, makeRoom(for: trajectory.byteCount, of: plan) {
      run.trajectories.append(trajectory)
      run.byteCount += trajectory.byteCount
    }
    store(run)
  }

  package mutating func keep(_ pictures: StepPictures, of plan: LanePlan) {
    guard var run = kept[plan], run.pictures.count == pictures.index,
      makeRoom(for: pictures.byteCount, of: plan)
    else { return }
    run.pictures.append(pictures)
    run.byteCount += pictures.byteCount
    store(run)
  }

  package mutating func keep(decoded picture: Picture, of plan: LanePlan) {
    guard var run = kept[plan], run.decoded == nil, makeRoom(for: picture.pixels.count, of: plan) else {
      return
    }
    run.decoded = picture
    run.byteCount += picture.pixels.count
    store(run)
  }

  package func decoded(_ plan: LanePlan) -> Picture? { kept[plan]?.decoded }

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
    // Another plan comes to another end.
    let decoded = run.plan == plan ? run.decoded : nil
    let bytes = trajectories.reduce(pictures.reduce(decoded?.pixels.count ?? 0) { $0 + $1.byteCount }) {
      $0 + $1.byteCount
    }
    if makeRoom(for: bytes - (kept[plan]?.byteCount ?? 0), of: plan) {
      store(
        Kept(
          plan: plan, trajectories: trajectories, pictures: pictures, decoded: decoded, byteCount: bytes))
    }
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
    while kept.count > Self.mostRuns, dropOldest(but: run.plan) {}
  }

  /// Lets go of runs that nobody is at work on, the oldest first.
  /// - Returns: false where there is still no room.
  private mutating func makeRoom(for bytes: Int, of plan: LanePlan) -> Bool {
    while byteCount + bytes > mostBytes, dropOldest(but: plan) {}
    return byteCount + bytes <= mostBytes
  }

  /// - Returns: false where all are wanted.
  private mutating func dropOldest(but plan: LanePlan) -> Bool {
    let idle = kept.values.filter { $0.plan != plan && !wanted.contains($0.plan) }
    guard let oldest = idle.min(by: { $0.use < $1.use }) else { return false }
    byteCount -= oldest.byteCount
    kept[oldest.plan] = nil
    return true
  }
}
