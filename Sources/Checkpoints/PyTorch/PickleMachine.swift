/// Reads one pickle: Python's `pickle` opcodes as a stack of values, without what makes them dangerous. Nothing is
/// called and nothing is imported; see `PickleGlobal` for the few names that have a meaning.
///
/// The opcodes are described in Python's `pickletools`; those of protocol 0, which PyTorch never wrote, are left out.
/// Whatever the bytes are, the time is linear in them and the memory limited.
struct PickleMachine {
  /// Values on the stack, objects, and remembered ones; a state dict takes nine objects a tensor.
  static let mostValues = 1 << 19

  var reader: ByteReader
  private(set) var objects: [PickleObject] = []
  private var stack: [PickleValue] = []
  /// Heights of the stack at which something that takes all above it began.
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  /// What was said of each storage first.
  private(set) var storages: [String: TorchStorage] = [:]
  private var offset = 0

  init(_ reader: ByteReader) {
    self.reader = reader
  }

  /// The value that the pickle stands for; the reader is behind it then.
  mutating func run() throws -> PickleValue {
    while true {
      offset = reader.position - reader.start
      let code = try reader.byte()
      if code == UInt8(ascii: ".") { return try pop() }
      try perform(code)
    }
  }

  private mutating func perform(_ code: UInt8) throws {
    switch code {
    case 0x80: try requireProtocol()
    case 0x95: _ = try reader.length(8)  // a frame, whose bytes are opcodes as all others
    // Small values.
    case UInt8(ascii: "N"): try push(.none)
    case 0x88: try push(.boolean(true))
    case 0x89: try push(.boolean(false))
    case UInt8(ascii: "J"): try push(.integer(Int(Int32(truncatingIfNeeded: reader.unsigned(4)))))
    case UInt8(ascii: "K"): try push(.integer(Int(reader.unsigned(1))))
    case UInt8(ascii: "M"): try push(.integer(Int(reader.unsigned(2))))
    case 0x8A: try pushLong(reader.length(1))
    case 0x8B: try pushLong(reader.length(4))
    case UInt8(ascii: "G"): try pushOther(8)
    // Text and bytes.
    case UInt8(ascii: "X"): try pushText(reader.length(4))
    case 0x8C: try pushText(reader.length(1))
    case 0x8D: try pushText(reader.length(8))
    case UInt8(ascii: "U"): try pushText(reader.length(1))
    case UInt8(ascii: "T"): try pushText(reader.length(4))
    case UInt8(ascii: "C"): try pushOther(reader.length(1))
    case UInt8(ascii: "B"): try pushOther(reader.length(4))
    case 0x8E, 0x96: try pushOther(reader.length(8))
    // Containers.
    case UInt8(ascii: "("): try mark()
    case UInt8(ascii: ")"): try push(.tuple([]))
    case UInt8(ascii: "t"): try push(.tuple(popToMark()))
    case 0x85: try push(.tuple(pop(1)))
    case 0x86: try push(.tuple(pop(2)))
    case 0x87: try push(.tuple(pop(3)))
    case UInt8(ascii: "]"): try push(.list([]))
    case UInt8(ascii: "l"): try push(.list(popToMark()))
    case UInt8(ascii: "a"): try append(pop(1))
    case UInt8(ascii: "e"): try append(popToMark())
    case UInt8(ascii: "}"): try push(.dictionary([]))
    case UInt8(ascii: "d"): try push(.dictionary(pairs(popToMark())))
    case UInt8(ascii: "s"): try set(pairs(pop(2)))
    case UInt8(ascii: "u"): try set(pairs(popToMark()))
    case 0x8F: try push(.opaque("set"))
    case 0x90: _ = try (popToMark(), top())
    case 0x91:
      _ = try popToMark()
      try push(.opaque("frozenset"))
    // The stack and what is remembered.
    case UInt8(ascii: "0"): try drop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): try push(top())
    case UInt8(ascii: "q"): try remember(UInt32(reader.unsigned(1)))
    case UInt8(ascii: "r"): try remember(UInt32(reader.unsigned(4)))
    case 0x94: try remember(UInt32(memo.count))
    case UInt8(ascii: "h"): try push(remembered(UInt32(reader.unsigned(1))))
    case UInt8(ascii: "j"): try push(remembered(UInt32(reader.unsigned(4))))
    // What would be calls.
    case UInt8(ascii: "c"): try pushGlobal(module: line(), name: line())
    case 0x93: try pushStackGlobal()
    case UInt8(ascii: "R"): try reduce()
    case 0x81: try make(arguments: 1)
    case 0x92: try make(arguments: 2)
    case UInt8(ascii: "b"): try build()
    case UInt8(ascii: "Q"): try pushStorage()
    default: throw TorchDefect.opcode(code, offset: offset)
    }
  }
}

