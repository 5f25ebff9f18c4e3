/// Which knobs act in which step of a run: one setting from the start, others from later steps on.
///
/// Pausing at step k, turning a knob and going on gives a second segment from k.
package struct KnobSchedule: Hashable, Sendable {
  package struct Segment: Hashable, Sendable, Codable {
    /// The first step in which it acts.
    package let from: Int
    package let knobs: Knobs

    package init(from: Int, knobs: Knobs) { (self.from, self.knobs) = (from, knobs) }
  }

  /// By their first steps, ascending; the first is 0.
  package let segments: [Segment]

  package init(_ knobs: Knobs) { segments = [Segment(from: 0, knobs: knobs)] }

  /// `earlier` until step `branch`, `knobs` from there on.
  package init(_ earlier: [Segment], branch: Int, knobs: Knobs) {
    segments = earlier.filter { $0.from < branch } + [Segment(from: max(0, branch), knobs: knobs)]
    precondition(segments[0].from == 0, "a schedule begins at step 0")
  }

  /// The knobs as they act in one step; FreeU is off outside its range of steps.
  package func knobs(at step: Int, of count: Int) -> Knobs {
    let segment = segments.last { $0.from <= step } ?? segments[0]
    return segment.knobs.at(step: step, of: count)
  }
}
