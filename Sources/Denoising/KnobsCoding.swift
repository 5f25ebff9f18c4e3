/// Knobs as JSON: in one order, so that equal knobs are equal text, and with what an older file leaves out at its
/// default.
extension Knobs {
  private enum CodingKeys: String, CodingKey {
    case b, s, version, skipFilter, threshold, blocks, freeUSteps, alphaGain, sigmaGain, maskStrength, mixture
  }

  package init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
      if let found = try fields.decodeIfPresent(Value.self, forKey: key) { value = found }
    }
    try read(.b, &b)
    try read(.s, &s)
    try read(.version, &version)
    try read(.skipFilter, &skipFilter)
    try read(.threshold, &threshold)
    try read(.freeUSteps, &freeUSteps)
    try read(.alphaGain, &alphaGain)
    try read(.sigmaGain, &sigmaGain)
    try read(.maskStrength, &maskStrength)
    blocks = try fields.decodeIfPresent([Int].self, forKey: .blocks).map(Set.init)
    for (text, value) in try fields.decodeIfPresent([String: Double].self, forKey: .mixture) ?? [:] {
      guard let key = MixtureKey(text: text) else {
        throw DecodingError.dataCorruptedError(
          forKey: .mixture, in: fields, debugDescription: "\(text) is no place in a mixture")
      }
      mixture[key] = value
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(b, forKey: .b)
    try fields.encode(s, forKey: .s)
    try fields.encode(version, forKey: .version)
    try fields.encode(skipFilter, forKey: .skipFilter)
    try fields.encode(threshold, forKey: .threshold)
    try fields.encodeIfPresent(blocks?.sorted(), forKey: .blocks)
    try fields.encode(freeUSteps, forKey: .freeUSteps)
    try fields.encode(alphaGain, forKey: .alphaGain)
    try fields.encode(sigmaGain, forKey: .sigmaGain)
    try fields.encode(maskStrength, forKey: .maskStrength)
    if !mixture.isEmpty {
      let texts = mixture.map { ($0.key.text, $0.value) }
      try fields.encode(Dictionary(uniqueKeysWithValues: texts), forKey: .mixture)
    }
  }
}
