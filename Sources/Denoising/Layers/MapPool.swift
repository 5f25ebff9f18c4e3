import Tensors

/// Memory for maps that pass: what one layer is done with another writes anew.
package final class MapPool {
  private let engine: ComputeEngine
  private let type: ElementType
  private var free: [Buffer] = []
  /// Each map that was handed out, and what lies under it.
  private var lent: [ObjectIdentifier: (map: Buffer, memory: Buffer)] = [:]

  package init(_ engine: ComputeEngine, _ type: ElementType) { (self.engine, self.type) = (engine, type) }

  /// - Returns: a map of this shape with whatever is in it, until it is given back.
  package func take(_ shape: [Int]) throws -> Buffer {
    let count = shape.reduce(1, *)
    // The smallest that is large enough.
    let best = free.indices.filter { free[$0].count >= count }.min { free[$0].count < free[$1].count }
    let memory = try best.map { free.remove(at: $0) } ?? Buffer(engine, [count], type)
    let map = try memory.view(shape)
    lent[ObjectIdentifier(map)] = (map, memory)
    return map
  }

  /// What was not taken from here is passed over.
  package func give(_ map: Buffer) {
    if let entry = lent.removeValue(forKey: ObjectIdentifier(map)) { free.append(entry.memory) }
  }

  /// Where `body` fails, what it took comes back.
  package func recovering<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = Set(lent.keys)
    do {
      return try body()
    } catch {
      for (_, entry) in lent.filter({ !before.contains($0.key) }) { give(entry.map) }
      throw error
    }
  }
}
