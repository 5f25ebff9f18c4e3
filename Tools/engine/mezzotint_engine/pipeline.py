"""Models that draw from text: a U-Net between text encoders and an autoencoder."""
import torch

from .lora import Additions
from .messages import Refused

# Of Stable Diffusion 1, 2 and of XL: rgb = latents^T M + bias; the numbers of stable-diffusion.cpp's latent-preview.h (MIT).
KNOWN_PREVIEWS = {
    0.18215: (
        [[0.337366, 0.216344, 0.257386], [0.165636, 0.386828, 0.046994], [-0.267803, 0.237036, 0.223517], [-0.178022, -0.200862, -0.678514]],
        [-0.017478, -0.055834, -0.105825],
    ),
    0.13025: (
        [[0.258303, 0.277640, 0.329699], [-0.299701, 0.105446, 0.014194], [0.050522, 0.186163, -0.143257], [-0.211938, -0.149892, -0.080036]],
        [0.144381, -0.033313, 0.007061],
    ),
}


class PipelineModel:
    def __init__(self, unet, prompts, vae, tiny, preview, device):
        """- unet: `UNetModel`; prompts: `Prompts`; vae, tiny: diffusers' autoencoders; preview: what a person asked for."""
        self.unet, self.prompts, self.device = unet, prompts, device
        self.vae, self.tiny, self.preview = vae.to(device).eval(), tiny and tiny.to(device).eval(), preview
        self.is_small = type(vae).__name__ == "AutoencoderTiny"
        self.factor = 2 ** (len(vae.config.encoder_block_out_channels if self.is_small else vae.config.block_out_channels) - 1)
        self.linear, self.scheduler = None, None

    def add(self, loras):
        texts = {name: encoder for name, (_, encoder) in zip(("text_encoder", "text_encoder_2"), self.prompts.parts)}
        self.additions = Additions({"unet": self.unet.net, **texts}, loras)

    def weigh(self, weights):
        if self.additions.weigh(weights):
            self.prompts.kept.clear()

    def description(self):
        found = self.unet.description()
        rows, columns = (side * self.factor for side in found["sample"][1:])
        others = [self.vae] + [encoder for _, encoder in self.prompts.parts]
        found["parameters"] += sum(part.numel() for module in others for part in module.parameters())
        found["family"] = "Stable Diffusion XL" if self.unet.is_told_sizes else "Stable Diffusion"
        found["picture"] = [3, rows, columns]
        found["prompts"] = {"isToldGuidance": found["conditions"]["guidanceWidth"] is not None}
        found["previews"] = self.ways(rows, columns)
        if self.scheduler is not None:
            found["scheduler"] = self.scheduler
        return found

    def ways(self, rows, columns):
        if self.preview == "full":
            return ["full"]
        if self.tiny is not None:
            return ["tiny", "full"]
        if self.preview is None and self.is_small and rows * columns <= 128 * 128:
            return ["full"]
        return ["linear", "full"]

    def mask_tensors(self):
        return {}

    def size(self, rows, columns):
        return self.unet.size(rows, columns)

    def told(self, row):
        if row.prompt is None:
            raise Refused("a row without a prompt")
        return {**self.prompts(row.prompt), "factor": self.factor, "guidance": float(row.prompt.get("guidance") or self.guidance)}

    def evaluate(self, samples, rows):
        return self.unet.evaluate(samples, rows, [self.told(row) for row in rows])

    def probe(self, sample, row, question):
        seen = self.unet.probe(sample, row, question, [self.told(row)])
        if question.get("whole") == "words" and seen is not None:
            return seen, self.prompts.words(row.prompt)
        return seen

    def windows(self, prompt):
        return self.prompts(prompt)["windows"]

    @torch.inference_mode()
    def pictures(self, samples, way):
        if way == "linear":
            self.linear = self.linear or self.known() or self.fitted()
            factors, bias = self.linear
            return torch.einsum("bchw,cr->brhw", samples, factors) + bias[:, None, None]
        return self.decoded(self.tiny if way == "tiny" and self.tiny is not None else self.vae, samples)

    def decoded(self, vae, samples):
        latents = samples.to(self.device, torch.float32)
        c = vae.config
        mean, deviation = (getattr(c, name, None) for name in ("latents_mean", "latents_std"))
        if mean is not None and deviation is not None:
            mean, deviation = (torch.tensor(numbers, device=self.device)[:, None, None] for numbers in (mean, deviation))
            latents = latents * deviation / c.scaling_factor + mean
        else:
            latents = latents / c.scaling_factor + (getattr(c, "shift_factor", None) or 0)
        dtype = next(vae.parameters()).dtype
        # One by one: a decoder's maps are the largest of all.
        return torch.cat([vae.decode(one[None].to(dtype), return_dict=False)[0].float().cpu() for one in latents])

    def known(self):
        c = self.vae.config
        if self.is_small or c.latent_channels != 4 or list(c.block_out_channels) != [128, 256, 512, 512]:
            return None
        found = KNOWN_PREVIEWS.get(c.scaling_factor)
        return found and tuple(torch.tensor(numbers) for numbers in found)

    def fitted(self):
        """Least squares over the colours of patches of random latents, as mezzotint itself fits it."""
        channels, side, patch = self.unet.config.in_channels, 8, 2
        colours = torch.randn([4, channels, side // patch, side // patch], generator=torch.Generator().manual_seed(0))
        latents = colours.repeat_interleave(patch, 2).repeat_interleave(patch, 3)
        pictures = self.decoded(self.tiny or self.vae, latents).clamp(-1, 1).double()
        means = torch.nn.functional.avg_pool2d(pictures, pictures.shape[-1] // side)
        known = torch.cat([latents.double(), torch.ones(4, 1, side, side, dtype=torch.float64)], 1)
        rows, targets = (x.permute(0, 2, 3, 1).flatten(0, 2) for x in (known, means))
        solution = torch.linalg.lstsq(rows, targets).solution.float()
        return solution[:-1], solution[-1]
