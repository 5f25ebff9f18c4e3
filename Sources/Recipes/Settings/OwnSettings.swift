import Denoising
import Models
import Sampling

/// What a panel has for itself beside its knobs; what is not said is as in all panels.
package struct OwnSettings: Hashable, Sendable {
  /// nil: the common one.
  package var model: ModelIdentity?
  private var store = SettingStore()

  package init() {}

  /// nil: as in all panels.
  package subscript(setting: RunSetting) -> SettingValue? {
    get { store[setting.rawValue] }
    set { store[setting.rawValue] = newValue }
  }

  private func read<Value: SettingPayload>(_ setting: RunSetting) -> Value? {
    self[setting].flatMap { Value($0) }
  }

  package var noise: NoiseSource? {
    get { read(.seed) }
    set { self[.seed] = newValue?.settingValue }
  }
  package var seed: UInt64? {
    get { noise?.seed }
    set { noise = newValue.map { .seed($0) } }
  }
  /// Row of the label embedding.
  package var label: Int? {
    get { read(.label) }
    set { self[.label] = newValue?.settingValue }
  }
  package var guidance: Double? {
    get { read(.guidance) }
    set { self[.guidance] = newValue?.settingValue }
  }
  package var sampler: SamplerKind? {
    get { read(.sampler) }
    set { self[.sampler] = newValue?.settingValue }
  }
  package var steps: Int? {
    get { read(.steps) }
    set { self[.steps] = newValue?.settingValue }
  }
  package var spacing: Spacing? {
    get { read(.spacing) }
    set { self[.spacing] = newValue?.settingValue }
  }
  package var eta: Double? {
    get { read(.eta) }
    set { self[.eta] = newValue?.settingValue }
  }

  /// Those that `set` takes, by the names of their options; a label's name only a model knows.
  package static let names = RunSetting.ofPanels.filter { $0 != .label }.map(\.name)

  /// - Parameter text: as after the option of that name of `mezzotint sample`.
  /// - Throws: `SettingTextError`.
  package mutating func set(_ name: String, to text: String) throws(SettingTextError) {
    guard let setting = RunSetting(name: name), setting.owner == .panel else {
      preconditionFailure("\(name) is no setting of a panel's own")
    }
    self[setting] = try setting.entry.kind.value(of: text, for: name)
  }
}
