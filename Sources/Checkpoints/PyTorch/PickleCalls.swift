import Files
import Tensors

// What a pickle asks Python to call, understood instead of called.

extension PickleMachine {
  /// function, arguments → its result.
  mutating func reduce() throws {
    let values = try pop(2)
    guard case .global(let function) = object(values[0]), case .tuple(let arguments) = object(values[1])
    else {
      throw malformed("a function and its arguments before it")
    }
    try pushResult(of: function, arguments)
  }

  /// class, arguments (and named ones) → an object.
  mutating func make(arguments count: Int) throws {
    let values = try pop(1 + count)
    guard case .global(let type) = object(values[0]), case .tuple(let arguments) = object(values[1]) else {
      throw malformed("a class and its arguments before it")
    }
    if case .unknown(let name) = type { return try push(.opaque(name)) }
    try pushResult(of: type, arguments)
  }

  /// object, state → object. No tensor's numbers are in a state.
  mutating func build() throws {
    let values = try pop(2)
    guard case .object = values[0] else { throw malformed("an object and its state before it") }
    try push(values[0])
  }

  private mutating func pushResult(of function: PickleGlobal, _ arguments: [PickleValue]) throws {
    switch function {
    case .dictionary: try push(.dictionary(members(arguments)))
    case .rebuildTensor(let version): try push(.tensor(tensor(arguments, version: version)))
    case .rebuildParameter:
      guard let first = arguments.first, case .tensor = object(first) else { throw malformed("a tensor") }
      try push(first)
    case .rebuildFromType:
      guard arguments.count >= 3, case .global(let inner) = object(arguments[0]), inner != .rebuildFromType,
        case .tuple(let innerArguments) = object(arguments[2])
      else { throw malformed("how a tensor was made") }
      try pushResult(of: inner, innerArguments)
    case .size:
      guard let first = arguments.first, case .tuple(let shape) = object(first) else {
        throw malformed("a shape")
      }
      try push(.tuple(shape))
    case .inert(let name): try push(.opaque(name))
    case .unknown(let name): throw TorchDefect.code(name)
    case .storage, .type: throw malformed("a function or a class")
    }
  }

  /// OrderedDict() or, as Python 2 wrote it, OrderedDict([[key, value], …]).
  private func members(_ arguments: [PickleValue]) -> [PicklePair] {
    guard let first = arguments.first, case .list(let items) = object(first) else { return [] }
    return items.compactMap { item in
      switch object(item) {
      case .list(let pair) where pair.count == 2, .tuple(let pair) where pair.count == 2:
        PicklePair(key: pair[0], value: pair[1])
      default: nil
      }
    }
  }

  private func tensor(_ arguments: [PickleValue], version: Int) throws -> TorchTensor {
    let isTyped = version == 3
    guard arguments.count >= (isTyped ? 7 : 4), case .storage(let storage) = object(arguments[0]),
      case .integer(let offset) = arguments[1], offset >= 0, let shape = wholeNumbers(arguments[2]),
      let strides = wholeNumbers(arguments[3]), strides.count == shape.count
    else { throw malformed("a storage, an offset, a shape and its strides") }
    let type: ElementType
    if isTyped {
      switch object(arguments[6]) {
      case .global(.type(let named)): type = named
      case .global(.unknown(let name)), .global(.inert(let name)): throw TorchDefect.unknownType(name)
      default: throw malformed("a type of numbers")
      }
    } else {
      guard let stored = storage.type else { throw malformed("a storage with a type") }
      type = stored
    }
    return TorchTensor(storage: storage, type: type, offset: offset, shape: shape, strides: strides)
  }

  private func wholeNumbers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let items) = object(value) else { return nil }
    var numbers: [Int] = []
    for item in items {
      guard case .integer(let number) = item, number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// ('storage', class, key, where it was, how many numbers[, view]) → a storage.
  mutating func pushStorage() throws {
    guard case .tuple(let items) = object(try pop()), let first = items.first,
      case .text(let kind) = object(first)
    else { throw malformed("what is kept outside of the pickle") }
    guard kind == "storage" else { throw TorchDefect.notTensors("a whole model, as \(quoted(kind))") }
    guard 5...6 ~= items.count, case .text(let key) = object(items[2]), case .integer(let count) = items[4],
      count >= 0
    else { throw malformed("a storage's class, key, place and size") }
    let type: ElementType?
    switch object(items[1]) {
    case .global(.storage(let named)): type = named
    case .global(.unknown(let name)), .global(.inert(let name)): throw TorchDefect.unknownType(name)
    default: throw malformed("a storage's class")
    }
    let storage = TorchStorage(key: key, type: type, count: count)
    try remember(storage)
    try push(.storage(items.count == 6 ? view(items[5], of: storage) : storage))
  }

  /// None, or (key, first, how many) for a part that counts as a storage of its own, as PyTorch wrote before 0.4.
  private func view(_ value: PickleValue, of storage: TorchStorage) throws -> TorchStorage {
    if value == .none { return storage }
    guard case .tuple(let items) = object(value), items.count == 3, case .integer(let first) = items[1],
      case .integer(let count) = items[2], first >= 0, count >= 0, first <= storage.count,
      count <= storage.count - first
    else { throw malformed("a part of a storage") }
    return TorchStorage(key: storage.key, type: storage.type, count: count, offset: first)
  }
}
