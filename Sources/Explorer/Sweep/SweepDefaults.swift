import Denoising
import Recipes
import Widgets

extension ExplorerState {
  /// What a sweep begins with: the knob in focus over the range that says something, and s or b beside it.
  var defaultSweep: String {
    guard Knob.Group.freeU.suits(traits) else { return "\(focusAxis ?? "steps=5,10,20,50") \(seeds(4))" }
    var place = Place.all
    if case .knob(let knob, let stage) = focus, knob.places == .stages { place = stage }
    let (b, s) = (axis(.b, at: place), axis(.s, at: place))
    return focus == .knob(.s, at: place) ? "\(b) \(s)" : "\(focusAxis ?? b) \(s)"
  }

  private var focusAxis: String? {
    switch focus {
    case .knob(let knob, let place): knob.places == .stages ? axis(knob, at: place) : axis(knob.entry)
    case .end(let knob, let end): axis(knob, end)
    case .maskBlock, .maskHead: axis(Knob.alphaGain.entry)
    case .kernel(let kernel, let parameter): kernelAxis(kernel, parameter)
    case .run(.seed), .run(.images): seeds(6)
    case .lora(let place): loraAxis(place)
    case .run(let setting): setting.suits(traits) ? axis(setting.entry) : nil
    }
  }

  private func axis(_ entry: SettingEntry, named name: String? = nil) -> String? {
    entry.sweep(traits).map { "\(name ?? entry.name)=\($0)" }
  }

  private func loraAxis(_ place: Int) -> String? {
    axis(NamedSetting.lora(place).entry, named: settings.loras.count == 1 ? "lora" : "lora\(place + 1)")
  }

  /// Of b or s.
  private func axis(_ knob: Knob, at place: Place) -> String {
    "\(PlacedKnob(knob, at: place).name)=\(knob.entry.sweep(traits) ?? "")"
  }

  private func axis(_ knob: Knob, _ end: Timeline.End) -> String? {
    guard case .ends(let from, let to) = knob.entry.scale(traits) else { return nil }
    return "\(knob.name)=\(end == .lower ? from.sweep : to.sweep)"
  }

  /// Of several numbers at once only the gain can be swept.
  private func kernelAxis(_ kernel: Int, _ parameter: MixtureKey.Parameter) -> String? {
    guard let block = maskView.selection.block, let head = maskView.selection.head else {
      return axis((parameter == .alpha ? Knob.alphaGain : .sigmaGain).entry)
    }
    let key = MixtureKey(block: block, head: head, kernel: kernel, parameter: parameter)
    return key.text + (parameter == .alpha ? "=-1:1:0.5" : "=1:5:1")
  }

  /// The present seed and those after it.
  private func seeds(_ count: UInt64) -> String {
    let first = min(settings.run(of: selectedPanel).noise.seed, .max - count)
    return "seed=\(first):\(first + count - 1):1"
  }
}
