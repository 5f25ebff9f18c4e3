import Denoising

/// What is looked at of mask and attention, which of the mask's numbers the kernels' controls move, and the answers that
/// are known.
package struct MaskView: Sendable {
  /// What stands beside the panel.
  package enum Content: Hashable, Sendable, CaseIterable {
    /// M, and what one head looks at without and with it.
    case mask
    /// What every head of the layer looks at.
    case heads
    /// How widely every head of every layer looks.
    case layers
    /// Where the picture looks at each word of the prompt.
    case words
  }

  package private(set) var content = Content.mask
  package private(set) var selection = MaskSelection()
  /// The patch whose attention is looked at, and where.
  package private(set) var place = AttentionPlace()
  package private(set) var head = 0
  /// Place of the word in hand among the prompt's.
  package private(set) var word = 0
  /// nil for a step that is no longer kept. One of a large map is some hundred kilobytes.
  private var known = KnownAnswers<ProbeRequest, ProbeAnswer?>(most: 96)
  /// The last answers, to be shown until the right ones have come: nothing flickers.
  private(set) var newestProbe: AttentionProbe?
  private(set) var newestStatistics: [[HeadStatistics]] = []
  private(set) var newestWords: WordMaps?

  /// Looks at the patch in the middle.
  init(_ traits: ModelDescription) {
    let grid = grid(in: traits)
    place.patch = grid.columns * (grid.rows / 2) + grid.columns / 2
  }

  /// Patches of the attention that is looked at.
  func grid(in traits: ModelDescription) -> Grid { traits.grid(ofBlock: place.block) }

  mutating func show(_ content: Content) { self.content = content }

  /// - Parameter readsPrompts: there are words to be shown, too.
  mutating func showNext(readsPrompts: Bool) {
    content =
      switch content {
      case .mask: .heads
      case .heads: .layers
      case .layers: readsPrompts ? .words : .mask
      case .words: .mask
      }
  }

  mutating func moveWord(by offset: Int) {
    guard let count = newestWords?.words.count, count > 0 else { return }
    word = (word + offset + count) % count
  }

  /// - Parameter block: nil for all; then the one that is looked at stays.
  mutating func select(block: Int?) {
    selection.block = block
    place.block = block ?? place.block
  }

  mutating func select(head: Int?) {
    selection.head = head
    self.head = head ?? self.head
  }

  mutating func look(at patch: Int) { place.patch = patch }

  /// Goes to a patch beside, as far as the grid goes.
  mutating func movePatch(columns: Int, rows: Int, in traits: ModelDescription) {
    let grid = grid(in: traits)
    guard grid.count > 0 else { return }
    let column = min(max(0, place.patch % grid.columns + columns), grid.columns - 1)
    let row = min(max(0, place.patch / grid.columns + rows), grid.rows - 1)
    place.patch = row * grid.columns + column
  }

  /// What is looked at must be there.
  mutating func fit(to traits: ModelDescription) {
    if content == .words, traits.prompting == nil { content = .mask }
    place.block = min(place.block, max(0, traits.attention.count - 1))
    place.patch = min(place.patch, max(0, grid(in: traits).count - 1))
    let heads = traits.attention.isEmpty ? 1 : traits.attention[place.block].heads
    head = min(head, heads - 1)
    guard let most = traits.masks.map(\.heads).max() else { return }
    selection.block = selection.block.map { min($0, traits.masks.count - 1) }
    selection.head = selection.head.map { min($0, most - 1) }
  }
}

// MARK: - What is known

extension MaskView {
  /// What is to be known for what is shown of a step.
  func request(_ plan: LanePlan, step: Int) -> ProbeRequest {
    let question: ProbeQuestion =
      switch content {
      case .mask, .heads: .attention(place)
      case .layers: .attentionStatistics
      case .words: .words
      }
    return ProbeRequest(plan: plan, step: step, question: question)
  }

  /// nil while it is unknown; nil inside for what cannot be found out.
  func answer(_ request: ProbeRequest) -> ProbeAnswer?? { known[request] }

  mutating func receive(_ answer: ProbeAnswer?, for request: ProbeRequest) {
    known.receive(answer, for: request)
    switch answer {
    case .attention(let probe): newestProbe = probe
    case .attentionStatistics(let statistics): newestStatistics = statistics
    case .words(let maps):
      newestWords = maps
      word = min(word, max(0, maps.words.count - 1))
    case .features, .times, nil: break
    }
  }

  /// - Returns: what is to be asked now; nil where that was done.
  mutating func ask(_ request: ProbeRequest?) -> ProbeRequest? { known.ask(request) }
}

/// A question about the inside of the network in one step of one run: one pass.
package struct ProbeRequest: Hashable, Sendable {
  package let plan: LanePlan
  package let step: Int
  package let question: ProbeQuestion

  package init(plan: LanePlan, step: Int, question: ProbeQuestion) {
    (self.plan, self.step, self.question) = (plan, step, question)
  }
}

extension ExplorerState {
  /// What is shown of the attention needs this to be known; nil where none is shown, or nothing is there yet.
  private var shownProbe: ProbeRequest? {
    guard panelsView.arrangement == .mask, let step = shownStep(of: selectedPanel),
      let plan = runs.tracks[selectedPanel.id]?.plan
    else { return nil }
    return maskView.request(plan, step: step.index)
  }

  /// What has to be asked for the attention's pictures and the network's map to be right; nil where they are, or are not
  /// shown.
  package var missingProbe: ProbeRequest? {
    shownProbe.flatMap { maskView.answer($0) == nil ? $0 : nil } ?? missingTimes
  }

  /// The step is no longer kept, so that nothing can be said of it.
  var isProbeLost: Bool { if case .some(nil) = shownAnswer { true } else { false } }

  private var shownAnswer: ProbeAnswer?? { shownProbe.flatMap { maskView.answer($0) } }

  /// Of the shown step, or until it is there the one before.
  var attentionProbe: AttentionProbe? {
    if case .attention(let probe)?? = shownAnswer { return probe }
    return isProbeLost ? nil : maskView.newestProbe
  }

  /// [layer][head]; of the shown step, or until it is there of the one before.
  var attentionStatistics: [[HeadStatistics]] {
    if case .attentionStatistics(let found)?? = shownAnswer { return found }
    return isProbeLost ? [] : maskView.newestStatistics
  }

  /// The same of the prompt's words.
  var wordMaps: WordMaps? {
    if case .words(let maps)?? = shownAnswer { return maps }
    return isProbeLost ? nil : maskView.newestWords
  }
}
