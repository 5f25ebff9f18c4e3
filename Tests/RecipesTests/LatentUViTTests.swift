import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Recipes
import Tensors
import TestSupport
import Testing

/// A published U-ViT that draws latents, with the autoencoder that lies beside it.
struct LatentUViTTests {
  private static func place(_ autoencoder: String?) throws -> (folder: TemporaryFolder, source: ModelSource) {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(at: golden("published/latents.pth"), to: folder.file("nnet_ema.pth"))
    try FileManager.default.createDirectory(at: folder.file("vae"), withIntermediateDirectories: true)
    let weights = "diffusion_pytorch_model.safetensors"
    for file in ["config.json", weights] where autoencoder != nil {
      try FileManager.default.copyItem(at: golden("latents/sd1/\(file)"), to: folder.file("vae/\(file)"))
    }
    guard let autoencoder, autoencoder != "vae" else {
      return (folder, ModelSource(folder.file("nnet_ema.pth")))
    }
    // Under the names of the first release; what shapes do not say is another folder's.
    try FileManager.default.createDirectory(at: folder.file("as/vae"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: folder.file("vae/config.json"), to: folder.file("as/vae/config.json"))
    let names =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: golden("pipelines/sd1-names.json"))) as? [String: [Any]]
    let tensors = try SafetensorsFile(folder.file("vae/\(weights)"))
    var writer = SafetensorsWriter()
    for (single, entry) in (names ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard single.hasPrefix("first_stage_model."), let name = entry[1] as? String,
        let shape = entry[2] as? [Int]
      else { continue }
      writer.add(
        String(single.dropFirst("first_stage_model.".count)),
        Tensor(shape, values: try tensors.tensor(named: name).values))
    }
    try writer.write(to: folder.file(autoencoder))
    return (
      folder,
      ModelSource(folder.file("nnet_ema.pth"), ModelHints(configuration: folder.file("as")))
    )
  }

  @Test func itComputesWhatTheReferenceComputes() throws {
    let (folder, source) = try Self.place("vae")
    defer { withExtendedLifetime(folder) {} }
    let model = try LoadedModel(source.url, source.hints, precision: .fp32, threads: 1)
    let cases = try SafetensorsFile(golden("published/latents.safetensors"))
    let knobs = [Knobs(), Knobs(b: 1.3, s: 0.8), Knobs(b: 1.2, s: 0.5)]
    let time = model.description.time
    for index in 0..<3 {
      func tensor(_ part: String) throws -> Tensor { try cases.tensor(named: "case.\(index).\(part)") }
      let labels = try cases.integers(named: "case.\(index).label")
      var turned = knobs[index]
      turned.version = index == 2 ? 1 : 2
      let told = try tensor("t").values
      let rows = (0..<2).map { row in
        DenoisingRow(
          timestep: time.timestep(for: Double(told[row])), condition: Condition(label: labels[row]),
          knobs: turned)
      }
      let samples = try tensor("x")
      let found = try model.run { try $0(samples, rows) }
      #expect(difference(found, try tensor("out"), tolerance: 1e-4, name: "case \(index)") == nil)
    }
  }

  @Test func itsStepsAreStableDiffusionsAndItsPicturesTheAutoencoders() throws {
    let (folder, source) = try Self.place("vae")
    defer { withExtendedLifetime(folder) {} }
    let description = try LoadedModel(source.url, source.hints, precision: .fp32, threads: 1).description
    #expect(description.pictureShape == [3, 64, 64] && description.sampleShape == [4, 8, 8])
    #expect(description.previews == [.linear, .full])
    #expect(description.noLabel == 10 && description.labels.count == 10)
    #expect(description.defaultRun.guidance == 1.4)
    #expect(description.time(0) == 1 && description.time(999) == 1000)
    // ᾱ of the first step is 1 - 0.00085, of the last 0.00466 (scaled_linear).
    #expect(abs(description.schedule.alphaBars[0] - 0.99915) < 1e-12)
    #expect(abs(description.schedule.alphaBars[999] - 0.004660095) < 1e-6)
  }

  /// The same numbers whatever the autoencoder's tensors are called.
  @Test func theAuthorsAutoencoderDrawsWhatDiffusersDoes() throws {
    let names = ["vae", "autoencoder_kl.safetensors", "autoencoder_kl_ema.safetensors"]
    let pictures = try names.map { name in
      let (folder, source) = try Self.place(name)
      defer { withExtendedLifetime(folder) {} }
      let model = try LoadedModel(source.url, source.hints, precision: .fp32, threads: 1)
      var recipe = Recipe(model: "", precision: .fp32, panels: [Panel(name: "", knobs: Knobs(b: 1.2))])
      recipe.run = RunSettings(model.description.defaultRun)
      (recipe.precision, recipe.steps, recipe.label) = (.fp32, 2, 3)
      let done = recipe
      return try model.run { network in
        var run = try SamplingRun(done, network.description)
        while !run.isFinished { _ = try run.advance(with: network) }
        return try network.pictures(of: run.results[0])
      }
    }
    #expect(pictures[0].shape == [1, 3, 64, 64])
    #expect(Set(pictures[0].values).count > 100)
    #expect(pictures[1] == pictures[0] && pictures[2] == pictures[0])
  }

  @Test func withoutAnAutoencoderItSaysWhereOneBelongs() throws {
    let (folder, source) = try Self.place(nil)
    defer { withExtendedLifetime(folder) {} }
    let text = complaint { try ModelRegistry.model(at: source) }
    #expect(text.contains("draws latents (4 channels), and no autoencoder lies beside it"), "\(text)")
    #expect(text.contains("autoencoder_kl.pth") && !text.contains("\n"))
  }
}
