import Denoising

extension Knobs {
  /// FreeU as a line of Python for Hugging Face's diffusers, with what gets lost said in a comment.
  ///
  /// `enable_freeu` of diffusers is version 1 alone, with the fourier filter at threshold 1, in every step, and on
  /// two stages of a U-Net: b1 and s1 act on the innermost decoder stage, b2 and s2 on the next. A U-ViT has one b
  /// and one s, so both stages get them. diffusers takes a factor of 0 for "off".
  package var diffusersLine: String {
    var losses = version == 1 ? [] : ["version \(version) here, diffusers has version 1"]
    losses.append("one b and s here, two stages there")
    if let blocks {
      losses.append("only on blocks \(blocks.sorted().map(String.init).joined(separator: ", ")) here")
    }
    if freeUSteps != StepRange() {
      losses.append("only in \(Knob.freeUSteps.text(of: self)) of the run here")
    }
    if skipFilter != .fourier || threshold != 1 {
      losses.append("\(skipFilter.rawValue) filter at threshold \(threshold) here")
    }
    if b == 0 || s == 0 { losses.append("diffusers takes 0 for off") }
    let (b, s) = (b.plain, s.plain)
    return "pipe.enable_freeu(s1=\(s), s2=\(s), b1=\(b), b2=\(b))  # \(losses.joined(separator: "; "))"
  }
}
