import Tensors

/// A value of a pickle, as far as a description of tensors needs it.
enum PickleValue: Sendable, Equatable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// What no description of a tensor has: fractions, bytes, whole numbers beyond 64 bits.
  case other
  /// By its place among the machine's objects.
  case object(Int)
}

/// What a pickle's values refer to. Objects hold each other by their places and not directly: cycles and a nesting
/// of any depth are made and dropped without recursion.
enum PickleObject: Sendable {
  case text(String)
  case tuple([PickleValue])
  case list([PickleValue])
  case dictionary([PicklePair])
  case global(PickleGlobal)
  case storage(TorchStorage)
  case tensor(TorchTensor)
  /// An object of this class, of which nothing is needed.
  case opaque(String)
}

struct PicklePair: Sendable {
  let key, value: PickleValue
}

/// A run of numbers that tensors share.
struct TorchStorage: Sendable, Hashable {
  /// Its name among the file's data.
  let key: String
  /// Nil where each tensor says it for itself.
  let type: ElementType?
  /// How many numbers; bytes where there is no type.
  let count: Int
  /// Where it begins within the data of that name, in numbers.
  var offset = 0

  var byteCount: Int? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type?.byteCount ?? 1)
    return overflow ? nil : bytes
  }
}

/// A tensor as the pickle describes it: nothing of it is checked yet.
struct TorchTensor: Sendable {
  let storage: TorchStorage
  let type: ElementType
  /// The first number within its storage.
  let offset: Int
  let shape: [Int]
  /// How many numbers further the next one of each axis lies.
  let strides: [Int]
}
