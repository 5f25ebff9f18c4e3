import Denoising

/// The U-ViTs that their authors published: state dicts, `nnet_ema.pth`, without any configuration.
enum PublishedUViTFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    let file = try place.tensors()
    guard let configuration = try UViTConfiguration(shapesOf: file, heads: place.source.hints.heads) else {
      return nil
    }
    if place.source.hints.configuration != nil {
      throw ModelError.unused(option: "--config", reason: "\(file.path) says itself what it is")
    }
    return UViTFile(configuration, file)
  }
}
