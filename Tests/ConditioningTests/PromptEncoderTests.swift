import Conditioning
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

struct PromptEncoderTests {
  /// Texts as diffusers' pipelines encoded them, padding and choice of layers included.
  @Test(arguments: TextGolden.names) func promptsAreWhatDiffusersFeedsItsNetwork(name: String) throws {
    let reference = try TextGolden(name)
    let problems = try OnEngine { try reference.encoder() }.run { encoder in
      let cases =
        reference.prompts.enumerated().map { ($1, "context", "pooled", $0) }
        + [(reference.negative, "negative_context", "negative_pooled", 0)]
      return try cases.flatMap { prompt, context, pooled, row -> [String?] in
        let found = try encoder(prompt)
        let expected = try #require(try reference.expected(context, row: row))
        var problems = [
          difference(found.context.tensor, expected, tolerance: 1e-4, name: "\(context) \(row)")
        ]
        let whole = try reference.expected(pooled, row: row)
        if let whole, let found = found.pooled {
          problems.append(difference(found.tensor, whole, tolerance: 1e-4, name: "\(pooled) \(row)"))
        }
        return problems + [(whole == nil) == (found.pooled == nil) ? nil : "\(pooled) is there or not"]
      }.compactMap(\.self)
    }
    #expect(problems == [])
  }

  @Test(arguments: ["sd1", "sdxl"]) func layersCanBeSkipped(name: String) throws {
    let reference = try TextGolden(name)
    let (problems, message) = try OnEngine { try reference.encoder() }.run { encoder in
      let problems = try reference.prompts.enumerated().compactMap { row, prompt in
        difference(
          try encoder(prompt, skipping: 1).context.tensor,
          try #require(try reference.expected("skipped", row: row)), tolerance: 1e-4, name: prompt)
      }
      do {
        _ = try encoder("a", skipping: 3)
        return (problems, "nothing")
      } catch { return (problems, "\(error)") }
    }
    #expect(problems == [])
    #expect(message.contains("3 layers to skip of"))
  }

  /// Whatever was encoded before or after it.
  @Test(arguments: Precision.available) func aPromptIsItselfWhateverStandsBesideIt(precision: Precision)
    throws
  {
    let reference = try TextGolden("sdxl")
    let areSame = try OnEngine { try reference.encoder(precision) }.run { encoder in
      let first = try encoder(reference.prompts[0])
      _ = try encoder(reference.prompts[1], skipping: 1)
      let again = try encoder(reference.prompts[0], isPlain: true)
      let alone = try reference.encoder(precision)(reference.prompts[0])
      return [again, alone].allSatisfy {
        $0.context.tensor == first.context.tensor && $0.pooled?.tensor == first.pooled?.tensor
      }
    }
    #expect(areSame)
  }

  @Test(.enabled(if: Precision.available.contains(.bf16)), arguments: ["sd1", "sd2", "sdxl"])
  func fewerDigitsAreNotFarOff(name: String) throws {
    let reference = try TextGolden(name)
    let problem = try OnEngine { try reference.encoder(.bf16) }.run { encoder in
      // Eight bits of each number through a few layers.
      difference(
        try encoder(reference.prompts[0]).context.tensor,
        try #require(try reference.expected("context", row: 0)), tolerance: 0.05, name: name)
    }
    #expect(problem == nil)
  }

  @Test func aPromptIsEncodedOnce() throws {
    let reference = try TextGolden("sd1")
    let areSame = try OnEngine { try reference.encoder() }.run { encoder in
      try encoder(reference.negative).context == encoder(reference.negative).context
    }
    #expect(areSame)
  }

  @Test func aMissingPromptIsZerosWhereTheModelSaysSo() throws {
    let reference = try TextGolden("sdxl")
    let (none, empty) = try OnEngine { try reference.encoder() }.run { (try $0(nil), try $0("")) }
    #expect(none.context.tensor == Tensor([77, 40]))
    #expect(none.pooled?.tensor == Tensor([24]))
    #expect(empty.context.tensor != none.context.tensor)
    let plain = try TextGolden("sd1")
    let (missing, nothing) = try OnEngine { try plain.encoder() }.run { (try $0(nil), try $0("")) }
    #expect(missing.context.tensor == nothing.context.tensor)
  }

  @Test func aLongPromptIsAsLongAsItsWindows() throws {
    let reference = try TextGolden("sd1")
    let prompt = Array(repeating: "photo", count: 76).joined(separator: " ")
    let encoded = try OnEngine { try reference.encoder() }.run { try $0(prompt) }
    #expect(encoded.windows == 2)
    #expect(encoded.context.tensor.shape == [154, 16])
  }

  @Test func weightsKeepTheMean() throws {
    let reference = try TextGolden("sd1")
    let (plain, same, stronger, text) = try OnEngine { try reference.encoder() }.run { encoder in
      (
        try encoder("a photo", isPlain: true), try encoder("(a photo:1.0)"), try encoder("a (photo:1.5)"),
        try encoder("a (photo:1.5)", isPlain: true)
      )
    }
    #expect(same.context.tensor == plain.context.tensor)
    #expect(text.context.tensor != plain.context.tensor)
    func mean(_ encoded: EncodedPrompt) -> Double {
      encoded.context.tensor.values.reduce(0) { $0 + Double($1) }
    }
    #expect(abs(mean(stronger) - mean(plain)) < 1e-3 * abs(mean(plain)))
    // Token 2 is the photo: 1.5 times what it was beside the others.
    let ratio = { (token: Int) in
      stronger.context.tensor.values[token * 16] / plain.context.tensor.values[token * 16]
    }
    #expect(abs(ratio(2) / ratio(1) - 1.5) < 1e-4)
  }

  // MARK: Bad folders

  @Test(arguments: [
    ("text_encoder/config.json", "its text_encoder/config.json is missing; download the whole folder"),
    ("text_encoder/model.safetensors", "its model.safetensors is missing; download the whole folder"),
    ("tokenizer/merges.txt", "there is no tokenizer in it"),
  ])
  func aMissingPartIsSaid(file: String, message: String) throws {
    let reference = try TextGolden("sd1")
    try FileManager.default.removeItem(at: reference.folder.file(file))
    #expect(complaint(reference).contains(message))
  }

  @Test(arguments: [
    (#""vocab_size": 49408"#, #""vocab_size": 49400"#, "has shape [49408, 16], expected [49400, 16]"),
    (#""hidden_size": 16"#, #""hidden_size": 0"#, "`hidden_size` is 0, expected a whole number from 1"),
    (
      #""num_attention_heads": 4"#, #""num_attention_heads": 3"#,
      "`num_attention_heads` is 3, expected a divisor"
    ),
    ("quick_gelu", "relu", "`hidden_act` is 'relu', which is not built here"),
    ("1e-05", "1e-06", "`layer_norm_eps` is '1e-06'"),
    (#""num_hidden_layers": 3"#, #""num_hidden_layers": 2"#, "nothing uses"),
    ("{", "[", "it is no text encoder's config.json"),
    (
      #""max_position_embeddings": 77"#, #""max_position_embeddings": 60"#,
      "gives 77 tokens at a time and its"
    ),
  ])
  func aConfigurationThatDoesNotFitIsSaid(old: String, new: String, message: String) throws {
    let reference = try TextGolden("sd1")
    let file = reference.folder.file("text_encoder/config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: file)
    #expect(complaint(reference).contains(message))
  }

  private func complaint(_ reference: TextGolden) -> String {
    do {
      _ = try OnEngine { try reference.encoder() }
      return "nothing"
    } catch { return "\(error)" }
  }
}
