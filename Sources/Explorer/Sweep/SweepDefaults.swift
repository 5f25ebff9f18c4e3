import Denoising

extension ExplorerState {
  /// What a sweep begins with: the knob in focus over the range that says something, and s or b beside it.
  var defaultSweep: String {
    let b = "b=1.0:1.6:0.1"
    let s = "s=0.4:1.0:0.2"
    guard !traits.stages.isEmpty else { return "\(focusAxis ?? "steps=5,10,20,50") \(seeds(4))" }
    return switch focus {
    case .b, .s: "\(b) \(s)"
    default: "\(focusAxis ?? b) \(s)"
    }
  }

  private var focusAxis: String? {
    switch focus {
    case .b: "b=1.0:1.6:0.1"
    case .s: "s=0.4:1.0:0.2"
    case .version: "freeu-version=1,2"
    case .skipFilter: "skip-filter=all"
    case .threshold: "threshold=0:\(max(1, traits.largestThreshold)):1"
    case .blocks: "blocks=" + (["all"] + (0..<traits.stages.count).map(String.init)).joined(separator: ",")
    case .freeUFrom: "freeu-steps=0.0-1.0,0.25-1.0,0.5-1.0,0.75-1.0"
    case .freeUTo: "freeu-steps=0.0-0.25,0.0-0.5,0.0-0.75,0.0-1.0"
    case .maskStrength: "mask-strength=0:1.5:0.25"
    case .alphaGain, .maskBlock, .maskHead: "alpha-gain=0:2:0.5"
    case .sigmaGain: "sigma-gain=0.5:2:0.5"
    case .kernel(let kernel, let parameter): kernelAxis(kernel, parameter)
    case .label: "label=all"
    case .seed, .images: seeds(6)
    case .guidance: traits.noLabel == nil ? nil : "guidance=1:3:0.5"
    case .sampler: "sampler=all"
    case .steps: "steps=5,10,20,50"
    case .spacing: "spacing=all"
    case .eta: "eta=0:1:0.25"
    case .precision: nil
    }
  }

  /// Of several numbers at once only the gain can be swept.
  private func kernelAxis(_ kernel: Int, _ parameter: MixtureKey.Parameter) -> String {
    guard let block = maskView.selection.block, let head = maskView.selection.head else {
      return parameter == .alpha ? "alpha-gain=0:2:0.5" : "sigma-gain=0.5:2:0.5"
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
