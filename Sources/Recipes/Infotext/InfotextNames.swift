import Denoising
import Foundation
import Sampling

/// How the web UI calls solvers and where their steps lie.
enum InfotextNames {
  private static let samplers: [(name: String, kind: SamplerKind)] = [
    ("Euler", .euler), ("Euler a", .eulerAncestral), ("Heun", .heun), ("LMS", .lms), ("DPM2", .kdpm2),
    ("DPM++ 2M", .dpmpp2m), ("DDIM", .ddim), ("PLMS", .pndm), ("UniPC", .unipc), ("LCM", .lcm),
  ]

  /// - Returns: nil for a solver that the web UI has not.
  static func sampler(_ kind: SamplerKind) -> String? { samplers.first { $0.kind == kind }?.name }

  /// - Parameters:
  ///   - name: of older versions with the schedule behind it, "DPM++ 2M Karras".
  ///   - schedule: "Schedule type"; nil where the name says it.
  /// - Returns: nil for a solver that is not known here.
  static func sampler(_ name: String, schedule: String?) -> (kind: SamplerKind, isKarras: Bool)? {
    let isKarras = name.hasSuffix(" Karras") || schedule == "Karras"
    let plain = name.hasSuffix(" Karras") ? String(name.dropLast(" Karras".count)) : name
    guard let kind = samplers.first(where: { $0.name == plain })?.kind else { return nil }
    // "Automatic" is what the web UI takes for it.
    return (kind, isKarras || (kind == .dpmpp2m && schedule == "Automatic"))
  }
}

/// FreeU as sd-webui-freeu keeps it: a dictionary for each stage, in which stages are found by their widths.
struct InfotextStage: Codable {
  var backbone_factor = 1.0
  var skip_factor = 1.0
  var backbone_offset = 0.0
  var backbone_width = 0.5
  var skip_cutoff = 0.0
  var skip_high_end_factor = 1.0

  init(b: Double, s: Double) { (backbone_factor, skip_factor) = (b, s) }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys, _ standard: Double) throws -> Double {
      try fields.decodeIfPresent(Double.self, forKey: key) ?? standard
    }
    (backbone_factor, skip_factor) = (try number(.backbone_factor, 1), try number(.skip_factor, 1))
    (backbone_offset, backbone_width) = (try number(.backbone_offset, 0), try number(.backbone_width, 0.5))
    (skip_cutoff, skip_high_end_factor) = (try number(.skip_cutoff, 0), try number(.skip_high_end_factor, 1))
  }

  /// It does nothing that the knobs here do not do too.
  var isPlain: Bool {
    backbone_offset == 0 && backbone_width == 0.5 && skip_cutoff == 0 && skip_high_end_factor == 1
      && abs(backbone_factor) <= 1000 && abs(skip_factor) <= 1000
  }
}
