/// What a network is told of the time, factor · (timestep + offset): models count it in more than one way.
package struct NetworkTime: Hashable, Sendable {
  package let factor, offset: Double

  package init(factor: Double = 1, offset: Double = 0) { (self.factor, self.offset) = (factor, offset) }

  package func callAsFunction(_ timestep: Double) -> Double { factor * (timestep + offset) }

  /// The timestep for which a network is told this.
  package func timestep(for told: Double) -> Double { told / factor - offset }
}
