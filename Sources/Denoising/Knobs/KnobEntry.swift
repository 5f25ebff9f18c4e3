/// One line of the table of knobs.
package struct KnobEntry: Sendable {
  package let setting: SettingEntry
  package let group: Knob.Group
  package let places: Knob.Places
  /// JSON says it only where it is not as the table has it: versions that did not know it wrote the same.
  package let isTacit: Bool
  /// Nothing that it is set to changes anything, as the others stand.
  package let isIdle: @Sendable (Knobs) -> Bool

  init(
    _ group: Knob.Group, places: Knob.Places = .all, isTacit: Bool = false, _ setting: SettingEntry,
    idle: @escaping @Sendable (Knobs) -> Bool = { _ in false }
  ) {
    (self.group, self.places, self.isTacit) = (group, places, isTacit)
    (self.setting, isIdle) = (setting, idle)
  }
}

extension Knob {
  /// Knobs of one method, which stand together.
  package enum Group: Hashable, Sendable, CaseIterable {
    /// Si et al. 2023, arXiv:2309.11497.
    case freeU
    /// The Gaussian mixture mask, arXiv:2309.05375.
    case mask

    /// Whether the model has anything for them to act on.
    package func suits(_ model: ModelDescription) -> Bool {
      switch self {
      case .freeU: !model.stages.isEmpty
      case .mask: !model.attention.isEmpty
      }
    }
  }

  /// Why a model refuses the knob; nil: it acts there, or is idle, which is no error.
  package func refusal(by model: ModelDescription) -> String? {
    switch self {
    case .addedMask where model.hasMask: "this model learned a mask of its own"
    case .maskStrength where !model.hasMask: "this model was trained without a mask"
    default: group == .mask && !group.suits(model) ? "this model has no attention for a mask" : nil
    }
  }

  /// - Throws: `ModelError.unused` where a model refuses it.
  package func requireUse(by model: ModelDescription) throws(ModelError) {
    if let reason = refusal(by: model) { throw .unused(option: "--\(name)", reason: reason) }
  }

  /// Where a knob has values of its own.
  package enum Places: Hashable, Sendable {
    /// One value for the whole network.
    case all
    /// One value for the whole network, and one for each of FreeU's stages that has its own.
    case stages
    /// Each number of the mixture masks.
    case kernels
  }

  private static let entries = allCases.map(\.line)
  private static let names = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
  private static let standards = entries.map(\.setting.standard)

  /// - Returns: nil where no knob is called so.
  package init?(name: String) {
    guard let knob = Self.names[name] else { return nil }
    self = knob
  }

  package var entry: SettingEntry { Self.entries[rawValue].setting }
  package var name: String { Self.entries[rawValue].setting.name }
  package var group: Group { Self.entries[rawValue].group }
  package var places: Places { Self.entries[rawValue].places }
  var isTacit: Bool { Self.entries[rawValue].isTacit }
  var standard: SettingValue? { Self.standards[rawValue] }

  package func isIdle(in knobs: Knobs) -> Bool { Self.entries[rawValue].isIdle(knobs) }

  /// Its values are about one model's blocks, and mean nothing in another.
  package var isOfOneModel: Bool { entry.kind == .blocks || places == .kernels }

  package static func < (left: Knob, right: Knob) -> Bool { left.rawValue < right.rawValue }
}
