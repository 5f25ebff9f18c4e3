import Denoising
import Pictures
import Recipes

/// Pictures that a model draws while it is trained, always from the same noise, so that sheets can be compared.
package struct SampleSheet: Sendable {
  /// Of a model without labels; with labels each has a row, and all rows together come close to it.
  package var count: Int
  package var steps: Int

  package init(count: Int = 16, steps: Int = 20) { (self.count, self.steps) = (count, steps) }

  /// What a model drew, with all that draws it again.
  package struct Drawing: Sendable {
    /// The labels in turn.
    package let pictures: [Picture]
    package let recipe: Recipe
    private let labels: [String]

    fileprivate init(_ pictures: [Picture], _ recipe: Recipe, labels: [String]) {
      (self.pictures, self.recipe, self.labels) = (pictures, recipe, labels)
    }

    /// Pictures alone, side by side.
    package var bare: Picture { ContactSheet.arranged(pictures) }

    /// A row for each label, with its name, and a line below.
    package func labelled(_ caption: [String]) -> Picture {
      let rows =
        labels.isEmpty
        ? [ContactSheet.arranged(pictures)]
        : labels.indices.map { label in
          ContactSheet.arranged(
            stride(from: label, to: pictures.count, by: labels.count).map { pictures[$0] },
            columns: max(8, ContactSheet.defaultColumns(pictures.count / labels.count)))
        }
      return LabelledGrid.picture(
        rows, x: nil, y: labels.isEmpty ? nil : LabelledGrid.Axis(name: "label", values: labels),
        enlargement: max(1, (63 + pictures[0].width) / pictures[0].width), caption: caption)
    }
  }

  /// - Parameters:
  ///   - name: of the model, as its file will be called.
  ///   - precision: in which it computes.
  package func draw(_ model: any Model, name: String, precision: Precision) throws -> Drawing {
    let description = model.description
    let labels = description.labels
    var recipe = Recipe(
      model: name, fingerprint: description.fingerprint, precision: precision,
      panels: [Panel(name: "Model 1", knobs: Knobs())])
    recipe.count = labels.isEmpty ? count : labels.count * max(1, count / labels.count)
    recipe.sampler.steps = steps
    var run = try SamplingRun(recipe, description)
    while !run.isFinished { _ = try run.advance(with: model) }
    return Drawing(Recipes.pictures(of: try model.pictures(of: run.results[0])), recipe, labels: labels)
  }
}
