import Checkpoints
import Denoising
import Files
import Foundation

/// A folder as diffusers writes it: a pipeline's, with `model_index.json` and a folder for each part, or that of a
/// network alone.
struct DiffusersFolder {
  let url: URL
  /// Of a pipeline; nil for a network alone.
  let index: JSONValue?
  /// Of the network.
  let network: URL

  /// - Throws: `ModelError` and `CheckpointError` for a folder without a network.
  init(_ url: URL) throws {
    self.url = url
    func exists(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: url.appending(path: path).path)
    }
    index =
      exists("model_index.json") ? try SmallFile.json(url.appending(path: "model_index.json")).document : nil
    if exists("unet/config.json") {
      network = url.appending(path: "unet")
    } else if exists("config.json") {
      network = url
    } else {
      throw ModelError.tensors(file: url.relativePath, defect: Self.defect(index))
    }
  }

  private static func defect(_ index: JSONValue?) -> String {
    guard let index else {
      return "this folder has no model_index.json, unet/config.json or config.json; give a diffusers model's "
        + "folder, or a model's file"
    }
    if index["unet"] != nil { return "its unet/config.json is missing; download the whole folder" }
    let name = index["_class_name"]?.text.map { " " + quoted($0) } ?? ""
    let other = ["transformer", "prior"].first { index[$0] != nil }.map { " but a '\($0)'" } ?? ""
    return "its pipeline\(name) has no 'unet'\(other); give the folder of a model with a U-Net"
  }

  var configuration: URL { network.appending(path: "config.json") }

  /// Where the scheduler's file lies; nil for a network alone.
  var scheduler: URL? {
    let places = [
      url.appending(path: "scheduler/scheduler_config.json"), url.appending(path: "scheduler_config.json"),
      // A pipeline's network was named, and not the pipeline.
      url.standardizedFileURL.deletingLastPathComponent().appending(path: "scheduler/scheduler_config.json"),
    ]
    return places.first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Steps and guidance that its author draws with, of `mezzotint` in the pipeline's index; nil where nothing is said,
  /// or nothing that can be.
  var steps: Int? {
    guard case .number(let steps)? = index?["mezzotint"]?["steps"] else { return nil }
    return Int(exactly: steps).flatMap { 1...1000 ~= $0 ? $0 : nil }
  }
  var guidance: Double? {
    guard case .number(let guidance)? = index?["mezzotint"]?["guidance"] else { return nil }
    return 1...100 ~= guidance ? guidance : nil
  }

  /// What `id2label` calls the labels, from 0 on; empty where it does not call each one.
  /// - Parameter configuration: the network's.
  func labelNames(_ configuration: JSONValue) -> [String] {
    guard case .object(let names)? = index?["id2label"] ?? configuration["id2label"] else { return [] }
    let texts = (0..<names.count).map { place in
      // They are drawn on terminals, where a control character would act.
      names["\(place)"]?.text.flatMap { text in
        text.unicodeScalars.contains { $0.properties.generalCategory == .control } ? nil : text
      }
    }
    return texts.contains(nil) ? [] : texts.compactMap(\.self)
  }

  /// Whether a text encoder and an autoencoder stand, or have to stand, around the network.
  var isPipeline: Bool { network.lastPathComponent == "unet" && network != url }

  /// A prompt that is not given is zeros.
  var zeroesMissing: Bool { index?["force_zeros_for_empty_prompt"] == .flag(true) }

  // MARK: Weights

  private static let stem = "diffusion_pytorch_model"

  /// The file of weights, or the index of several: safetensors before pickles, whole numbers of digits before variants
  /// (`fp16`).
  /// - Parameter folder: of a network, or of an autoencoder.
  /// - Throws: `ModelError` where there are none.
  static func weights(in folder: URL) throws -> URL {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0.hasPrefix(stem + ".") || $0.hasPrefix(stem + "-")
    }
    func rank(_ name: String) -> (Int, Int, String) {
      let isPickle = name.contains(".bin")
      let parts = name.split(separator: ".").count - (name.hasSuffix(".json") ? 2 : 0)
      return (isPickle ? 1 : 0, parts, name)
    }
    let (shards, others) = (names.filter(isShard), names.filter { !isShard($0) })
    let files = others.filter {
      $0.hasSuffix(".safetensors") || $0.hasSuffix(".bin")
        || ($0.contains(".index.") && $0.hasSuffix(".json"))
    }
    if let best = files.min(by: { rank($0) < rank($1) }) { return folder.appending(path: best) }
    let path = folder.relativePath
    if let shard = shards.min() {
      throw ModelError.tensors(
        file: path,
        defect:
          "it has \(quoted(shard)) and no index that says where each tensor is (\(stem)….index.json); "
          + "download that file too")
    }
    throw ModelError.tensors(
      file: path,
      defect:
        "there are no weights in it, expected \(stem).safetensors or .bin; download the whole folder")
  }

  /// `…-00001-of-00002.safetensors`.
  private static func isShard(_ name: String) -> Bool {
    guard let range = name.range(of: "-of-") else { return false }
    return name[..<range.lowerBound].last?.isNumber ?? false
  }
}
