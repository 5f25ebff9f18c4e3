import Denoising
import Files
import Foundation
import Models
import Pictures
import Sampling

extension Recipe {
  /// How the first panel was drawn, in the words that others read: the web UI's own sheets say it of their first
  /// picture, too.
  /// - Parameter description: of that panel's model.
  package func infotext(for description: ModelDescription) -> Infotext {
    alone(0, for: description).ownInfotext(for: description)
  }

  private func ownInfotext(for description: ModelDescription) -> Infotext {
    typealias Field = Infotext.Field
    let shape = description.pictureShape
    var fields = [
      Field("Steps", "\(run.steps)"),
      Field("Sampler", InfotextNames.sampler(run.sampler.sampler) ?? run.sampler.sampler.rawValue),
      Field("Schedule type", run.spacing == .karras ? "Karras" : "Normal"),
      Field("CFG scale", run.guidance.plain), Field("Seed", "\(run.seed)"),
      Field("Size", size?.text ?? "\(shape[2])x\(shape[1])"), Field("Model", model),
    ]
    if let label = run.labels.first { fields.append(Field("Label", description.name(ofLabel: label))) }
    fields += panels[0].knobs.infotext(for: description)
    fields.append(Field("Version", "mezzotint"))
    let words = [run.prompts.first ?? ""] + loras.compactMap(InfotextNetworks.text)
    return Infotext(
      prompt: words.filter { !$0.isEmpty }.joined(separator: " "),
      negative: run.negatives.first.flatMap { $0.isEmpty || run.guidance == 1 ? nil : $0 }, fields: fields)
  }

  /// The recipe that comes nearest to what another program says of a picture.
  ///
  /// - Parameter model: as recipes name it.
  /// - Returns: the recipe, and what of the text has no counterpart here.
  package static func of(
    _ info: Infotext, model: String, precision: Precision, _ description: ModelDescription
  ) throws -> (recipe: Recipe, losses: [String]) {
    var losses: [String] = []
    var recipe = Recipe(model: model, precision: precision, panels: [Panel(name: "Model 1", knobs: Knobs())])
    recipe.run = RunSettings(description.defaultRun)
    recipe.precision = precision
    let (prompt, networks) = InfotextNetworks.split(info.prompt)
    if description.prompting != nil {
      recipe.run.prompts = [prompt]
      recipe.run.negatives = info.negative.map { [$0] } ?? []
    }
    losses += networks.map { "\(quoted($0)) was left out of its prompt; give its file with --lora" }
    if let label = info["Label"] {
      recipe.label = try? description.index(ofLabel: label)
      if recipe.label == nil { losses.append("its label \(quoted(label)) is not known here") }
    }
    if let name = info["Sampler"] {
      let found = InfotextNames.sampler(name, schedule: info["Schedule type"])
      if let found, description.samplers.contains(found.kind) {
        recipe.run.sampler = try description.settings(for: found.kind)
        if found.isKarras { recipe.run.sampler.spacing = .karras }
        recipe.run.sampler = description.settled(recipe.run.sampler)
      } else {
        losses.append("its sampler \(quoted(name)) is not known here")
      }
    }
    func number<Value: Comparable>(_ name: String, _ range: ClosedRange<Value>, _ read: (String) -> Value?)
      -> Value?
    {
      guard let text = info[name] else { return nil }
      if let value = read(text), range.contains(value) { return value }
      losses.append("its \(name) is \(quoted(text))")
      return nil
    }
    if let steps = number("Steps", 1...10_000, { Int($0) }) { recipe.run.steps = steps }
    if let guidance = number("CFG scale", -1000...1000, { Double($0) }) { recipe.run.guidance = guidance }
    if let seed = number("Seed", 0...UInt64.max, { UInt64($0) }) { recipe.run.seed = seed }
    if let text = info["Size"], let size = PictureSize(text) {
      let own = [3, size.height, size.width] == description.pictureShape
      recipe.size = own ? nil : size
    }
    losses += recipe.panels[0].knobs.take(info)
    return (recipe, losses)
  }
}

extension Infotext {
  /// What another program wrote into a PNG.
  /// - Throws: `RecipeError.none` for a picture that has nothing of the kind.
  package init(inPNG url: URL) throws {
    guard let text = try PNGFile(contentsOf: url).text(Self.keyword), let info = Infotext(text) else {
      throw RecipeError.none(file: url.relativePath)
    }
    self = info
  }
}

extension Knobs {
  /// FreeU as sd-webui-freeu has it, as far as that can say it; nothing where it acts nowhere.
  fileprivate func infotext(for description: ModelDescription) -> [Infotext.Field] {
    let stages = (0..<2).map { stage in
      InfotextStage(
        b: description.factor(.b, onStage: stage, self), s: description.factor(.s, onStage: stage, self))
    }
    guard freeURule == .channels, skipFilter == .fourier, threshold == 1, blocks == nil,
      stages.contains(where: { $0.backbone_factor != 1 || $0.skip_factor != 1 }),
      let json = try? JSONText.text(of: stages)
    else { return [] }
    return [
      .init("FreeU Stages", json), .init("FreeU Schedule", "\(freeUSteps.from), \(freeUSteps.to), 0.0"),
      .init("FreeU Version", "\(version)"),
    ]
  }

  /// - Returns: what has no counterpart here.
  fileprivate mutating func take(_ info: Infotext) -> [String] {
    guard let text = info["FreeU Stages"] else { return [] }
    guard let stages = try? JSONDecoder().decode([InfotextStage].self, from: Data(text.utf8)) else {
      return ["its FreeU Stages cannot be read"]
    }
    var losses = stages.allSatisfy(\.isPlain) ? [] : ["windows of its FreeU are not as here"]
    freeURule = .channels
    for (stage, factors) in stages.prefix(2).enumerated() where abs(factors.backbone_factor) <= 1000 {
      set(.b, to: .number(factors.backbone_factor), at: .stage(stage))
      set(.s, to: .number(min(1000, max(-1000, factors.skip_factor))), at: .stage(stage))
    }
    if stages.count > 2 { losses.append("its third stage of FreeU is left out") }
    version = info["FreeU Version"] == "1" ? 1 : 2
    let ends = (info["FreeU Schedule"] ?? "").split(separator: ",").compactMap {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    if ends.count >= 2, 0 <= ends[0], ends[0] <= ends[1], ends[1] <= 1 {
      freeUSteps = StepRange(from: ends[0], to: ends[1])
    }
    return losses
  }
}
