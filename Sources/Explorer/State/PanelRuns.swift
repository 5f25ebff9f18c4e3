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

  /// Shows at once what is known of the settings.
  /// - Parameters:
  ///   - reference: the panel that differences are taken from.
  ///   - decoding: panels whose last step is looked at twice, by the model's own autoencoder too.
  /// - Returns: the runs that are missing, or their ends.
  mutating func follow(
    _ settings: Settings, reference: PanelSettings, decoding: Set<Int> = []
  ) -> [PanelJob] {
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
    }
    divergence.update(tracks, reference: reference.id, anew: anew)
    return jobs
  }

  /// Takes a step of a run that is wanted.
  mutating func receive(_ step: StepPictures, of job: PanelJob, reference: PanelSettings) {
    let id = job.panel
    let isNew = tracks[id]?.plan != job.plan
    if isNew {
      tracks[id] = Track(plan: job.plan, mostBytes: Self.mostBytes / max(1, panelCount))
    }
    guard tracks[id]?.steps.count == step.index else { return }
    tracks[id]?.append(step)
    divergence.update(tracks, reference: reference.id, anew: isNew ? [id] : [])
    if let track = tracks[id], track.isFinished { cache.insert(track) }
  }

  /// Takes a step as the model's own autoencoder shows it.
  mutating func receive(_ picture: Picture, ofStep step: Int, of job: PanelJob) {
    guard tracks[job.panel]?.plan == job.plan else { return }
    tracks[job.panel]?.show(step, as: picture)
    if let track = tracks[job.panel], track.isFinished { cache.update(track) }
  }

  mutating func compare(with reference: PanelSettings) {
    divergence.update(tracks, reference: reference.id)
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
