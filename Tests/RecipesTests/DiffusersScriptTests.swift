import Denoising
import Engines
import Foundation
import Models
import Recipes
import TestSupport
import Testing

/// Scripts for diffusers; whether they draw the same pictures `Tools/torch/check_script.py` says.
struct DiffusersScriptTests {
  private static func script(
    _ loras: [LoRA] = [], _ change: (inout Recipe) -> Void = { _ in }
  ) throws -> String {
    let pipeline = try PipelineFolder("sd1")
    let model = try LoadedModel(pipeline.url, precision: .fp32)
    var recipe = Recipe(model: "sd1", precision: .fp32, panels: Panel.models)
    recipe.run = RunSettings(model.description.defaultRun)
    recipe.precision = .fp32
    recipe.run.prompts = ["a cat"]
    change(&recipe)
    let place = ModelSource(URL(filePath: "/models/sd1"), ModelHints(loras: loras))
    return try DiffusersScript(recipe, model.description, place: place, command: "mezzotint script a.png")
      .text
  }

  @Test func everyPanelIsSpelledOut() throws {
    let text = try Self.script { recipe in
      recipe.panels[1].knobs.set(.b, to: .number(1.4), at: .stage(1))
      recipe.panels[2].knobs.freeURule = .channels
      recipe.panels[2].knobs.freeUSteps = .init(from: 0, to: 0.5)
      (recipe.seed, recipe.count, recipe.steps) = (7, 2, 12)
      recipe.run.negatives = ["blurry", "dark"]
    }
    #expect(text.contains(#"MODEL = "/models/sd1""#) && text.contains("SHAPE = [4, 16, 16]"))
    #expect(text.contains(#"name="model-2", seed=7, count=2,"#))
    #expect(text.contains(#"prompt=["a cat", "a cat"],"#) && text.contains(#"negative=["blurry", "dark"],"#))
    #expect(text.contains("b=[1.3, 1.4, 1.0, 1.0], s=[1.0, 1.0, 1.0, 1.0], version=2,"))
    #expect(text.contains(#"rule="channels", blocks=None,"#) && text.contains("begin=0.0, end=0.5,"))
    #expect(text.contains(#"scheduler="PNDMScheduler","#) && text.contains("guidance=7.5, steps=12"))
    #expect(text.contains("height=SHAPE[1] * 8") && !text.contains("Not the same there"))
  }

  /// What a prompt or a name says stays within its quotes.
  @Test func nothingEndsALiteral() throws {
    let evil = "\"]; import os\n\\\"; \u{202E}🐈\u{1B}[2J"
    let text = try Self.script([LoRA(URL(filePath: "/a\"b.safetensors"), weight: 0.5)]) { recipe in
      recipe.run.prompts = [evil]
      recipe.panels[0].name = evil
    }
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII && ($0.value >= 32 || $0 == "\n") })
    #expect(text.contains(##"prompt=["\"]; import os\u000a\\\"; \u202e\U0001f408\u001b[2J"]"##))
    #expect(text.contains(##"LORAS = [("/a\"b.safetensors", 0.5)]"##))
  }

  @Test func whatDiffusersLeavesOutIsSaid() throws {
    let text = try Self.script { recipe in
      recipe.run.prompts = ["a (red:1.3) cat"]
      recipe.panels[0].knobs.set(.addedMask, to: .number(0.5))
    }
    #expect(text.contains("no weights from them") && text.contains("diffusers has no mask"))
  }

  @Test func panelsOfOneNameGetFilesOfTheirOwn() throws {
    let text = try Self.script { recipe in
      recipe.panels = ["../a", "../a", "日本"].map { Panel(name: $0, knobs: Knobs()) }
    }
    for name in ["---a", "panel-2", "panel-3"] { #expect(text.contains(#"name="\#(name)","#)) }
  }

  @Test func whatCannotBeIsSaid() throws {
    #expect(complaint { try Self.script { $0.sweep = .init(x: "b=1:2:1", y: nil) } }.contains("is a sweep"))
    let branch = complaint {
      try Self.script { ($0.panels[0].branch, $0.panels[0].earlier) = (2, [.init(from: 0, knobs: Knobs())]) }
    }
    #expect(branch.contains("branched off"))
    let pixels = try LoadedModel(golden("pipelines/classes"), precision: .fp32).description
    let recipe = Recipe(model: "classes", precision: .fp32, panels: Panel.models)
    let message = complaint {
      try DiffusersScript(recipe, pixels, place: ModelSource(URL(filePath: "/a")), command: "")
    }
    #expect(message.contains("no pipeline for a U-Net"))
  }
}
