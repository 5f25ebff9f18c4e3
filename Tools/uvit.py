"""U-ViT in plain PyTorch, for timing it on other engines: the same weights, the mask precomputed, no knobs.

Bao et al. 2022, arXiv:2209.12152; the mixture mask of arXiv:2309.05375. Tensor names are those of the published
checkpoints. Shapes: B batch, L tokens (extras first, then the patches row by row), D width, H heads.
"""
import json
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

DEFAULTS = dict(
    image_size=32, patch_size=4, channels=3, width=256, depth=8, heads=4, mlp_ratio=4.0, qkv_bias=False,
    time_mlp=False, final_conv=True, classes=0, mask_kernels=0, schedule="cosine", timesteps=1000,
    prediction="epsilon", label_names=[])


def mixture_mask(alpha, sigma, grid, extras):
    """[H, L, L] factors on the scores; 1 where an extra token takes part."""
    y, x = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    place = torch.stack([y, x], -1).reshape(-1, 2).float()
    squared = ((place[:, None] - place[None]) ** 2).sum(-1)
    kernels = alpha[:, :, None, None] * torch.exp(-squared / (2 * (sigma[:, :, None, None] ** 2 + 1e-5)))
    return F.pad(kernels.sum(0), (extras, 0, extras, 0), value=1.0)


class Attention(nn.Module):
    def __init__(self, c, extras, grid):
        super().__init__()
        self.heads = c["heads"]
        self.qkv = nn.Linear(c["width"], 3 * c["width"], bias=c["qkv_bias"])
        self.proj = nn.Linear(c["width"], c["width"])
        tokens = extras + grid * grid
        self.register_buffer(
            "factors", torch.ones(c["heads"], tokens, tokens) if c["mask_kernels"] else None, persistent=False)

    def forward(self, x):
        b, l, d = x.shape
        q, k, v = self.qkv(x).reshape(b, l, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scale = (d // self.heads) ** -0.5
        if self.factors is None:
            mixed = F.scaled_dot_product_attention(q, k, v, scale=scale)
        else:
            # The factor comes before the softmax: no fused attention has that, its masks are added.
            mixed = ((q @ k.transpose(-1, -2)) * self.factors).softmax(-1) @ v
        return self.proj(mixed.transpose(1, 2).reshape(b, l, d))


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        hidden = int(c["width"] * c["mlp_ratio"])
        self.fc1, self.fc2 = nn.Linear(c["width"], hidden), nn.Linear(hidden, c["width"])

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, c, extras, grid, skip):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(c["width"]), nn.LayerNorm(c["width"])
        self.attn, self.mlp = Attention(c, extras, grid), MLP(c)
        self.skip_linear = nn.Linear(2 * c["width"], c["width"]) if skip else None

    def forward(self, x, skip=None):
        if self.skip_linear is not None:
            x = self.skip_linear(torch.cat([x, skip], -1))
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class UViT(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c = {**DEFAULTS, **c}
        width, patch, half = c["width"], c["patch_size"], c["depth"] // 2
        self.grid, self.extras = c["image_size"] // patch, 1 + (c["classes"] > 0)
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(c["channels"], width, patch, patch)})
        if c["time_mlp"]:
            self.time_embed = nn.Sequential(nn.Linear(width, 4 * width), nn.SiLU(), nn.Linear(4 * width, width))
        else:
            self.time_embed = nn.Identity()
        if c["classes"]:
            self.label_emb = nn.Embedding(c["classes"], width)
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, self.extras + self.grid ** 2, width))
        block = lambda skip: Block(c, self.extras, self.grid, skip)
        self.in_blocks = nn.ModuleList(block(False) for _ in range(half))
        self.mid_block = block(False)
        self.out_blocks = nn.ModuleList(block(True) for _ in range(half))
        self.norm = nn.LayerNorm(width)
        self.decoder_pred = nn.Linear(width, patch ** 2 * c["channels"])
        final = nn.Conv2d(c["channels"], c["channels"], 3, padding=1)
        self.final_layer = final if c["final_conv"] else nn.Identity()

    def forward(self, x, t, y):
        """x [B, channels, size, size], t [B] timesteps, y [B] labels -> of x's shape."""
        c, half = self.c, self.c["width"] // 2
        h = self.patch_embed["proj"](x).flatten(2).transpose(1, 2)
        frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float32) / half)
        angles = t[:, None].float() * frequencies[None]
        time = torch.cat([angles.cos(), angles.sin()], -1).to(h.dtype)
        extras = [self.time_embed(time)[:, None]]
        if c["classes"]:
            extras.insert(0, self.label_emb(y)[:, None])
        h = torch.cat(extras + [h], 1) + self.pos_embed
        skips = []
        for block in self.in_blocks:
            h = block(h)
            skips.append(h)
        h = self.mid_block(h)
        for block in self.out_blocks:
            h = block(h, skips.pop())
        h = self.decoder_pred(self.norm(h))[:, self.extras:]
        b, g, p = h.shape[0], self.grid, c["patch_size"]
        h = h.reshape(b, g, g, p, p, c["channels"]).permute(0, 5, 1, 3, 2, 4)
        return self.final_layer(h.reshape(b, c["channels"], g * p, g * p))


def load(path):
    """The model in a safetensors file, float32, its masks (with the scale in them) computed once."""
    from safetensors import safe_open
    with safe_open(path, "pt") as file:
        model = UViT(json.loads(file.metadata()["mezzotint"]))
        state = {name: file.get_tensor(name).float() for name in file.keys()}
    scale = (model.c["width"] // model.c["heads"]) ** -0.5
    for name, module in model.named_modules():
        if isinstance(module, Attention) and module.factors is not None:
            alpha, sigma = state.pop(f"{name}.mask.alpha"), state.pop(f"{name}.mask.sigma")
            module.factors = scale * mixture_mask(alpha, sigma, model.grid, model.extras)
    model.load_state_dict(state)
    return model.eval()


def save_random(path, **configuration):
    """A model with random weights, to time a shape that no file has."""
    from safetensors.torch import save_file
    torch.manual_seed(0)
    model = UViT(configuration)
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, path, metadata={"mezzotint": json.dumps(model.c)})
