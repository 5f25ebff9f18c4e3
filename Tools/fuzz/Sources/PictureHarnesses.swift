import Denoising
import Foundation
import Pictures
import Recipes
import Sampling

func fuzzPNG(_ input: [UInt8]) {
  // Most of those that say they are large would take all the time.
  let sides = input.dropFirst(16).prefix(8).map(Int.init)
  let isSmall = sides.count == 8 && sides[0] + sides[1] + sides[4] + sides[5] == 0 && sides[2] + sides[6] < 2
  guard isSmall || input.last == 0x82 && input.count % 16 == 0 else { return }
  guard let png = try? PNGFile(bytes: input, name: "x.png") else { return }
  let picture = png.picture
  precondition(picture.pixels.count == picture.width * picture.height * 3)
  _ = try? PictureFile(bytes: input, name: "x.png", background: .black)
  if let json = png.text(recipeKey) { _ = try? JSONDecoder().decode(Recipe.self, from: Data(json.utf8)) }
  if let text = png.text(Infotext.keyword) { fuzzInfotext(Array(text.utf8)) }
}

func fuzzJPEG(_ input: [UInt8]) { read([0xFF, 0xD8, 0xFF] + input) }

func fuzzWebP(_ input: [UInt8]) {
  let size = UInt32(4 + input.count)
  read(
    Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array("WEBP".utf8)
      + input)
}

/// A block of EXIF in front of a picture that is whole.
func fuzzExif(_ input: [UInt8]) {
  let block = Array("Exif\0\0".utf8) + input.prefix(60_000)
  let length = block.count + 2
  let segment = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + block
  let bytes = [0xFF, 0xD8] + segment + greyPicture.dropFirst(2)
  guard let file = try? PictureFile(bytes: bytes, name: "x.jpg", background: .black) else {
    preconditionFailure("EXIF makes a picture unreadable")
  }
  let (width, height) = (file.picture.width, file.picture.height)
  precondition((width, height) == (16, 8) || (width, height) == (8, 16) && file.isTurned)
}

private func read(_ bytes: [UInt8]) {
  guard let file = try? PictureFile(bytes: bytes, name: "x", background: .black) else { return }
  precondition(file.picture.pixels.count == file.picture.width * file.picture.height * 3)
}

/// Grey, 16 x 8 pixels.
private let greyPicture = [UInt8](
  Data(
    base64Encoded: """
      /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/\
      wAALCAAIABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRI\
      hMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1\
      dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+\
      Pn6/9oACAEBAAA/AOD/AOHhn/VIf/Lg/wDuevyvr//Z
      """) ?? Data())

/// What a recipe says reads back the same, fits into a PNG, and becomes a command.
func fuzzRecipe(_ input: [UInt8]) {
  guard let recipe = try? JSONDecoder().decode(Recipe.self, from: Data(input)) else { return }
  let text = try? recipe.json()
  let again = text.flatMap { try? JSONDecoder().decode(Recipe.self, from: Data($0.utf8)) }
  precondition(again == recipe, "a recipe does not read back")
  precondition(text.map { !$0.unicodeScalars.contains { $0.value < 32 } } ?? true)
  for panel in recipe.panels { _ = panel.schedule.knobs(at: 3, of: 20) }
  _ = recipe.command(labels: ["a", "b"], output: "x.png")
  write(recipe)
}

/// Another program's account of a picture.
func fuzzInfotext(_ input: [UInt8]) {
  guard let info = Infotext(String(decoding: input, as: UTF8.self)) else { return }
  guard let found = try? Recipe.of(info, model: "m", precision: .fp32, painter) else { return }
  let text = try? found.recipe.json()
  let again = text.flatMap { try? JSONDecoder().decode(Recipe.self, from: Data($0.utf8)) }
  precondition(again == found.recipe, "a recipe of an infotext does not read back")
  write(found.recipe)
}

private func write(_ recipe: Recipe) {
  guard let texts = try? recipe.entries(for: painter) else { return }
  _ = PNGFile(Picture(width: 1, height: 1), texts: texts).encoded()
}

/// A model that draws from text.
let painter: ModelDescription = {
  let file = try? SchedulerFile(Array(#"{"_class_name": "PNDMScheduler", "skip_prk_steps": true}"#.utf8))
  return ModelDescription(
    family: "U-Net", fingerprint: "", parameterCount: 0, sampleShape: [4, 8, 8],
    schedule: NoiseSchedule(.linear), prediction: .epsilon, scheduler: file,
    stages: [320, 640].enumerated().map { stage, width in
      FreeUStage(
        name: "up \(stage)",
        concatenations: [FreeUConcatenation(stage: stage, backboneWidth: width, firstWidth: 320)],
        grid: Grid(side: 8))
    }
  ).inside(
    "Stable Diffusion", fingerprint: "", parameters: 0, factor: 8,
    prompting: Prompting(isToldGuidance: false),
    previews: [.full])
}()
