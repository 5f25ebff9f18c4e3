import Console
import Testing

@Suite struct ColorModeTests {
  struct Case: CustomTestStringConvertible {
    var flag: ColorMode?
    var environment: [String: String] = [:]
    var colors = 256
    var direct = false
    var answer: Bool?
    var expected: ColorMode

    var testDescription: String {
      "\(flag.map(\.rawValue) ?? "auto") \(environment) \(colors) \(answer.map { "\($0)" } ?? "-")"
    }
  }

  static let cases: [Case] = [
    Case(flag: .mono, environment: ["COLORTERM": "truecolor"], expected: .mono),
    Case(flag: .truecolor, environment: ["NO_COLOR": "1"], colors: 8, expected: .truecolor),
    Case(environment: ["NO_COLOR": "1", "COLORTERM": "truecolor"], expected: .mono),
    Case(environment: ["NO_COLOR": "", "COLORTERM": "truecolor"], expected: .truecolor),
    Case(colors: 0, expected: .mono),
    Case(colors: -1, answer: true, expected: .mono),
    Case(colors: 1 << 24, expected: .truecolor),
    Case(direct: true, expected: .truecolor),
    Case(environment: ["TMUX": "x", "TERM": "screen-256color"], expected: .truecolor),
    Case(environment: ["COLORTERM": "24bit"], expected: .truecolor),
    Case(environment: ["COLORTERM": "24bit", "TERM": "screen-256color"], expected: .colors256),
    Case(environment: ["TERM": "screen"], answer: true, expected: .colors256),
    Case(environment: ["COLORTERM": "yes"], answer: true, expected: .colors256),
    Case(answer: true, expected: .truecolor),
    Case(answer: false, expected: .colors256),
    Case(expected: .colors256),
    Case(colors: 88, expected: .colors16),
    Case(colors: 16, answer: true, expected: .colors16),
    Case(colors: 8, expected: .colors8),
    Case(environment: ["TERM": "xterm"], colors: 8, answer: true, expected: .truecolor),
    Case(environment: ["TERM": "xterm"], colors: 8, answer: false, expected: .colors8),
  ]

  @Test(arguments: cases) func theSourcesAreTrustedInTheirOrder(_ one: Case) {
    let detection = ColorModeDetection(
      flag: one.flag, environment: one.environment,
      terminfo: TerminfoColors(colors: one.colors, hasDirectColor: one.direct))
    #expect(detection.mode(answer: one.answer) == one.expected)
  }

  @Test func theTerminalIsAskedOnlyWhereNothingElseKnows() {
    func asks(_ environment: [String: String], colors: Int = 256, flag: ColorMode? = nil) -> Bool {
      ColorModeDetection(
        flag: flag, environment: environment, terminfo: TerminfoColors(colors: colors)
      ).needsQuery
    }
    #expect(asks(["TERM": "xterm-256color"]))
    #expect(!asks(["TERM": "xterm-256color", "COLORTERM": "truecolor"]))
    #expect(!asks(["TERM": "tmux-256color", "TMUX": "x"]))
    #expect(!asks(["TERM": "screen-256color"]))
    #expect(!asks(["NO_COLOR": "1"]))
    #expect(!asks([:], colors: 16))
    #expect(asks(["TERM": "xterm"], colors: 8) && !asks(["TERM": "linux"], colors: 8))
    #expect(!asks([:], flag: .colors256))
  }
}
