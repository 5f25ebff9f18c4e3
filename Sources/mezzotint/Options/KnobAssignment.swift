import ArgumentParser
import Denoising
import Recipes

/// Knobs as `--panel b=1.3,s=0.9` and the options of the same names have them.
enum KnobAssignment {
  /// - Throws: `ValidationError` with the knob's name, what was found and what is expected.
  static func apply(_ knob: Knob, _ value: String, to knobs: Knobs) throws -> Knobs {
    var knobs = knobs
    do {
      try knob.set(value, in: &knobs)
    } catch {
      throw ValidationError("\(error).")
    }
    return knobs
  }
}
