import Tensors

/// What a name of Python's stands for in a pickle. None is ever looked up or called: those with a meaning here are
/// what PyTorch's files of tensors are made of, and all others mean nothing.
enum PickleGlobal: Sendable, Equatable {
  case dictionary
  /// (storage, offset, shape, strides, …); the third version adds a type.
  case rebuildTensor(version: Int)
  /// (tensor, …).
  case rebuildParameter
  /// (function, class, arguments, state): a tensor of a class derived from Tensor.
  case rebuildFromType
  /// (tuple): a shape.
  case size
  /// Nil for one without a type.
  case storage(ElementType?)
  case type(ElementType)
  /// A class that checkpoints carry beside their tensors.
  case inert(String)
  /// Objects of it are passed over; a call of it would be code.
  case unknown(String)

  /// - Throws: `TorchDefect.code` for the names by which a pickle runs programs.
  init(module: String, name: String) throws(TorchDefect) {
    let path = module + "." + name
    if let known = Self.known[path] {
      self = known
    } else if Self.isInert(module, path) {
      self = .inert(path)
    } else if Self.isCode(module) {
      throw .code(path)
    } else {
      self = .unknown(path)
    }
  }

  private static let known: [String: PickleGlobal] = {
    var known: [String: PickleGlobal] = [
      "torch._utils._rebuild_tensor": .rebuildTensor(version: 1),
      "torch._utils._rebuild_tensor_v2": .rebuildTensor(version: 2),
      "torch._utils._rebuild_tensor_v3": .rebuildTensor(version: 3),
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch._utils._rebuild_parameter_with_state": .rebuildParameter,
      "torch._tensor._rebuild_from_type_v2": .rebuildFromType,
      "torch.Size": .size,
      "torch.UntypedStorage": .storage(nil), "torch.storage.UntypedStorage": .storage(nil),
    ]
    for name in [
      "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict",
      "__builtin__.dict",
    ] { known[name] = .dictionary }
    let types: [(storage: String, type: String, ElementType)] = [
      ("Float", "float32", .float32), ("Half", "float16", .float16), ("BFloat16", "bfloat16", .bfloat16),
      ("Double", "float64", .float64), ("Long", "int64", .int64), ("Int", "int32", .int32),
      ("Short", "int16", .int16), ("Char", "int8", .int8), ("Byte", "uint8", .uint8),
      ("Bool", "bool", .boolean),
    ]
    for (storage, type, element) in types {
      known["torch.\(storage)Storage"] = .storage(element)
      known["torch.\(type)"] = .type(element)
    }
    return known
  }()

  /// Classes and small functions that training programs leave in their checkpoints and that only make a value.
  private static let inertNames: Set<String> = [
    "_codecs.encode", "argparse.Namespace", "types.SimpleNamespace", "builtins.set", "builtins.frozenset",
    "builtins.list", "builtins.tuple", "builtins.int", "builtins.float", "builtins.bool", "builtins.str",
    "builtins.bytes", "builtins.bytearray", "builtins.complex", "builtins.slice", "builtins.range",
    "builtins.object", "__builtin__.set", "__builtin__.frozenset", "__builtin__.list", "__builtin__.tuple",
    "__builtin__.int", "__builtin__.long", "__builtin__.float", "__builtin__.bool", "__builtin__.str",
    "__builtin__.unicode", "__builtin__.bytearray", "__builtin__.complex", "__builtin__.slice",
    "__builtin__.object", "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct", "numpy._core.numeric._frombuffer",
    "numpy.core.numeric._frombuffer", "numpy.dtype", "numpy.ndarray", "copyreg._reconstructor",
    "copy_reg._reconstructor", "torch.device", "torch.torch_version.TorchVersion", "torch.Tensor",
    "torch.nn.parameter.Parameter", "torch.nn.modules.container.ParameterDict", "collections.deque",
    "uuid.UUID", "decimal.Decimal",
  ]

  private static let inertPackages = [
    "pytorch_lightning", "lightning", "lightning_fabric", "omegaconf", "pathlib", "datetime",
  ]

  /// They run programs, load them or reach what does; what is left of `builtins` are functions.
  private static let codePackages: Set<Substring> = [
    "builtins", "__builtin__", "os", "posix", "posixpath", "nt", "ntpath", "sys", "subprocess", "commands",
    "importlib", "imp", "runpy", "pkgutil", "zipimport", "shutil", "socket", "ctypes", "_ctypes", "pty",
    "code", "codeop", "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "types",
    "operator", "_operator", "functools", "_functools", "itertools", "webbrowser", "platform", "pip",
    "setuptools", "timeit", "cProfile", "profile", "trace", "pdb", "bdb", "doctest", "unittest", "asyncio",
    "threading", "multiprocessing", "concurrent", "signal", "tempfile", "io", "_io", "urllib", "requests",
    "http", "ftplib", "smtplib", "telnetlib", "inspect", "gc", "atexit", "site", "idlelib", "lib2to3",
  ]

  private static func isInert(_ module: String, _ path: String) -> Bool {
    inertNames.contains(path) || inertPackages.contains { module == $0 || module.hasPrefix($0 + ".") }
  }

  private static func isCode(_ module: String) -> Bool {
    codePackages.contains(module.prefix { $0 != "." })
  }
}
