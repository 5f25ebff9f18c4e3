/// One for each parser of what may come from a stranger.
let harnesses: [String: Harness] = [
  // Weights.
  "safetensors": fuzzSafetensors, "pytorch": fuzzPyTorch, "shards": fuzzShards, "singlefile": fuzzSingleFile,
  "lora": fuzzLoRA,
  // What is said beside them.
  "uvit": fuzzUViT, "diffusers": fuzzDiffusers, "scheduler": fuzzScheduler, "training": fuzzTraining,
  "trainlog": fuzzTrainingLog, "clip": fuzzTokenizer, "prompt": fuzzPrompt,
  // Pictures and what lies in them.
  "png": fuzzPNG, "jpeg": fuzzJPEG, "webp": fuzzWebP, "exif": fuzzExif, "recipe": fuzzRecipe,
  "infotext": fuzzInfotext,
  // A person's own files and words.
  "toml": fuzzTOML, "settings": fuzzSettings, "theme": fuzzTheme, "preset": fuzzPreset, "axis": fuzzAxis,
  "weights": fuzzWeights, "quoting": fuzzQuoting,
  // An engine elsewhere.
  "engine": fuzzEngine, "frontend": fuzzFrontEnd,
  // The terminal.
  "terminal": fuzzTerminal, "answers": fuzzAnswers, "textfield": fuzzTextField, "actions": fuzzActions,
]
