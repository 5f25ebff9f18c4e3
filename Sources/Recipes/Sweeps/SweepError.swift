import Denoising

/// A sweep that cannot be run: one line with what, what was expected and what was found.
package enum SweepError: Error, Equatable, CustomStringConvertible {
  case form(axis: String)
  case name(found: String)
  case value(axis: String, SettingTextError)
  case step(axis: String)
  case decimals(axis: String, found: Int, most: Int)
  case values(axis: String, found: Int, most: Int)
  case cells(found: Int, most: Int)
  case twice(name: String)
  case pixels(width: Int, height: Int, most: Int)
  case noAxis

  package var description: String {
    switch self {
    case .form(let axis):
      "\(axis): expected name=start:end:step as in b=1.0:1.6:0.1, or name=value,value as in label=cat,robot"
    case .name(let found):
      "\(found): there is no such setting to sweep; expected one of "
        + NamedSetting.names.joined(separator: ", ")
    case .value(let axis, let error):
      "\(axis): \(error)"
    case .step(let axis):
      "\(axis): expected a step that leads from the start to the end, found one that does not; see its sign"
    case .decimals(let axis, let found, let most):
      "\(axis): expected at most \(most) decimals, found \(found)"
    case .values(let axis, let found, let most):
      "\(axis): expected at most \(most) values, found \(found); take a larger step"
    case .cells(let found, let most):
      "expected at most \(most) cells, found \(found); take larger steps"
    case .twice(let name):
      "\(name): expected two different settings, found the same on both axes"
    case .pixels(let width, let height, let most):
      "the grid: expected at most \(most) pixels, found \(width) x \(height); enlarge less or take fewer values"
    case .noAxis:
      "expected at least one axis as in b=1.0:1.6:0.1, found none"
    }
  }
}
