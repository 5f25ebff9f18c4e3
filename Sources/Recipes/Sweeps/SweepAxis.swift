import Denoising
import Foundation

/// One setting that a sweep goes through, with its values as text.
///
/// `b=1.0:1.6:0.1` is start, end and step, the end included; `s=0.2,0.5,1` a list; `label=all` every choice of
/// a setting that has choices. Values stay text until a recipe takes them, exactly as `mezzotint sample` would
/// take them after `--b`: so a cell and a single run cannot differ by a rounding error.
package struct SweepAxis: Hashable, Sendable {
  package static let mostValues = 64
  private static let mostDecimals = 9

  /// Of the setting, as its option has it without the dashes.
  package let name: String
  package let setting: NamedSetting
  /// In order, at least one; numbers all with the same count of decimals.
  package let values: [String]
  /// As it was given; what a recipe keeps.
  package let text: String

  /// - Throws: `SweepError`.
  package init(_ text: String) throws(SweepError) {
    let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard pair.count == 2, !pair[1].isEmpty else { throw SweepError.form(axis: text) }
    guard let setting = NamedSetting(name: pair[0]) else { throw SweepError.name(found: pair[0]) }
    var values = try Self.values(pair[1], axis: text)
    if values == ["all"], case .choice(let names) = setting.entry.kind { values = names }
    guard values.count <= Self.mostValues else {
      throw SweepError.values(axis: text, found: values.count, most: Self.mostValues)
    }
    try self.init(pair[0], setting, values: values, text: text)
  }

  private init(
    _ name: String, _ setting: NamedSetting, values: [String], text: String
  ) throws(SweepError) {
    (self.name, self.setting, self.values, self.text) = (name, setting, values, text)
    guard setting != .run(.label) else { return }
    // Found out here and not when the engine is at work.
    var scratch = Recipe(model: "", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
    for value in values {
      do {
        try scratch.set(setting, to: value)
      } catch {
        throw SweepError.value(axis: text, error)
      }
    }
  }

  /// With a model's own labels and samplers: `all` becomes their names, and so do numbers of labels.
  /// - Throws: `ModelError.unused` where the model has no use for the axis.
  func resolved(for description: ModelDescription) throws -> SweepAxis {
    if case .knob(let knob) = setting, let reason = knob.knob.refusal(by: description) {
      throw ModelError.unused(option: text, reason: reason)
    }
    if setting == .run(.sampler), text == "\(name)=all" {
      return try SweepAxis(name, setting, values: description.samplers.map(\.rawValue), text: text)
    }
    guard setting == .run(.label) else { return self }
    let given = values == ["all"] && !description.labels.isEmpty ? description.labels : values
    let names = try given.map { description.name(ofLabel: try description.index(ofLabel: $0)) }
    guard names.count <= Self.mostValues else {
      throw SweepError.values(axis: text, found: names.count, most: Self.mostValues)
    }
    return try SweepAxis(name, setting, values: names, text: text)
  }

  /// - Throws: `ModelError` for the weight of a LoRA that is not there.
  func requireLoRA(among count: Int, of description: ModelDescription) throws {
    guard case .lora(let place) = setting, (place ?? 0) >= count else { return }
    guard count > 0 || description.prompting != nil else {
      throw ModelError.unused(option: text, reason: "this model does not draw from text, and takes no LoRA")
    }
    throw ModelError.unfit(
      option: text,
      reason: "the LoRAs that are added to this model's weights are \(count == 0 ? "none" : "\(count)")",
      advice: "add one with --lora")
  }

  /// As it is written beside a picture.
  package var title: String { setting.title }

  // MARK: Reading

  private static func values(_ text: String, axis: String) throws(SweepError) -> [String] {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if ends.count == 1 {
      let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard !items.contains("") else { throw SweepError.form(axis: axis) }
      let numbers = items.compactMap(decimal)
      return numbers.count == items.count ? try texts(numbers, axis: axis) : items
    }
    let numbers = ends.compactMap(decimal)
    guard numbers.count == 3, ends.count == 3 else { throw SweepError.form(axis: axis) }
    let (start, end, step) = (numbers[0], numbers[1], numbers[2])
    guard step != 0, start == end || (end > start) == (step > 0) else { throw SweepError.step(axis: axis) }
    // In decimal arithmetic: in binary three steps of 0.1 are more than 0.3, and the end would be lost.
    let steps = NSDecimalNumber(decimal: (end - start) / step).doubleValue
    // Not a number is no less than anything, nor more.
    guard steps < Double(mostValues) else {
      let found = steps < 1e9 ? Int(steps) + 1 : 1_000_000_001
      throw SweepError.values(axis: axis, found: found, most: mostValues)
    }
    return try texts((0...Int(steps + 1e-9)).map { start + Decimal($0) * step }, axis: axis)
  }

  /// Nil for what is no plain decimal number: `Decimal` alone would take the beginning of anything.
  private static func decimal(_ text: String) -> Decimal? {
    guard Double(text) != nil, text.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
    guard let number = Decimal(string: text), number.isFinite, number.magnitude <= largest else { return nil }
    // Finer ones than the decimals that are shown are no steps.
    return number.isZero || number.exponent > -60 ? number : nil
  }

  /// Beyond every setting; the seeds come furthest.
  private static let largest = Decimal(string: "100000000000000000000") ?? 0

  /// All with as many decimals as the one that needs most.
  private static func texts(_ numbers: [Decimal], axis: String) throws(SweepError) -> [String] {
    let parts = numbers.map { number in
      "\(number)".split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
    let decimals = parts.map { $0.count > 1 ? $0[1].count : 0 }.max() ?? 0
    guard decimals <= mostDecimals else {
      throw SweepError.decimals(axis: axis, found: decimals, most: mostDecimals)
    }
    return parts.map { part in
      guard decimals > 0 else { return part[0] }
      let fraction = part.count > 1 ? part[1] : ""
      return part[0] + "." + fraction + String(repeating: "0", count: decimals - fraction.count)
    }
  }
}
