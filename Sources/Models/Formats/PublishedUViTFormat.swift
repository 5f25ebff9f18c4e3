import Denoising

/// The U-ViTs that their authors published: state dicts, `nnet_ema.pth`, without any configuration.
enum PublishedUViTFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    let file = try place.tensors()
    guard let configuration = try UViTConfiguration(shapesOf: file, heads: place.source.hints.heads) else {
      return nil
    }
    let network = UViTFile(configuration, file)
    if configuration.drawsLatents {
      return try LatentUViTFile(network, AutoencoderFile(beside: place, for: file.path))
    }
    if place.source.hints.configuration != nil {
      throw ModelError.unused(option: "--config", reason: "\(file.path) says itself what it is")
    }
    return network
  }
}
