import Denoising
import Files
import Models
import Sampling

/// A program in Python that draws a recipe's pictures with Hugging Face's diffusers: from the same noise, with a FreeU of
/// its own for what `enable_freeu` lacks (version 2, stages by width, a uniform filter, other thresholds, a factor of 0,
/// a part of the run).
///
/// Numbers agree as far as two implementations in float32 do; what diffusers cannot do is said in its first lines.
package struct DiffusersScript: Sendable {
  package let text: String

  /// - Parameters:
  ///   - place: the model's file or folder.
  ///   - loras: with their weights.
  /// - Throws: `DiffusersScriptError` for what diffusers has nothing for.
  package init(
    _ recipe: Recipe, _ description: ModelDescription, place: ModelSource, command: String
  ) throws {
    guard description.prompting != nil, description.scheduler != nil else {
      throw DiffusersScriptError.noPipeline(family: description.family)
    }
    guard recipe.sweep == nil else { throw DiffusersScriptError.sweep }
    var losses: [String] = []
    var panels: [String] = []
    var names: Set<String> = []
    for index in recipe.panels.indices {
      let panel = recipe.panels[index]
      guard panel.branch == nil else { throw DiffusersScriptError.branch(panel: panel.name) }
      guard panel.own?.model == nil else { throw DiffusersScriptError.ownModel(panel: panel.name) }
      let alone = recipe.alone(index, for: description)
      losses += Self.losses(alone, panel.knobs).filter { !losses.contains($0) }
      let stem = Self.stem(panel.name, number: index + 1, besides: &names)
      panels.append(try Self.panel(alone, panel.knobs, description, stem: stem))
    }
    let isFolder = ModelPlace(place).isFolder
    text =
      Self.opening(command, losses) + "\n"
        + """
        MODEL = \(Python.text(place.url.path))
        LORAS = [\(place.hints.loras.map { "(\(Python.text($0.url.path)), \($0.weight))" }.joined(separator: ", "))]
        # [channel, row, column] of the latents.
        SHAPE = [\((recipe.size?.shape(description) ?? description.sampleShape).map(String.init).joined(separator: ", "))]
        PANELS = [
        \(panels.joined(separator: "\n"))
        ]


        """ + Self.freeU + Self.drawing(isFolder: isFolder, factor: description.pictureFactor)
  }

  private static func opening(_ command: String, _ losses: [String]) -> String {
    let said = losses.isEmpty ? "" : "\n\nNot the same there: " + losses.joined(separator: "; ") + "."
    return """
      \"""The pictures of a mezzotint recipe, drawn with diffusers (pip install diffusers transformers accelerate).

      Made by: \(Python.line(command))\(said)
      \"""
      import diffusers
      import torch

      """
  }

  /// What diffusers leaves out.
  private static func losses(_ recipe: Recipe, _ knobs: Knobs) -> [String] {
    var losses: [String] = []
    let words = recipe.run.prompts + recipe.run.negatives
    if !recipe.run.isPlainPrompt, words.contains(where: { $0.contains(where: { "()[]\\".contains($0) }) }) {
      losses.append("diffusers takes brackets in prompts as they are, and no weights from them")
    }
    if knobs.changed.contains(where: { $0.group == .mask }) { losses.append("diffusers has no mask") }
    if recipe.precision != .fp32 { losses.append("the picture was computed in \(recipe.precision.rawValue)") }
    return losses
  }

  /// A file's name for a panel that no other has.
  private static func stem(_ name: String, number: Int, besides taken: inout Set<String>) -> String {
    let plain = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let stem = String(plain.prefix(60))
    let free = taken.contains(stem) || stem.allSatisfy { $0 == "-" } ? "panel-\(number)" : stem
    taken.insert(free)
    return free
  }

  private static func panel(
    _ recipe: Recipe, _ knobs: Knobs, _ description: ModelDescription, stem: String
  ) throws -> String {
    let run = recipe.run
    let count = recipe.count
    func cycle(_ texts: [String]) -> String {
      texts.isEmpty
        ? "None"
        : "[" + (0..<count).map { Python.text(texts[$0 % texts.count]) }.joined(separator: ", ") + "]"
    }
    let stages = description.stages.indices
    func factors(_ knob: Knob) -> String {
      "[" + stages.map { Python.number(description.factor(knob, onStage: $0, knobs)) }.joined(separator: ", ")
        + "]"
    }
    let blocks = knobs.blocks.map { "[\($0.sorted().map(String.init).joined(separator: ", "))]" } ?? "None"
    let range = knobs.freeUSteps
    return """
          dict(
              name=\(Python.text(stem)), seed=\(run.seed & 0xFFFF_FFFF), count=\(count),
              prompt=\(cycle(run.prompts.isEmpty ? [""] : run.prompts)),
              negative=\(run.guidance == 1 ? "None" : cycle(run.negatives)),
              guidance=\(Python.number(run.guidance)), steps=\(run.steps), eta=\(Python.number(run.sampler.eta)),
              scheduler=\(Python.text(run.sampler.sampler.scheduler.rawValue)),
              changes=dict(\(try changes(run.sampler, description))),
              b=\(factors(.b)), s=\(factors(.s)), version=\(knobs.version),
              filter=\(Python.text(knobs.skipFilter.rawValue)), threshold=\(knobs.threshold),
              rule=\(Python.text(knobs.freeURule.rawValue)), blocks=\(blocks),
              begin=\(Python.number(range.from)), end=\(Python.number(range.to)),
          ),
      """
  }

  /// What a scheduler's settings are beside those of the model's file.
  private static func changes(_ settings: SamplerSettings, _ description: ModelDescription) throws -> String {
    guard let file = description.scheduler else { return "" }
    return try file.changes(for: settings).map { name, value in
      switch value {
      case .flag(let isOn): "\(name)=\(isOn ? "True" : "False")"
      case .text(let text): "\(name)=\(Python.text(text))"
      default: "\(name)=None"
      }
    }.joined(separator: ", ")
  }
}

package enum DiffusersScriptError: Error, Equatable, CustomStringConvertible {
  case noPipeline(family: String)
  case sweep
  case branch(panel: String)
  case ownModel(panel: String)

  package var description: String {
    switch self {
    case .noPipeline(let family):
      "diffusers has no pipeline for a \(family) that does not draw from text; give the picture of one that does"
    case .sweep: "this picture is a sweep; give one that sample or compare drew"
    case .branch(let panel):
      "\(panel) branched off in the middle of a run, which a script cannot; give another picture"
    case .ownModel(let panel): "\(panel) has a model of its own; give the picture of that panel alone"
    }
  }
}

/// Python's literals.
enum Python {
  /// In quotes, in printable ASCII: nothing of it can end the literal or the line.
  static func text(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": return "\\\(scalar)"
      case " "..."~": return String(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        let width = scalar.value > 0xFFFF ? 8 : 4
        return (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// For a docstring: one line, and no end of it.
  static func line(_ text: String) -> String {
    String(self.text(text).dropFirst().dropLast()).replacing("\\\"", with: "'").replacing("\\\\", with: "/")
  }

  static func number(_ value: Double) -> String { "\(value)" }
}
