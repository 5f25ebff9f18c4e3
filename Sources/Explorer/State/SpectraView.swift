import Denoising

/// Which spectra are looked at, how, and those that are known.
package struct SpectraView: Sendable {
  /// What the maps beside the lines go over, from left to right.
  package enum Axis: Hashable, Sendable { case steps, places }

  /// What is shown of them.
  package enum Content: Hashable, Sendable, CaseIterable {
    /// A(r), and A(r) / A(0).
    case amplitude, relative
    /// The features themselves: the mean map, what b makes of it, principal components.
    case maps
  }

  /// The concatenation that is looked at.
  package private(set) var place = FeaturePlace()
  package private(set) var content = Content.amplitude
  package private(set) var axis = Axis.steps
  /// Of each step that was looked at all concatenations: the maps of some two dozen runs.
  private var known = KnownAnswers<SpectraRequest, [JoinedSpectra]>(most: 24 * mostSteps)
  /// The last answer, to be shown until the right one has come.
  private(set) var newest: [JoinedSpectra] = []
  /// The last maps that were asked for; they are as large as what they show.
  private(set) var maps: Maps?

  struct Maps: Sendable {
    let request: SpectraRequest
    let summaries: [FeatureSummary]
  }

  /// Columns of a map over more steps than these: it shows every so manieth.
  static let mostSteps = 64

  /// Empty for what cannot be worked out; nil while it is unknown.
  func spectra(_ plan: LanePlan, step: Int) -> [JoinedSpectra]? {
    known[SpectraRequest(plan: plan, step: step)]
  }

  /// At the place that is looked at.
  func shown(_ spectra: [JoinedSpectra]) -> JoinedSpectra? { spectra.first { $0.place == place } }

  /// Goes on to another concatenation, from the last to the first.
  mutating func move(by offset: Int, in traits: ModelDescription) {
    let places = traits.featurePlaces
    guard let here = places.firstIndex(of: place) else { return }
    place = places[(here + offset + places.count) % places.count]
  }

  /// At the first concatenation of a stage.
  mutating func look(at stage: Int) { place = FeaturePlace(stage: stage) }

  var isRelative: Bool { content == .relative }

  mutating func showNext() {
    content =
      switch content {
      case .amplitude: .relative
      case .relative: .maps
      case .maps: .amplitude
      }
  }

  mutating func toggleAxis() { axis = axis == .steps ? .places : .steps }

  mutating func fit(to traits: ModelDescription) {
    let places = traits.featurePlaces
    if !places.contains(place) { place = places.first ?? FeaturePlace() }
  }

  mutating func receive(_ spectra: [JoinedSpectra], for request: SpectraRequest) {
    known.receive(spectra, for: request)
    if !spectra.isEmpty { newest = spectra }
  }

  mutating func receive(_ summaries: [FeatureSummary], for request: SpectraRequest) {
    maps = Maps(request: request, summaries: summaries)
    known.settle(request)
  }

  /// - Returns: what is to be asked now; nil where that was done.
  mutating func ask(_ request: SpectraRequest?) -> SpectraRequest? { known.ask(request) }
}

/// What meets in the concatenations in one step of one run: one pass of the network.
package struct SpectraRequest: Hashable, Sendable {
  package let plan: LanePlan
  package let step: Int
  /// The concatenation whose maps are wanted; nil: the spectra of all.
  package let maps: FeaturePlace?

  package init(plan: LanePlan, step: Int, maps: FeaturePlace? = nil) {
    (self.plan, self.step, self.maps) = (plan, step, maps)
  }
}

extension ExplorerState {
  /// Steps that the map over the steps shows, of the selected panel.
  var mappedSteps: [Int] {
    let every = max(1, (stepCount + SpectraView.mostSteps - 1) / SpectraView.mostSteps)
    return Array(stride(from: 0, to: stepCount, by: every))
  }

  /// What has to be asked next for the spectra that are shown; nil where all are known, or none are shown.
  package var missingSpectra: SpectraRequest? {
    if let missing = missingShownSpectra { return missing }
    guard panelsView.arrangement == .spectra, spectraView.content != .maps, spectraView.axis == .steps,
      let track = runs.tracks[selectedPanel.id]
    else { return nil }
    return missingSpectra(of: selectedPanel, mappedSteps.filter { $0 < track.steps.count })
  }

  /// The same for the step on the timeline alone.
  var missingShownSpectra: SpectraRequest? {
    guard panelsView.arrangement == .spectra else { return nil }
    if spectraView.content == .maps {
      guard let step = shownStep(of: selectedPanel), !traits.stages.isEmpty,
        let plan = runs.tracks[selectedPanel.id]?.plan
      else { return nil }
      let request = SpectraRequest(plan: plan, step: step.index, maps: spectraView.place)
      return spectraView.maps?.request == request ? nil : request
    }
    for panel in [selectedPanel, reference] {
      if let step = shownStep(of: panel), let request = missingSpectra(of: panel, [step.index]) {
        return request
      }
    }
    return nil
  }

  private func missingSpectra(of panel: PanelSettings, _ steps: [Int]) -> SpectraRequest? {
    guard let plan = runs.tracks[panel.id]?.plan, !traits(of: panel).stages.isEmpty else { return nil }
    return steps.first { spectraView.spectra(plan, step: $0) == nil }.map {
      SpectraRequest(plan: plan, step: $0)
    }
  }
}
