// The parts of a script that are the same in all of them.

extension DiffusersScript {
  static let freeU = """
    class FreeU:
        \"""Rescales what comes into each resnet of the decoder: first the backbone's channels, behind them the skip's.\"""

        def __init__(self, unet):
            self.panel, self.active = None, True
            self.first, width = unet.config.block_out_channels[0], unet.config.block_out_channels[-1]
            for block, part in enumerate(unet.up_blocks):
                for resnet in part.resnets:
                    resnet.register_forward_pre_hook(self.hook(block, width))
                    width = resnet.conv1.out_channels

        def hook(self, block, width):
            def change(resnet, inputs):
                b, s = self.factors(block, width)
                if b == 1 and s == 1:
                    return None
                backbone, skip = inputs[0][:, :width].clone(), inputs[0][:, width:]
                return (torch.cat([self.backbone(backbone, b), self.skip(skip, s)], dim=1), *inputs[1:])

            return change

        def factors(self, block, width):
            stage = block if self.panel["rule"] == "blocks" else {4 * self.first: 0, 2 * self.first: 1}.get(width)
            blocks = self.panel["blocks"]
            if not self.active or stage is None or stage >= len(self.panel["b"]) or (blocks is not None and stage not in blocks):
                return 1, 1
            return self.panel["b"][stage], self.panel["s"][stage]

        def backbone(self, x, b):
            if b != 1:
                factor, mean = b, x.mean(1, keepdim=True)
                if self.panel["version"] == 2:
                    low, high = mean.amin((2, 3), keepdim=True), mean.amax((2, 3), keepdim=True)
                    factor = (b - 1) * (mean - low) / (high - low) + 1
                x[:, : x.shape[1] // 2] *= factor
            return x

        def skip(self, x, s):
            if s == 1 or self.panel["filter"] == "uniform":
                return x * s
            waves = torch.fft.fftshift(torch.fft.fft2(x.float()), dim=(-2, -1))
            (row, column), t = (side // 2 for side in x.shape[-2:]), self.panel["threshold"]
            waves[..., max(0, row - t) : row + t, max(0, column - t) : column + t] *= s
            return torch.fft.ifft2(torch.fft.ifftshift(waves, dim=(-2, -1))).real.to(x.dtype)



    """

  /// - Parameters:
  ///   - isFolder: of diffusers; else a checkpoint in one file.
  ///   - factor: pixels for each row, and each column, of latents.
  static func drawing(isFolder: Bool, factor: Int) -> String {
    let opening =
      isFolder
      ? "diffusers.DiffusionPipeline.from_pretrained(MODEL, torch_dtype=torch.float32)"
      : "diffusers.StableDiffusionPipeline.from_single_file(MODEL, torch_dtype=torch.float32)  "
        + "# an SDXL: StableDiffusionXLPipeline"
    return """
      pipe = \(opening)
      pipe.safety_checker = None
      for file, weight in LORAS:
          pipe.load_lora_weights(file)
          pipe.fuse_lora(lora_scale=weight)
          pipe.unload_lora_weights()
      freeu, schedule = FreeU(pipe.unet), pipe.scheduler.config

      for panel in PANELS:
          pipe.scheduler = getattr(diffusers, panel["scheduler"]).from_config(schedule, **panel["changes"])
          noise = torch.Generator().manual_seed(panel["seed"])
          latents = torch.randn([panel["count"]] + SHAPE, generator=noise)

          def act(step):
              freeu.active = panel["begin"] <= step / panel["steps"] < panel["end"]

          def after(pipe, step, timestep, values):
              act(step + 1)
              return values

          freeu.panel = panel
          act(0)
          images = pipe(
              prompt=panel["prompt"], negative_prompt=panel["negative"], guidance_scale=panel["guidance"],
              num_inference_steps=panel["steps"], eta=panel["eta"], generator=noise, latents=latents,
              height=SHAPE[1] * \(factor), width=SHAPE[2] * \(factor), callback_on_step_end=after,
          ).images
          for number, image in enumerate(images):
              image.save(f"{panel['name']}-{number + 1}.png")

      """
  }
}
