import Denoising

/// What the headers of messages say, beside their kind and their tensors.
enum EngineBody {
  struct Hello: Codable {
    /// The program's name and version, and the machine that computes: for people.
    let program, device: String
    /// What it computes in, what it takes by itself first.
    let precisions: [Precision]
    /// What it can do beside what each can: `half`, previews in half precision.
    var capabilities: [String]?

    static let half = "half"
  }

  struct Open: Codable {
    let model: String
    let precision: Precision
    let hints: HintsForm
  }

  struct Opened: Codable {
    let precision: Precision
    let description: DescriptionForm
    var notes: [String: String]?
  }

  /// A model that was opened.
  struct Key: Codable {
    let fingerprint: String
    let precision: Precision

    init(_ key: ModelKey) { (fingerprint, precision) = (key.fingerprint, key.precision) }

    var key: ModelKey { ModelKey(fingerprint: fingerprint, precision: precision) }
  }

  struct Size: Codable {
    let model: Key
    /// Rows and columns of samples.
    let size: [Int]
  }

  struct Sized: Codable {
    let stages: [DescriptionForm.Stage]
    let attention: [DescriptionForm.Attention]
  }

  struct Evaluate: Codable {
    let model: Key
    let rows: [RowForm]
  }

  struct Evaluated: Codable {
    /// Of the network alone.
    let milliseconds: Double
  }

  struct Probe: Codable {
    let model: Key
    let row: RowForm
    let question: QuestionForm
  }

  struct Probed: Codable {
    /// Of [stage, concatenation], in the order of their tensors; nil for attention, or nothing to show.
    var features: [[Int]]?
    /// Of attention: what the tokens before those of the patches tell the network.
    var tokens: [String]?
    /// [block][head]: entropy and distance without the mask, then with it.
    var statistics: [[[Double]]]?
    var words: [Word]?

    struct Word: Codable {
      let text: String
      let places: [Int]
    }
  }

  struct Pictures: Codable {
    let model: Key
    let way: PreviewWay
    /// They are wanted in half precision.
    var half: Bool?
  }

  struct Windows: Codable {
    let model: Key
    let prompt: PromptForm
  }

  struct Counted: Codable {
    var windows: Int?
  }

  struct Close: Codable {
    let model: Key
  }

  struct Progress: Codable {
    /// 0 to 1.
    let fraction: Double
  }

  struct Failed: Codable {
    /// One line for people.
    let text: String
  }
}
