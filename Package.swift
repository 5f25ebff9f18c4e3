// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "mezzotint",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // What everything else may call: files, text forms of data, hashes.
    .target(name: "Files"),

    // What the system brings.
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"]), .brew(["onednn"])]),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"]), .brew(["ncurses"])]),
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(name: "CLAPACK", providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
    .systemLibrary(
      name: "CLibJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CLibWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
    .target(name: "CPNG", dependencies: ["CLibPNG"]),
    .target(name: "CJPEG", dependencies: ["CLibJPEG"]),

    // Numbers: files to tensors, tensors through the model, noise to image.
    .target(name: "CKernels"),
    .target(
      name: "Tensors", dependencies: ["Files", "COneDNN", "CKernels"],
      linkerSettings: [.linkedLibrary("gomp", .when(platforms: [.linux]))]),
    .target(name: "Checkpoints", dependencies: ["Files", "Tensors"]),
    .target(name: "Sampling", dependencies: ["Files", "Tensors"]),
    .target(name: "Denoising", dependencies: ["Files", "Tensors", "Checkpoints", "Sampling"]),
    .target(name: "Conditioning", dependencies: ["Files", "Tensors", "Checkpoints", "Denoising"]),
    .target(name: "Latents", dependencies: ["Files", "Tensors", "Checkpoints", "Denoising"]),

    // Who computes it: files to models, models to whoever evaluates them.
    .target(
      name: "Models",
      dependencies: [
        "Files", "Tensors", "Checkpoints", "Sampling", "Denoising", "Conditioning", "Latents",
      ]),
    .target(
      name: "Engines",
      dependencies: ["Files", "Tensors", "Checkpoints", "Sampling", "Denoising", "Models"]),

    // Screens: pictures, cells, what is drawn into them.
    .target(name: "Pictures", dependencies: ["Files", "CPNG", "CJPEG", "CLibWebP"]),
    .target(name: "Console", dependencies: ["Files", "CNcurses", "Pictures"]),
    .target(name: "Widgets", dependencies: ["Files", "Pictures", "Console"]),

    // Both together.
    .target(
      name: "Recipes",
      dependencies: [
        "Files", "Tensors", "Checkpoints", "Denoising", "Sampling", "Models", "Pictures",
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Files", "Tensors", "Checkpoints", "Denoising", "Sampling", "Pictures", "Recipes",
      ]),
    .target(
      name: "Evaluation",
      dependencies: ["CLAPACK", "Tensors", "Denoising", "Engines", "Pictures", "Recipes", "Training"]),
    .target(name: "Explorer", dependencies: ["Files", "Models", "Engines", "Recipes", "Widgets"]),
    .executableTarget(
      name: "mezzotint",
      dependencies: [
        "Files", "Models", "Engines", "Recipes", "Training", "Evaluation", "Explorer", "Widgets",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the targets.
    .target(name: "TestSupport", dependencies: ["Tensors", "Checkpoints"], path: "Tests/TestSupport"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["CKernels", "Tensors", "TestSupport"]),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "TestSupport"]),
    .testTarget(name: "DenoisingTests", dependencies: ["Denoising", "TestSupport"]),
    .testTarget(name: "ConditioningTests", dependencies: ["Conditioning", "TestSupport"]),
    .testTarget(name: "LatentsTests", dependencies: ["Latents", "TestSupport"]),
    .testTarget(name: "SamplingTests", dependencies: ["Sampling", "TestSupport"]),
    .testTarget(name: "ModelsTests", dependencies: ["Models", "TestSupport"]),
    .testTarget(name: "EnginesTests", dependencies: ["Engines", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "TestSupport"]),
    .testTarget(name: "ConsoleTests", dependencies: ["Console", "TestSupport"]),
    .testTarget(name: "WidgetsTests", dependencies: ["Widgets", "TestSupport"]),
    .testTarget(name: "RecipesTests", dependencies: ["Engines", "Recipes", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
    .testTarget(name: "ExplorerTests", dependencies: ["Explorer", "TestSupport"]),
    .testTarget(
      name: "mezzotintTests",
      dependencies: [
        "mezzotint", "Explorer", "Engines", "Models", "Recipes", "Pictures", "Checkpoints", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
