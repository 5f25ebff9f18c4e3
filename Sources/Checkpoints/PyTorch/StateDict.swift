import Files

/// The named tensors that a checkpoint's value holds.
///
/// Training programs wrap them in a dictionary of their own ("state_dict", "model", "ema", …) beside the optimiser's
/// state, and put words in front of all names. The mapping from text with the most tensors is taken.
struct StateDict {
  let tensors: [(name: String, tensor: TorchTensor)]

  enum Names {
    case asTheyAre
    /// Without the words that training programs put in front of all of them.
    case withoutWrappers
  }

  /// Keys deep that a mapping may lie.
  private static let deepest = 4

  private struct Candidate {
    let isAverage: Bool
    let tensors: [(String, TorchTensor)]
  }

  /// - Parameters:
  ///   - root: the checkpoint's value.
  ///   - prefersAverage: takes a moving average of the weights ("ema") where there is one, and else the weights.
  /// - Throws: `TorchDefect.notTensors`.
  init(
    _ root: PickleValue, in objects: [PickleObject], prefersAverage: Bool, names: Names
  ) throws(TorchDefect) {
    var candidates: [Candidate] = []
    var seen: Set<Int> = []
    var level: [(value: PickleValue, isAverage: Bool)] = [(root, false)]
    for _ in 0..<Self.deepest {
      var next: [(PickleValue, Bool)] = []
      for (value, isAverage) in level {
        guard case .object(let place) = value, seen.insert(place).inserted,
          case .dictionary(let members) = objects[place]
        else { continue }
        var tensors: [(String, TorchTensor)] = []
        for member in members {
          guard case .object(let key) = member.key, case .text(let name) = objects[key],
            case .object(let value) = member.value
          else { continue }
          if case .tensor(let tensor) = objects[value] {
            tensors.append((name, tensor))
          } else {
            next.append((member.value, isAverage || name.lowercased().contains("ema")))
          }
        }
        candidates.append(Candidate(isAverage: isAverage, tensors: tensors))
      }
      level = next
    }
    let filled = candidates.filter { !$0.tensors.isEmpty }
    let wanted = filled.filter { $0.isAverage == prefersAverage }
    // The first of equals: what is nearer to the root, and comes first there.
    let best = (wanted.isEmpty ? filled : wanted).reduce(nil as Candidate?) { best, next in
      best.map { next.tensors.count > $0.tensors.count } ?? true ? next : best
    }
    guard let best else { throw .notTensors(Self.description(root, objects)) }
    // Of two with the same name the later one counts, as in Python.
    let latest = Dictionary(best.tensors, uniquingKeysWith: { _, later in later })
    let prefix = names == .asTheyAre ? 0 : Self.commonPrefix(latest.keys)
    tensors = latest.map { (String($0.key.dropFirst(prefix)), $0.value) }
  }

  /// How many characters wrappers put in front of every name.
  private static func commonPrefix(_ names: some Collection<String>) -> Int {
    var length = 0
    while true {
      let rest = names.map { $0.dropFirst(length) }
      let wrapper = ["module.", "_orig_mod.", "model."].first { word in
        rest.allSatisfy { $0.hasPrefix(word) && $0.count > word.count }
          // In the single files of Stable Diffusion this word is part of the name.
          && !(word == "model." && rest.contains { $0.hasPrefix("model.diffusion_model.") })
      }
      guard let wrapper else { return length }
      length += wrapper.count
    }
  }

  private static func description(_ root: PickleValue, _ objects: [PickleObject]) -> String {
    guard case .object(let place) = root else { return "a single value" }
    switch objects[place] {
    case .text: return "a text"
    case .tuple, .list: return "a list"
    case .tensor: return "a single tensor without a name"
    case .storage: return "a storage"
    case .global: return "a name of Python's"
    case .opaque(let name): return "an object of class \(quoted(name))"
    case .dictionary(let members):
      let keys = members.lazy.compactMap { member -> String? in
        guard case .object(let key) = member.key, case .text(let name) = objects[key] else { return nil }
        return quoted(name)
      }
      let shown = keys.prefix(4).joined(separator: ", ")
      return shown.isEmpty
        ? "an empty dictionary" : "a dictionary of \(shown)\(members.count > 4 ? ", …" : "")"
    }
  }
}
