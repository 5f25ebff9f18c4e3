"""U-ViT with the Gaussian mixture mask in PyTorch: the same model, files and hyper-parameters as `mezzotint train`.

Shapes: B batch, L tokens (label and time first, then the g*g patches row by row), D width, H heads, K kernels.
U-ViT: arXiv 2209.12152; mixture mask: arXiv 2309.05375. Tensor names are those of the published checkpoints.
"""
import json
import math
from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn


@dataclass
class Config:
    """As JSON under `mezzotint` in a model file's metadata; models/README.md describes the fields."""

    image_size: int = 32
    patch_size: int = 4
    channels: int = 3
    width: int = 256
    depth: int = 8
    heads: int = 4
    mlp_ratio: float = 4.0
    qkv_bias: bool = False
    time_mlp: bool = False
    final_conv: bool = True
    classes: int = 0
    mask_kernels: int = 0
    schedule: str = "cosine"
    timesteps: int = 1000
    prediction: str = "epsilon"
    label_names: list[str] = field(default_factory=list)

    @property
    def grid(self):
        return self.image_size // self.patch_size

    @property
    def extras(self):
        return 1 + (self.classes > 0)


class MixtureMask(nn.Module):
    """M(i, j) = sum_k alpha[k] exp(-d2(i, j) / (2 (sigma[k]^2 + 1e-5))), d in patches; 1 for the extra tokens."""

    def __init__(self, c: Config):
        super().__init__()
        self.extras = c.extras
        self.alpha = nn.Parameter(torch.full((c.mask_kernels, c.heads), 1 / c.mask_kernels))
        widths = torch.tensor([1.5 * 2.5**k for k in range(c.mask_kernels)])
        self.sigma = nn.Parameter(widths[:, None].repeat(1, c.heads))
        y, x = torch.meshgrid(torch.arange(c.grid), torch.arange(c.grid), indexing="ij")
        place = torch.stack([y, x], -1).reshape(-1, 2).float()
        self.register_buffer("d2", ((place[:, None] - place[None]) ** 2).sum(-1), persistent=False)

    def forward(self):
        """-> [H, L, L], float32."""
        variance = self.sigma[:, :, None, None] ** 2 + 1e-5
        mask = (self.alpha[:, :, None, None] * torch.exp(-self.d2 / (2 * variance))).sum(0)
        return F.pad(mask, (self.extras, 0, self.extras, 0), value=1.0)


