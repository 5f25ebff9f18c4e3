import Denoising

/// What mezzotint writes: safetensors with the configuration in the metadata.
enum OwnFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    let file = try place.tensors()
    guard file.metadata[UViTConfiguration.metadataKey] != nil else { return nil }
    try place.source.hints.requireNone(of: file.path)
    return UViTFile(try UViTConfiguration(metadataOf: file), file)
  }
}

extension ModelHints {
  /// - Throws: `ModelError.unused` where something was said that the file says itself.
  func requireNone(of file: String) throws(ModelError) {
    if heads != nil { throw .unused(option: "--heads", reason: "\(file) says itself how many heads it has") }
    if configuration != nil { throw .unused(option: "--config", reason: "\(file) says itself what it is") }
  }
}
