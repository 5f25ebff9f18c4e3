import Pictures
import Recipes

/// What has come of the panels' runs, present and past.
package struct PanelRuns: Sendable {
  /// By the panels' identifiers.
  package private(set) var tracks: [Int: Track] = [:]
  package private(set) var divergence = Divergence()
  package private(set) var cache = TrackCache()
  /// Of all panels' pictures.
  package static let mostBytes = 80 << 20
  private var panelCount = 1
  /// Runs of fewer steps that go before those that are wanted, by the panels' identifiers.
  private var drafts: [Int: LanePlan] = [:]

  /// Shows at once what is known of the settings.
  /// - Parameters:
  ///   - reference: the panel that differences are taken from.
  ///   - decoding: panels whose last step is looked at twice, by the model's own autoencoder too.
  ///   - drafting: whether panels of which nothing is known yet are run in fewer steps first.
  /// - Returns: the runs that are missing, or their ends, or their drafts.
  mutating func follow(
    _ settings: Settings, reference: PanelSettings, decoding: Set<Int> = [], drafting: Bool = false
  ) -> [PanelJob] {
    drafts = [:]
    panelCount = settings.panels.count
    let ids = Set(settings.panels.map(\.id))
    tracks = tracks.filter { ids.contains($0.key) }
    var jobs: [PanelJob] = []
    var anew: Set<Int> = []
    for panel in settings.panels {
      let plan = settings.plan(of: panel)
      if tracks[panel.id]?.plan != plan, let known = cache.track(for: plan) {
        tracks[panel.id] = known
        anew.insert(panel.id)
      }
      if let track = tracks[panel.id], track.plan == plan,
        decoding.contains(panel.id) ? track.isDecoded : track.isFinished
      {
        continue
      }
      jobs.append(PanelJob(panel: panel.id, plan: plan))
      if drafting, tracks[panel.id]?.plan != plan { drafts[panel.id] = plan.draft }
    }
    compare(with: reference, anew: anew)
    return drafts.isEmpty
      ? jobs
      : jobs.compactMap { job in drafts[job.panel].map { PanelJob(panel: job.panel, plan: $0) } }
  }

  /// What a panel is to show before its run.
  func draft(of panel: Int) -> LanePlan? { drafts[panel] }

  /// Drafts were wanted, and all are there: it is time for the runs.
  var hasAllDrafts: Bool {
    !drafts.isEmpty && drafts.allSatisfy { tracks[$0]?.plan == $1 && tracks[$0]?.isFinished == true }
  }

  /// Takes a step of a run that is wanted.
  mutating func receive(_ step: StepPictures, of job: PanelJob, reference: PanelSettings) {
    let id = job.panel
    let isNew = tracks[id]?.plan != job.plan
    if isNew {
      tracks[id] = Track(
        plan: job.plan, isDraft: drafts[id] == job.plan, mostBytes: Self.mostBytes / max(1, panelCount))
    }
    guard tracks[id]?.steps.count == step.index else { return }
    tracks[id]?.append(step)
    compare(with: reference, anew: isNew ? [id] : [])
    if let track = tracks[id], track.isFinished, !track.isDraft { cache.insert(track) }
  }

  /// Takes a step as the model's own autoencoder shows it.
  mutating func receive(_ picture: Picture, ofStep step: Int, of job: PanelJob) {
    guard tracks[job.panel]?.plan == job.plan else { return }
    tracks[job.panel]?.show(step, as: picture)
    if let track = tracks[job.panel], track.isFinished, !track.isDraft { cache.update(track) }
  }

  /// - Parameter anew: panels that show another run than before.
  mutating func compare(with reference: PanelSettings, anew: Set<Int> = []) {
    // Steps of a draft are others than a run's.
    let isDraft = tracks[reference.id]?.isDraft ?? false
    divergence.update(
      tracks.filter { $0.value.isDraft == isDraft }, reference: reference.id, anew: anew)
  }

  /// What the reference shows in the same step of a run like this panel's; nil where it shows none.
  func step(_ index: Int, of reference: PanelSettings, like panel: PanelSettings) -> StepPictures? {
    guard let track = tracks[reference.id], track.isDraft == tracks[panel.id]?.isDraft else { return nil }
    return track.step(atMost: index)
  }

  /// Steps of a panel's run that have come; those of a run that is no longer wanted do not count.
  package func arrivedSteps(of panel: PanelSettings, in settings: Settings) -> Int {
    guard let track = tracks[panel.id], track.plan == settings.plan(of: panel) else { return 0 }
    return track.steps.count
  }

  /// The panel's run, as it is wanted, has come to its end.
  package func isFinished(_ panel: PanelSettings, in settings: Settings) -> Bool {
    guard let track = tracks[panel.id] else { return false }
    return track.isFinished && track.plan == settings.plan(of: panel)
  }
}
