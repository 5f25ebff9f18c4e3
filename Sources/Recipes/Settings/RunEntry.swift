import Denoising
import Sampling

/// One line of the table of settings of the run.
package struct RunEntry: Sendable {
  package let setting: SettingEntry
  package let owner: RunSetting.Owner
  /// The object of a recipe's JSON that it stands in; nil: the recipe itself.
  let object: String?
  /// Named among what pictures have in common, even where it is standard.
  let isAlwaysTold: Bool
  package let suits: @Sendable (ModelDescription) -> Bool
  /// Nothing that it is set to changes anything, as the others stand.
  let isIdle: @Sendable (RunSettings) -> Bool

  init(
    _ owner: RunSetting.Owner, in object: String? = nil, _ setting: SettingEntry, isAlwaysTold: Bool = false,
    suits: @escaping @Sendable (ModelDescription) -> Bool = { _ in true },
    idle: @escaping @Sendable (RunSettings) -> Bool = { _ in false }
  ) {
    (self.setting, self.owner, self.object) = (setting, owner, object)
    (self.isAlwaysTold, self.suits, isIdle) = (isAlwaysTold, suits, idle)
  }
}

extension RunSetting {
  package enum Owner: Hashable, Sendable {
    /// A panel may have one of its own, and so may a cell of a sweep.
    case panel
    /// The same for all panels, or their differences would compare different things.
    case common
  }

  private static let entries = allCases.map(\.line)
  private static let names = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  /// - Returns: nil where no setting is called so.
  package init?(name: String) {
    guard let setting = Self.names[name] else { return nil }
    self = setting
  }

  package var entry: SettingEntry { Self.entries[rawValue].setting }
  package var name: String { Self.entries[rawValue].setting.name }
  package var owner: Owner { Self.entries[rawValue].owner }
  var object: String? { Self.entries[rawValue].object }
  var isAlwaysTold: Bool { Self.entries[rawValue].isAlwaysTold }

  /// Whether a model has any use for it.
  package func suits(_ description: ModelDescription) -> Bool { Self.entries[rawValue].suits(description) }

  func isIdle(in run: RunSettings) -> Bool { Self.entries[rawValue].isIdle(run) }

  /// All of them, some first.
  package static func all(beginningWith first: [RunSetting]) -> [RunSetting] {
    first + allCases.filter { !first.contains($0) }
  }

  /// Those that a panel may have for itself.
  package static let ofPanels = allCases.filter { $0.owner == .panel }
}

extension ModelDescription {
  /// Every label by its name, and none where the model knows that.
  var labelChoices: [SettingScale.Choice] {
    let named = labels.enumerated().map { SettingScale.Choice($1, .whole($0)) }
    return named + (noLabel.map { [.init("none", .whole($0))] } ?? [])
  }
}
