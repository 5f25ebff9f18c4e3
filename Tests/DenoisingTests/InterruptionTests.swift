import Denoising
import Tensors
import TestSupport
import Testing

struct InterruptionTests {
  @Test func aUViTIsLeftBetweenItsBlocks() throws {
    let interruption = Interruption()
    let found = try loadStarterModel(.fp32).run { model in
      let samples = Tensor([1] + model.description.sampleShape)
      let rows = [DenoisingRow(timestep: 500, condition: Condition(label: 0), knobs: Knobs(b: 1.3))]
      model.heed(interruption)
      let whole = try model(samples, rows)
      let reached = interruption.fraction
      interruption.ask()
      #expect(throws: Interrupted.self) { try model(samples, rows) }
      interruption.clear()
      return (reached, try model(samples, rows) == whole)
    }
    #expect(found.0 > 0.5 && found.0 < 1 && found.1)
  }

  @Test func aNetworkIsLeftWhereItIsAskedToAndGoesOnAsBefore() throws {
    let interruption = Interruption()
    let found = try OnEngine { try UNetGolden("guided").model() }.run { model in
      let (samples, rows) = try UNetGolden("guided").input(1)
      model.heed(interruption)
      let whole = try model(samples, rows)
      let reached = interruption.fraction
      interruption.ask()
      #expect(throws: Interrupted.self) { try model(samples, rows) }
      let left = interruption.fraction
      interruption.clear()
      return (reached, left, try model(samples, rows) == whole)
    }
    #expect(found.0 > 0.9 && found.0 < 1, "the last layer begins at \(found.0)")
    #expect(found.1 == 0, "it was left before the first layer")
    #expect(found.2)
  }

  @Test func layersAreCountedWithinTheirPart() throws {
    let interruption = Interruption()
    #expect(interruption.fraction == 0)
    try interruption.check(1, of: 4)
    #expect(interruption.fraction == 0.25)
    try interruption.check(3, of: 6, in: 0.4...1)
    #expect(abs(interruption.fraction - 0.7) < 1e-5)
    try interruption.check(0, of: 0, in: 0.4...1)
    #expect(abs(interruption.fraction - 0.4) < 1e-5)
  }
}