class Attention(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.heads = c.heads
        self.qkv = nn.Linear(c.width, 3 * c.width, bias=c.qkv_bias)
        self.proj = nn.Linear(c.width, c.width)
        self.mask = MixtureMask(c) if c.mask_kernels else None
        self.register_buffer("fixed", None, persistent=False)

    def factors(self):
        """[H, L, L] factors on the scores: the mask with the scale in it; None for plain attention."""
        if self.mask is None:
            return self.fixed
        return self.mask() * (self.proj.in_features // self.heads) ** -0.5

    def fix_mask(self):
        """Computes the mask once and for all, for inference."""
        self.fixed, self.mask = self.factors().detach(), None

    def forward(self, x):
        b, tokens, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(x).reshape(b, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        factors = self.factors()
        if factors is None:
            mixed = F.scaled_dot_product_attention(q, k, v)
        else:
            # The mask multiplies the scores before the softmax: no fused attention has that, its masks are added.
            mixed = ((q @ k.transpose(-1, -2)) * factors).softmax(-1).to(v.dtype) @ v
        return self.proj(mixed.transpose(1, 2).reshape(b, tokens, width))


class MLP(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.fc1 = nn.Linear(c.width, int(c.width * c.mlp_ratio))
        self.fc2 = nn.Linear(int(c.width * c.mlp_ratio), c.width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, c: Config, skip: bool):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.attn, self.mlp = Attention(c), MLP(c)
        self.skip_linear = nn.Linear(2 * c.width, c.width) if skip else None

    def forward(self, x, skip=None):
        if self.skip_linear is not None:
            x = self.skip_linear(torch.cat([x, skip], -1))
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class UViT(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(c.channels, c.width, c.patch_size, c.patch_size)})
        hidden = 4 * c.width
        self.time_embed = (
            nn.Sequential(nn.Linear(c.width, hidden), nn.SiLU(), nn.Linear(hidden, c.width))
            if c.time_mlp
            else nn.Identity()
        )
        if c.classes:
            self.label_emb = nn.Embedding(c.classes, c.width)
        self.pos_embed = nn.Parameter(torch.zeros(1, c.extras + c.grid**2, c.width))
        self.in_blocks = nn.ModuleList(Block(c, False) for _ in range(c.depth // 2))
        self.mid_block = Block(c, False)
        self.out_blocks = nn.ModuleList(Block(c, True) for _ in range(c.depth // 2))
        self.norm = nn.LayerNorm(c.width)
        self.decoder_pred = nn.Linear(c.width, c.patch_size**2 * c.channels)
        self.final_layer = nn.Conv2d(c.channels, c.channels, 3, padding=1) if c.final_conv else nn.Identity()
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def time_token(self, t):
        """[B] -> [B, D]: cosines, then sines of t * 10000^(-i / (D / 2))."""
        half = self.c.width // 2
        i = torch.arange(half, dtype=torch.float32, device=t.device)
        angles = t[:, None].float() * torch.exp(-math.log(10000.0) * i / half)
        return F.pad(torch.cat([angles.cos(), angles.sin()], -1), (0, self.c.width % 2))

    def forward(self, x, t, y=None):
        """x [B, channels, size, size], t [B], y [B] or None -> what x is made of, of the same shape."""
        c = self.c
        h = self.patch_embed["proj"](x).flatten(2).transpose(1, 2)
        extra = [self.time_embed(self.time_token(t))]
        if c.classes:
            extra.insert(0, self.label_emb(y))
        h = torch.cat([e[:, None].to(h.dtype) for e in extra] + [h], 1) + self.pos_embed
        skips = []
        for block in self.in_blocks:
            h = block(h)
            skips.append(h)
        h = self.mid_block(h)
        for block in self.out_blocks:
            h = block(h, skips.pop())
        h = self.decoder_pred(self.norm(h))[:, c.extras :]
        g, p = c.grid, c.patch_size
        h = h.reshape(-1, g, g, p, p, c.channels).permute(0, 5, 1, 3, 2, 4)
        return self.final_layer(h.reshape(-1, c.channels, g * p, g * p))


def alpha_bar(c: Config):
    """[timesteps] the image's share of the power in x_t."""
    if c.schedule == "linear":
        return torch.cumprod(1 - torch.linspace(1e-4, 0.02, c.timesteps, dtype=torch.float64), 0)
    u = torch.arange(c.timesteps + 1, dtype=torch.float64) / c.timesteps
    f = torch.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2
    return torch.cumprod(1 - (1 - f[1:] / f[:-1]).clamp(max=0.999), 0)


def denoising_loss(model, images, noise, t, y, bars):
    """Mean of (output - target)^2; the images are in -1..1, the noise is unit normal."""
    a = bars[t].to(images.dtype)[:, None, None, None]
    signal, deviation = a.sqrt(), (1 - a).sqrt()
    output = model(signal * images + deviation * noise, t, y).float()
    c = model.module.c if hasattr(model, "module") else model.c
    target = {"epsilon": noise, "sample": images, "v": signal * noise - deviation * images}[c.prediction]
    return F.mse_loss(output, target)


def save(weights, c: Config, path, dtype=torch.bfloat16, extra=None):
    """Weights by name to a model file; the mask stays in float32."""
    tensors = {
        name: value.detach().to("cpu", torch.float32 if ".mask." in name else dtype).contiguous()
        for name, value in weights.items()
    }
    save_file(tensors, path, metadata={"mezzotint": json.dumps(asdict(c)), **(extra or {})})


def load(path):
    with safe_open(path, "pt") as file:
        model = UViT(Config(**json.loads(file.metadata()["mezzotint"])))
        model.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})
    return model
