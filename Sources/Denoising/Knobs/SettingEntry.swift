/// One line of a table of settings: everything that anyone needs to know of a setting but what it does.
package struct SettingEntry: Sendable {
  /// As an option without its hyphens, in presets, panels, sweeps and copied commands.
  package let name: String
  /// In JSON.
  package let key: String
  package let kind: SettingKind
  /// What holds where nothing is said; nil: as the model has it.
  package let standard: SettingValue?
  /// On the screen, in at most 9 columns.
  package let title: String
  /// What else people call it, to be found by.
  package let synonyms: [String]
  /// One line: what it visibly does, and its published range.
  package let hint: String
  /// The same behind the name of a single stage; nil: as it is.
  package let stageHint: String?
  /// Of the option.
  package let help: String
  /// What stands for the value in the option's usage; nil: the option's name.
  package let placeholder: String?
  /// Beside the pictures of a sweep.
  package let axis: String
  /// One of the parts that say what a sweep's cells have in common, from the value as words.
  package let caption: @Sendable (_ value: String) -> String
  package let scale: @Sendable (ModelDescription) -> SettingScale
  /// Values of a first sweep, as after `name=`; nil where it is not swept.
  package let sweep: @Sendable (ModelDescription) -> String?

  /// - Parameters:
  ///   - key: nil: the name.
  ///   - axis: nil: the name, its hyphens as spaces.
  ///   - caption: nil: axis and value.
  package init(
    _ name: String, key: String? = nil, _ kind: SettingKind, standard: SettingValue?, title: String = "",
    synonyms: [String] = [], hint: String = "", stageHint: String? = nil, help: String,
    placeholder: String? = nil, axis: String? = nil,
    caption: (@Sendable (_ value: String) -> String)? = nil,
    scale: @escaping @Sendable (ModelDescription) -> SettingScale = { _ in .none },
    sweep: @escaping @Sendable (ModelDescription) -> String? = { _ in nil }
  ) {
    let axis = axis ?? String(name.map { $0 == "-" ? " " : $0 })
    (self.name, self.key, self.kind, self.standard) = (name, key ?? name, kind, standard)
    (self.title, self.synonyms, self.hint, self.stageHint) = (title, synonyms, hint, stageHint)
    (self.help, self.placeholder) = (help, placeholder)
    (self.axis, self.caption) = (axis, caption ?? { "\(axis) \($0)" })
    (self.scale, self.sweep) = (scale, sweep)
  }
}

/// How a setting is turned on a screen.
package enum SettingScale: Hashable, Sendable {
  /// A number between two ends; typing may go beyond them.
  case slider(ClosedRange<Double>, fine: Double, coarse: Double, decimals: Int)
  /// A whole number without a scale.
  case number(ClosedRange<Double>)
  case choice([Choice])
  /// One switch for each decoder block.
  case switches
  /// The two ends of a part of the run, which stand on the timeline.
  case ends(from: End, to: End)
  /// A line of text, which is typed.
  case text
  /// It has no line of its own.
  case none

  package struct Choice: Hashable, Sendable {
    package let title: String
    package let value: SettingValue

    package init(_ title: String, _ value: SettingValue) { (self.title, self.value) = (title, value) }
  }

  package struct End: Hashable, Sendable {
    package let title: String
    package let hint: String
    package let sweep: String

    package init(_ title: String, _ hint: String, sweep: String) {
      (self.title, self.hint, self.sweep) = (title, hint, sweep)
    }
  }

  /// A choice of every name, shown as it is written.
  package static func names(_ names: [String]) -> SettingScale {
    .choice(names.map { Choice($0, .choice($0)) })
  }
}
