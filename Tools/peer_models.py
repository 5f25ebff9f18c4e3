"""The networks that peers.py times, read and made with PyTorch."""
import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def load(path):
    """A U-ViT with its masks computed once, or a folder's U-Net."""
    if os.path.isdir(path):
        return load_unet(path)
    import uvit
    model = uvit.load(path).eval()
    for module in model.modules():
        if isinstance(module, uvit.Attention) and module.mask is not None:
            module.fix_mask()
    model.sample_shape = (model.c.channels, model.c.image_size, model.c.image_size)
    return model


def load_unet(path):
    import diffusers
    import torch

    if os.path.isdir(os.path.join(path, "unet")):
        return load_conditional_unet(os.path.join(path, "unet"))

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.unet = diffusers.UNet2DModel.from_pretrained(path).eval()
            c = self.unet.config
            self.sample_shape = (c.in_channels, c.sample_size, c.sample_size)

        def forward(self, x, t, y):
            return self.unet(x, t, return_dict=False)[0]

    return Network().eval()


def load_conditional_unet(path):
    import diffusers
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.unet = diffusers.UNet2DConditionModel.from_pretrained(path, torch_dtype=torch.float32).eval()
            c = self.unet.config
            self.sample_shape = (c.in_channels, c.sample_size, c.sample_size)
            torch.manual_seed(0)
            # What a prompt would be.
            self.register_buffer("context", torch.randn(1, 77, c.cross_attention_dim))

        def forward(self, x, t, y):
            return self.unet(x, t, self.context.expand(x.shape[0], -1, -1), return_dict=False)[0]

    return Network().eval()


def load_decoder(path):
    """From latents, as samplers have them, to pictures: the autoencoder of a pipeline's folder."""
    import diffusers
    import torch

    config = json.loads((Path(path) / "vae/config.json").read_text())
    kind = getattr(diffusers, config["_class_name"])

    class Decoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.autoencoder = kind.from_pretrained(os.path.join(path, "vae"), torch_dtype=torch.float32)
            side = json.loads((Path(path) / "unet/config.json").read_text())["sample_size"]
            self.sample_shape = (config["latent_channels"], side, side)

        def forward(self, x, t, y):
            return self.autoencoder.decode(x / config["scaling_factor"], return_dict=False)[0]

    return Decoder().eval()


# What Stable Diffusion's autoencoder is; diffusers' AutoencoderTiny is TAESD's shape where nothing is said.
AUTOENCODER = dict(
    block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)


def write_decoder(path, size, is_tiny):
    """An autoencoder for pictures of so many pixels, Stable Diffusion's or TAESD's shape, around the least network."""
    import diffusers
    import torch
    import transformers
    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        sample_size=size // 8, cross_attention_dim=32, attention_head_dim=8, block_out_channels=(32, 64),
        layers_per_block=1, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"))
    vae = diffusers.AutoencoderTiny() if is_tiny else diffusers.AutoencoderKL(**AUTOENCODER)
    text = transformers.CLIPTextModel(transformers.CLIPTextConfig(
        vocab_size=49408, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=77))
    write_pipeline(path, unet, vae, text)


def write_stable_diffusion(path, size):
    """Version 1.5's shape, for pictures of so many pixels."""
    import diffusers
    import torch
    import transformers
    torch.manual_seed(0)
    with torch.device("meta"):
        unet = diffusers.UNet2DConditionModel(
            sample_size=size // 8, cross_attention_dim=768, attention_head_dim=8,
            block_out_channels=(320, 640, 1280, 1280), layers_per_block=2,
            down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
            up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)
        vae = diffusers.AutoencoderKL(**AUTOENCODER)
        text = transformers.CLIPTextModel(transformers.CLIPTextConfig(
            vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
            max_position_embeddings=77))
    for part in (unet, vae, text):
        part.to_empty(device="cpu").half()
        with torch.no_grad():
            for weight in part.parameters():
                weight.copy_(0.02 * torch.randn(weight.shape))
    write_pipeline(path, unet, vae, text)


def write_pipeline(path, unet, vae, text):
    """A folder as diffusers has it, with Stable Diffusion's scheduler and CLIP's tokenizer."""
    import diffusers
    for name, part in (("unet", unet), ("vae", vae), ("text_encoder", text)):
        part.save_pretrained(os.path.join(path, name))
    diffusers.PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1,
    ).save_pretrained(os.path.join(path, "scheduler"))
    write_clip_tokenizer(Path(path) / "tokenizer")
    parts = {
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", type(vae).__name__],
        "text_encoder": ["transformers", "CLIPTextModel"], "scheduler": ["diffusers", "PNDMScheduler"]}
    index = {"_class_name": "StableDiffusionPipeline", **parts}
    (Path(path) / "model_index.json").write_text(json.dumps(index))


def write_clip_tokenizer(path):
    """CLIP's own: its vocabulary follows from its merges (bytes, bytes at a word's end, merges, two marks)."""
    merges = (ROOT / "tokenizers/clip/merges.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line for line in merges if line and not line.startswith("#version")]
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    letters = [chr(byte) for byte in shown] + [chr(256 + index) for index in range(len(hidden))]
    words = letters + [letter + "</w>" for letter in letters] + [pair.replace(" ", "") for pair in pairs]
    words += ["<|startoftext|>", "<|endoftext|>"]
    path.mkdir(parents=True)
    (path / "vocab.json").write_text(json.dumps({word: index for index, word in enumerate(words)}), encoding="utf-8")
    (path / "merges.txt").write_text("#version: 0.2\n" + "\n".join(pairs) + "\n", encoding="utf-8")


def write_unet(path):
    """google/ddpm-cifar10-32's shape."""
    import diffusers
    import torch
    torch.manual_seed(0)
    unet = diffusers.UNet2DModel(
        sample_size=32, block_out_channels=(128, 256, 256, 256), layers_per_block=2, attention_head_dim=None,
        down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), downsample_padding=0,
        flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6)
    unet.save_pretrained(path)
