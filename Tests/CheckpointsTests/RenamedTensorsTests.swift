import Checkpoints
import Tensors
import TestSupport
import Testing

struct RenamedTensorsTests {
  private static func renamed(_ shape: [Int], _ origin: RenamedTensors.Origin) throws -> RenamedTensors {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    let count = shape.reduce(1, *)
    writer.add("old", Tensor(shape, values: (0..<count).map { Float($0) }))
    try writer.write(to: folder.file("m.safetensors"))
    return RenamedTensors(try SafetensorsFile(folder.file("m.safetensors")), ["new": origin])
  }

  @Test func aPartIsAnEqualShareOfTheRows() throws {
    let tensors = try Self.renamed([6, 2], .init("old", part: .init(1, of: 3)))
    #expect(try tensors.tensor(named: "new") == Tensor([2, 2], values: [4, 5, 6, 7]))
  }

  @Test func rowsAndColumnsAreExchanged() throws {
    let tensors = try Self.renamed([2, 3], .init("old", isTransposed: true))
    #expect(try tensors.tensor(named: "new") == Tensor([3, 2], values: [0, 3, 1, 4, 2, 5]))
  }

  /// Of a shape that is asked for it is refused, as any other that does not fit.
  @Test(arguments: [[4, 2], [7], [1]]) func whatCannotBePartedStaysWhole(shape: [Int]) throws {
    let tensors = try Self.renamed(shape, .init("old", part: .init(2, of: 3)))
    #expect(try tensors.shape(of: "new") == shape)
    #expect(try tensors.tensor(named: "new").values.count == shape.reduce(1, *))
    #expect(throws: CheckpointError.self) { try tensors.tensor(named: "new", shape: [shape[0] / 3]) }
  }
}
