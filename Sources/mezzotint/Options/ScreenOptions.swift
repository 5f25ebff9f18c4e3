import ArgumentParser
import Console
import Recipes

/// What `--size` takes. Two numbers were the screenshot's before pictures had sizes, and still are.
struct ExploreSize: ExpressibleByArgument {
  let pictures: PictureSize?
  let screen: ScreenSize?

  init?(argument: String) {
    (pictures, screen) = (PictureSize(argument), ScreenSize(argument: argument))
    if pictures == nil, screen == nil { return nil }
  }
}

/// What `--color` takes.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, truecolor
  case colors256 = "256"
  case colors16 = "16"
  case colors8 = "8"
  case mono

  static var help: ArgumentHelp { "auto (without a terminal all), truecolor, 256, 16, 8 or mono." }

  var mode: ColorMode? {
    switch self {
    case .auto: nil
    case .truecolor: .truecolor
    case .colors256: .colors256
    case .colors16: .colors16
    case .colors8: .colors8
    case .mono: .mono
    }
  }
}