// MARK: - The stack

extension PickleMachine {
  func malformed(_ expected: String) -> TorchDefect { .malformed(offset: offset, expected: expected) }

  private func requireRoom(_ count: Int) throws {
    guard count < Self.mostValues else { throw TorchDefect.tooManyValues(most: Self.mostValues) }
  }

  mutating func push(_ value: PickleValue) throws {
    try requireRoom(stack.count)
    stack.append(value)
  }

  mutating func push(_ object: PickleObject) throws {
    try requireRoom(objects.count)
    objects.append(object)
    try push(.object(objects.count - 1))
  }

  mutating func pop() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw malformed("a value before it")
    }
    return value
  }

  /// In the order in which they were pushed.
  mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw malformed("\(count) values before it") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private func top() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("a value before it") }
    return value
  }

  private mutating func mark() throws {
    try requireRoom(marks.count)
    marks.append(stack.count)
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("a mark before it") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func drop() throws {
    if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  private mutating func remember(_ place: UInt32) throws {
    try requireRoom(memo.count)
    memo[place] = try top()
  }

  private func remembered(_ place: UInt32) throws -> PickleValue {
    guard let value = memo[place] else { throw malformed("something remembered as \(place)") }
    return value
  }

  func object(_ value: PickleValue) -> PickleObject? {
    guard case .object(let place) = value else { return nil }
    return objects[place]
  }

  mutating func remember(_ storage: TorchStorage) throws {
    let known = storages.updateValue(storage, forKey: storage.key)
    guard known == nil || known == storage else { throw TorchDefect.storages(key: storage.key) }
  }
}

// MARK: - Values

extension PickleMachine {
  private mutating func requireProtocol() throws {
    guard 2...5 ~= (try reader.byte()) else { throw malformed("protocol 2 to 5") }
  }

  private mutating func pushOther(_ length: Int) throws {
    try reader.skip(length)
    try push(.other)
  }

  /// A whole number in two's complement, of any length.
  private mutating func pushLong(_ length: Int) throws {
    guard length <= 8 else { return try pushOther(length) }
    guard length > 0 else { return try push(.integer(0)) }
    let unused = UInt64(64 - 8 * length)
    try push(.integer(Int(Int64(bitPattern: reader.unsigned(length) << unused) >> unused)))
  }

  private mutating func pushText(_ length: Int) throws {
    guard let text = String(validating: try reader.bytes(length), as: UTF8.self) else {
      throw malformed("text in UTF-8")
    }
    try push(.text(text))
  }

  private mutating func append(_ items: [PickleValue]) throws {
    try change { object in
      switch object {
      case .list(var list):
        object = .opaque("")  // gives the array up, so that it grows in place
        list.append(contentsOf: items)
        object = .list(list)
        return true
      case .opaque: return true
      default: return false
      }
    }
  }

  private func pairs(_ items: [PickleValue]) throws -> [PicklePair] {
    guard items.count % 2 == 0 else { throw malformed("a value for each key") }
    return stride(from: 0, to: items.count, by: 2).map { PicklePair(key: items[$0], value: items[$0 + 1]) }
  }

  private mutating func set(_ pairs: [PicklePair]) throws {
    try change { object in
      switch object {
      case .dictionary(var members):
        object = .opaque("")  // gives the array up, so that it grows in place
        members.append(contentsOf: pairs)
        object = .dictionary(members)
        return true
      case .opaque: return true
      default: return false
      }
    }
  }

  private mutating func change(_ body: (inout PickleObject) -> Bool) throws {
    guard case .object(let place) = try top(), body(&objects[place]) else {
      throw malformed("something that holds others before it")
    }
  }
}

// MARK: - Names

extension PickleMachine {
  private mutating func line() throws -> String {
    guard let text = String(validating: try reader.line(longest: 256), as: UTF8.self) else {
      throw malformed("a name in UTF-8")
    }
    return text
  }

  private mutating func pushGlobal(module: String, name: String) throws {
    try push(.global(PickleGlobal(module: module, name: name)))
  }

  private mutating func pushStackGlobal() throws {
    let names = try pop(2).map(object)
    guard case .text(let module) = names[0], case .text(let name) = names[1] else {
      throw malformed("two names before it")
    }
    try pushGlobal(module: module, name: name)
  }
}
