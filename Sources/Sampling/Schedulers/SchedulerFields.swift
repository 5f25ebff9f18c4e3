import Files

/// The fields of a scheduler's file, each asked for with its class's default and what it may be.
struct SchedulerFields {
  private let fields: [String: JSONValue]

  init(_ fields: [String: JSONValue]) {
    self.fields = fields
  }

  private func wrong(_ key: String, _ expected: String) -> SchedulerError {
    .value(key: key, found: fields[key]?.shown ?? "missing", expected: expected)
  }

  func flag(_ key: String, _ standard: Bool) throws(SchedulerError) -> Bool {
    switch fields[key] {
    case nil: return standard
    // Python takes None for false.
    case .null: return false
    case .flag(let value): return value
    default: throw wrong(key, "true or false")
    }
  }

  func number(
    _ key: String, _ standard: Double, in range: ClosedRange<Double>
  ) throws(SchedulerError) -> Double {
    guard let field = fields[key] else { return standard }
    guard case .number(let value) = field, range.contains(value) else {
      throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Nil for none, and for Python's infinities.
  func optionalNumber(_ key: String) throws(SchedulerError) -> Double? {
    switch fields[key] {
    case nil, .null: return nil
    case .number(let value): return abs(value) < 1e300 ? value : nil
    default: throw wrong(key, "a number or null")
    }
  }

  func whole(_ key: String, _ standard: Int, in range: ClosedRange<Int>) throws(SchedulerError) -> Int {
    guard let field = fields[key] else { return standard }
    guard case .number(let number) = field, let value = Int(exactly: number), range.contains(value) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func numbers(
    _ key: String, count: Int? = nil, in range: ClosedRange<Double>
  ) throws(SchedulerError) -> [Double]? {
    switch fields[key] {
    case nil, .null: return nil
    case .list(let items):
      var numbers: [Double] = []
      for item in items {
        guard case .number(let value) = item, range.contains(value) else {
          throw wrong(key, "numbers from \(range.lowerBound) to \(range.upperBound)")
        }
        numbers.append(value)
      }
      guard numbers.count == count ?? numbers.count else {
        throw .value(key: key, found: "a list of \(numbers.count)", expected: "one number for each timestep")
      }
      return numbers
    default: throw wrong(key, "a list of numbers or null")
    }
  }

  func text(_ key: String, _ standard: String, among allowed: [String]) throws(SchedulerError) -> String {
    guard let field = fields[key] else { return standard }
    guard case .text(let value) = field, allowed.contains(value) else {
      throw wrong(key, "one of " + allowed.joined(separator: ", "))
    }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ standard: Choice, among allowed: [Choice]? = nil, nullMeans: Choice? = nil
  ) throws(SchedulerError) -> Choice where Choice.RawValue == String {
    if fields[key] == .null, let nullMeans { return nullMeans }
    let allowed = (allowed ?? Array(Choice.allCases)).map(\.rawValue)
    return Choice(rawValue: try text(key, standard.rawValue, among: allowed)) ?? standard
  }

  // MARK: Fields with rules of their own

  func prediction(_ kind: SchedulerKind) throws(SchedulerError) -> Prediction {
    let takesImages = kind != .pndm && kind != .eulerAncestral && kind != .kdpm2
    let names: [(name: String, prediction: Prediction)] =
      [("epsilon", .epsilon), ("v_prediction", .v), ("v-prediction", .v)]
      + (takesImages ? [("sample", .sample)] : []) + (kind == .euler ? [("original_sample", .sample)] : [])
    let name = try text("prediction_type", "epsilon", among: names.map(\.name))
    return names.first { $0.name == name }?.prediction ?? .epsilon
  }

  func sigmaSpacing() throws(SchedulerError) -> SchedulerConfiguration.SigmaSpacing {
    let ways: [(key: String, spacing: SchedulerConfiguration.SigmaSpacing)] = [
      ("use_karras_sigmas", .karras), ("use_lu_lambdas", .lu), ("use_exponential_sigmas", .exponential),
      ("use_beta_sigmas", .beta),
    ]
    var chosen: [(key: String, spacing: SchedulerConfiguration.SigmaSpacing)] = []
    for way in ways where try flag(way.key, false) { chosen.append(way) }
    guard chosen.count < 2 else {
      throw .value(key: chosen[1].key, found: "true", expected: "false beside \(chosen[0].key)")
    }
    return chosen.first?.spacing ?? .timesteps
  }

  func limit(clips: Bool) throws(SchedulerError) -> SchedulerConfiguration.Limit {
    let ratio = try number("dynamic_thresholding_ratio", 0.995, in: 0...1)
    let most = try number("sample_max_value", 1, in: 1e-6...1e6)
    let range = try number("clip_sample_range", 1, in: 0...1e6)
    if try flag("thresholding", false) { return .threshold(ratio: ratio, most: most) }
    return try flag("clip_sample", clips) ? .clip(range) : .none
  }

  /// A file that another class of the family wrote names that one's, which stands for this one's own.
  func algorithm(_ kind: SchedulerKind) throws(SchedulerError) -> SchedulerConfiguration.Algorithm {
    let own: [SchedulerConfiguration.Algorithm] =
      switch kind {
      case .dpmSinglestep: [.dpmSolver, .dpmSolverPlus, .sdePlus]
      case .deis: [.dpmSolver, .dpmSolverPlus]
      default: Array(SchedulerConfiguration.Algorithm.allCases)
      }
    let name = try text("algorithm_type", "dpmsolver++", among: own.map(\.rawValue) + ["deis"])
    return SchedulerConfiguration.Algorithm(rawValue: name) ?? .dpmSolverPlus
  }

  func solverType(_ kind: SchedulerKind) throws(SchedulerError) -> SchedulerConfiguration.SolverType {
    let own: [SchedulerConfiguration.SolverType] =
      switch kind {
      case .unipc: [.bh2, .bh1]
      case .deis: [.logrho]
      default: [.midpoint, .heun]
      }
    let found: SchedulerConfiguration.SolverType = try choice("solver_type", own[0])
    return own.contains(found) ? found : own[0]
  }

  /// Ways that are not built.
  func requireNothingElse() throws(SchedulerError) {
    for key in ["use_flow_sigmas", "use_dynamic_shifting"] {
      guard try !flag(key, false) else { throw wrong(key, "false") }
    }
    for key in ["solver_p", "shift_terminal"] {
      guard fields[key] ?? .null == .null else { throw wrong(key, "null") }
    }
  }
}
