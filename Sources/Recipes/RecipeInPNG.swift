import Denoising
import Files
import Foundation
import Pictures

/// The text entry that carries the recipe in a PNG.
package let recipeKey = "mezzotint"

extension Recipe {
  /// Keys in order, so that the same recipe is the same bytes.
  package func json() throws -> String { try JSONText.text(of: self) }

  /// What a PNG says of how it was drawn: this recipe, and the first of its pictures in others' words.
  /// - Parameters:
  ///   - first: the recipe of that picture where it is not this one's first panel.
  ///   - description: of the model that drew it.
  package func entries(first: Recipe? = nil, for description: ModelDescription) throws -> [PNGFile.Text] {
    [
      PNGFile.Text(keyword: recipeKey, text: try json()),
      PNGFile.Text(keyword: Infotext.keyword, text: (first ?? self).infotext(for: description).text),
    ]
  }

  /// The recipe of a PNG that mezzotint wrote.
  ///
  /// - Throws: `RecipeError`, or `PNGFile`'s error for a file that is no picture.
  package init(inPNG url: URL) throws {
    guard let json = try PNGFile(contentsOf: url).text(recipeKey) else {
      throw RecipeError.none(file: url.relativePath)
    }
    do {
      self = try JSONDecoder().decode(Recipe.self, from: Data(json.utf8))
    } catch let error as SettingTextError {
      throw RecipeError.setting(file: url.relativePath, error)
    } catch {
      throw RecipeError.unreadable(file: url.relativePath)
    }
    guard format == 1 else { throw RecipeError.format(file: url.relativePath, found: format) }
    guard heads.map((1...1024).contains) ?? true else {
      throw RecipeError.unreadable(file: url.relativePath)
    }
  }
}

package enum RecipeError: Error, Equatable, CustomStringConvertible {
  case none(file: String)
  case unreadable(file: String)
  case format(file: String, found: Int)
  /// It says what no option may.
  case setting(file: String, SettingTextError)

  package var description: String {
    switch self {
    case .none(let file):
      "\(file): this picture carries no recipe; give one that mezzotint wrote, or a model"
    case .unreadable(let file):
      "\(file): the recipe in this picture is damaged; give another picture, or a model"
    case .setting(let file, let error):
      "\(file): the recipe in this picture: \(error); give another picture, or a model"
    case .format(let file, let found):
      "\(file): its recipe has format \(found), expected 1; use a newer mezzotint"
    }
  }
}
