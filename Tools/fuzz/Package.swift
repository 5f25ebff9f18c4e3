// swift-tools-version: 6.1
import PackageDescription

// The program's own rooms, instrumented for libFuzzer, and one program with a harness for each parser. `run.sh` links
// the sources beside this file; the main package stays without unsafe flags.
let coverage: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: coverage)
}

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(name: "COneDNN"), .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CLibPNG", pkgConfig: "libpng"),
    .systemLibrary(name: "CLibJPEG", pkgConfig: "libjpeg"),
    .systemLibrary(name: "CLibWebP", pkgConfig: "libwebp"),
    .target(name: "CPNG", dependencies: ["CLibPNG"]), .target(name: "CJPEG", dependencies: ["CLibJPEG"]),
    .target(name: "CKernels"),
    room("Files"),
    .target(
      name: "Tensors", dependencies: ["Files", "COneDNN", "CKernels"], swiftSettings: coverage,
      linkerSettings: [.linkedLibrary("gomp", .when(platforms: [.linux]))]),
    room("Checkpoints", ["Files", "Tensors"]), room("Sampling", ["Files", "Tensors"]),
    room("Denoising", ["Files", "Tensors", "Checkpoints", "Sampling"]),
    room("Conditioning", ["Files", "Tensors", "Checkpoints", "Denoising"]),
    room("Latents", ["Files", "Tensors", "Checkpoints", "Denoising"]),
    room("Models", ["Files", "Tensors", "Checkpoints", "Sampling", "Denoising", "Conditioning", "Latents"]),
    room("Engines", ["Files", "Tensors", "Checkpoints", "Sampling", "Denoising", "Models"]),
    room("Pictures", ["Files", "CPNG", "CJPEG", "CLibWebP"]),
    room("Console", ["Files", "CNcurses", "Pictures"]),
    room("Widgets", ["Files", "Pictures", "Console"]),
    room(
      "Recipes", ["Files", "Tensors", "Checkpoints", "Denoising", "Sampling", "Models", "Pictures"]),
    room(
      "Training",
      ["Files", "Tensors", "Checkpoints", "Denoising", "Sampling", "Pictures", "Recipes"]),
    room("Explorer", ["Files", "Models", "Engines", "Recipes", "Widgets"]),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Files", "Tensors", "Checkpoints", "Denoising", "Sampling", "Conditioning", "Latents", "Models",
        "Engines", "Pictures", "Console", "Widgets", "Recipes", "Training", "Explorer",
      ],
      path: "Sources/Fuzz", swiftSettings: coverage,
      linkerSettings: [
        .unsafeFlags(["-sanitize=fuzzer"]),
        // gold, which Swift takes on Linux, fails on these.
        .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux])),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
