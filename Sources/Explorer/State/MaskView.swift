import Denoising

/// What is looked at of the mask, and which of its numbers the kernels' controls move.
package struct MaskView: Sendable {
  package private(set) var selection = MaskSelection()
  /// The patch whose attention is looked at, and where.
  package private(set) var place = AttentionPlace()
  package private(set) var probe: Probe?

  /// What a patch looks at in one step of one panel.
  package struct Probe: Sendable {
    package let request: ProbeRequest
    package let attention: AttentionProbe
  }

  /// Looks at the patch in the middle.
  init(_ traits: ModelDescription) {
    let grid = grid(in: traits)
    place.patch = grid.columns * (grid.rows / 2) + grid.columns / 2
  }

  /// Patches of the attention that is looked at.
  func grid(in traits: ModelDescription) -> Grid { traits.grid(ofBlock: place.block) }

  /// - Parameter block: nil for all; then the one that is looked at stays.
  mutating func select(block: Int?) {
    selection.block = block
    place.block = block ?? place.block
  }

  mutating func select(head: Int?) {
    selection.head = head
    place.head = head ?? place.head
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

  mutating func receive(_ attention: AttentionProbe, for request: ProbeRequest) {
    probe = Probe(request: request, attention: attention)
  }

  /// What has to be asked so that the shown step's picture is right; nil where it is.
  func missing(_ plan: LanePlan, step: Int) -> ProbeRequest? {
    let request = ProbeRequest(plan: plan, step: step, place: place)
    return probe?.request == request ? nil : request
  }

  /// What is looked at must be there.
  mutating func fit(to traits: ModelDescription) {
    place.block = min(place.block, max(0, traits.attention.count - 1))
    place.patch = min(place.patch, max(0, grid(in: traits).count - 1))
    let heads = traits.attention.isEmpty ? 1 : traits.attention[place.block].heads
    place.head = min(place.head, heads - 1)
    guard let most = traits.masks.map(\.heads).max() else { return }
    selection.block = selection.block.map { min($0, traits.masks.count - 1) }
    selection.head = selection.head.map { min($0, most - 1) }
  }
}

/// One row of attention in one step of one run.
package struct ProbeRequest: Hashable, Sendable {
  package let plan: LanePlan
  package let step: Int
  package let place: AttentionPlace

  package init(plan: LanePlan, step: Int, place: AttentionPlace) {
    (self.plan, self.step, self.place) = (plan, step, place)
  }
}
