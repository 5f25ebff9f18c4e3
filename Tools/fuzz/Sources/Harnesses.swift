import Checkpoints
import Conditioning
import Console
import Denoising
import Explorer
import Files
import Foundation
import Latents
import Pictures
import Recipes
import Sampling
import Widgets

/// One for each parser of what may come from a stranger.
let harnesses: [String: Harness] = [
  "safetensors": { input in
    guard let file = try? CheckpointFile.open(Scratch.file("m.safetensors", input)) else { return }
    readTensors(of: file)
  },
  "pytorch": { input in
    guard let file = try? CheckpointFile.open(Scratch.file("m.pth", input), prefersAverage: true) else {
      return
    }
    readTensors(of: file)
  },
  "json": { input in
    // Everything that is read of metadata, and what is written of it reads back the same.
    let decoder = JSONDecoder()
    if let configuration = try? decoder.decode(UViTConfiguration.self, from: Data(input)) {
      _ = configuration.defect
    }
    if let recipe = try? decoder.decode(Recipe.self, from: Data(input)) {
      let text = try? recipe.json()
      let again = text.flatMap { try? decoder.decode(Recipe.self, from: Data($0.utf8)) }
      precondition(again == recipe, "a recipe does not read back")
      precondition(text.map { !$0.unicodeScalars.contains { $0.value < 32 } } ?? true)
      for panel in recipe.panels { _ = panel.schedule.knobs(at: 3, of: 20) }
      _ = recipe.command(labels: ["a", "b"], output: "x.png")
    }
  },
  "toml": { input in
    guard let entries = try? TOMLEntries(String(decoding: input, as: UTF8.self), label: "x.toml") else {
      return
    }
    for warning in entries.warnings { precondition(!visible(warning).contains("\u{1B}")) }
  },
  "png": { input in
    guard let png = try? PNGFile(bytes: input, name: "x.png") else { return }
    let picture = png.picture
    precondition(picture.pixels.count == picture.width * picture.height * 3)
    _ = try? PictureFile(bytes: input, name: "x.png", background: .black)
    if let json = png.text(recipeKey) { _ = try? JSONDecoder().decode(Recipe.self, from: Data(json.utf8)) }
  },
  "actions": { input in
    guard let file = try? ActionFile(contentsOf: Scratch.file("x.jsonl", input)) else { return }
    for line in file.lines { _ = line.messages.prefix(10).count }
  },
  "terminal": { input in
    // In bursts that end at zeros, also between the bytes of one key.
    var decoder = InputDecoder(keys: CursesKeys.meanings)
    for burst in input.split(separator: 0, omittingEmptySubsequences: false) {
      let isSettled = burst.count.isMultiple(of: 2)
      let codes = burst.map { $0 == 0xFF ? KeySequences.pasteBegins : Int32($0) }
      _ = decoder.receive(codes)
      if isSettled { _ = decoder.settle() }
    }
    // Nothing is stuck for ever.
    _ = decoder.decode([27] + Array(repeating: 7, count: 200) + [KeySequences.pasteEnds, 7])
    precondition(!decoder.isInDoubt)
    _ = TerminalColorQuery.reply(in: input)
  },
  "textfield": { input in
    var field = TextField()
    for scalar in String(decoding: input, as: UTF8.self).unicodeScalars {
      switch scalar.value % 16 {
      case 1: _ = field.handle(.left)
      case 2: _ = field.handle(.backspace)
      case 3: _ = field.handle(.delete)
      case 4: _ = field.handle(.character("w"), .control)
      default: _ = field.handle(.character(Character(scalar)))
      }
      precondition((0...field.text.count).contains(field.cursor))
    }
    var buffer = CellBuffer(width: 9, height: 1)
    field.draw(into: &buffer, in: buffer.bounds, theme: .dark)
  },
  "diffusers": { input in
    let data = Data(input)
    _ = try? UNetConfiguration(json: data, path: "config.json")
    _ = try? CLIPTextConfiguration(json: data, path: "config.json")
    _ = try? AutoencoderConfiguration(json: data, path: "config.json")
    _ = try? SchedulerFile(input)
  },
  "clip": { input in
    // Vocabulary, then merges, with a zero between them.
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
    let folder = Scratch.folder(["vocab.json": parts[0], "merges.txt": parts.count > 1 ? parts[1] : []])
    guard let tokenizer = try? CLIPTokenizer(folder: folder) else { return }
    _ = tokenizer.tokens(of: "a photo of two cats, naïve 猫🐱")
  },
  "weights": { input in
    let text = String(decoding: input, as: UTF8.self)
    for run in WeightedText.runs(of: text) { precondition(!run.weight.isNaN) }
  },
  "theme": { input in
    let text = String(decoding: input, as: UTF8.self)
    _ = ThemeFile.theme(text: text, label: "x.toml", name: "x")
  },
  "preset": { input in
    let text = String(decoding: input, as: UTF8.self)
    guard let loaded = try? PresetFile.read(text, label: "x.toml", name: "x") else { return }
    let again = try? PresetFile.read(PresetFile.text(of: loaded.preset), label: "y.toml", name: "y")
    precondition(again?.preset == loaded.preset, "a preset does not read back")
  },
  "axis": { input in
    guard let axis = try? SweepAxis(String(decoding: input, as: UTF8.self)) else { return }
    precondition((1...SweepAxis.mostValues).contains(axis.values.count))
  },
  "quoting": { input in
    let text = String(decoding: input, as: UTF8.self)
    precondition(!shellQuoted(text).unicodeScalars.contains(where: \.steersTerminals))
    precondition(!visible(text).unicodeScalars.contains { $0 != "\n" && $0 != "\t" && $0.steersTerminals })
  },
]

private func readTensors(of file: any TensorSource) {
  for name in file.names.prefix(8) {
    guard let shape = try? file.shape(of: name),
      shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).0 }) < 1 << 16
    else { continue }
    _ = try? file.tensor(named: name)
  }
}
