"""The authors' own checkpoints of U-ViTs (github.com/baofff/U-ViT): state dicts, whose shapes say all but the heads."""
import math

from . import uvit
from .messages import Refused
from .uvit_model import UViTModel

MARKS = ("patch_embed.proj.weight", "pos_embed", "mid_block.mlp.fc1.weight", "decoder_pred.weight")
TIMESTEPS = 1000


def is_published(names):
    return all(mark in names for mark in MARKS)


def model(path, state, heads, device, dtype, watch):
    """- state: tensors by name, or the names of a safetensors file; heads: None for what the width says."""
    if any(tensor is None for tensor in state.values()):
        from safetensors.torch import load_file

        state = load_file(path)
    if "context_embed.weight" in state or state["patch_embed.proj.weight"].dim() != 4 or state["patch_embed.proj.weight"].shape[1] == 4:
        raise Refused(f"{path}: this U-ViT draws latents, which this engine does not read; have 'mezzotint engine' evaluate it")
    width, channels, patch, _ = state["patch_embed.proj.weight"].shape
    classes = len(state["label_emb.weight"]) if "label_emb.weight" in state else 0
    blocks = {name.split(".")[1] for name in state if name.startswith("in_blocks.")}
    places = state["pos_embed"].shape[1] - (2 if classes else 1)
    known = 16 if width == 1152 else width // 64 if width % 64 == 0 else None
    heads = known if heads is None else heads
    if heads is None:
        raise Refused(f"{path}: how many heads it has cannot be told from its width {width}; say it with --heads")
    if places < 1 or math.isqrt(places) ** 2 != places or not isinstance(heads, int) or heads < 1 or width % heads:
        raise Refused(f"{path}: its shapes make no U-ViT of {heads} heads; say how many it has with --heads")
    config = uvit.Config(
        image_size=math.isqrt(places) * patch, patch_size=patch, channels=channels, width=width, depth=2 * len(blocks), heads=heads, classes=classes,
        mlp_ratio=state["mid_block.mlp.fc1.weight"].shape[0] / width, qkv_bias="mid_block.attn.qkv.bias" in state, time_mlp="time_embed.0.weight" in state,
        final_conv="final_layer.weight" in state, timesteps=TIMESTEPS,
    )
    found = PublishedUViT(config, state, path, device, dtype, watch)
    # The same weights with other heads are another model.
    found.other_heads = heads if heads != known else None
    return found


class PublishedUViT(UViTModel):
    """They predict the noise over a continuous time, from 1 / 1000 to 1, of which they are told 999 times as much."""

    def __init__(self, config, state, path, device, dtype, watch):
        self.build(config, state, path, device, dtype, watch)
        # Of a timestep what the network is told: factor (timestep + offset).
        self.factor, self.offset = 999 / TIMESTEPS, 1

    def description(self):
        found, rows = super().description(), self.c.classes
        if rows in (10, 100, 1000):
            # As many as CIFAR and ImageNet have: none was left for no label.
            found["labels"].update(names=[f"label {i}" for i in range(rows)], none=None)
        times = ((i + 1) / TIMESTEPS for i in range(TIMESTEPS))
        return {
            **found, "schedule": {"alphaBars": [math.exp(-(0.1 * t + 9.95 * t * t)) for t in times]}, "time": {"factor": self.factor, "offset": self.offset},
            "run": {"sampler": {"sampler": "dpmpp-2m", "steps": 50, "spacing": "linspace", "eta": 0, "clip": False}, "guidance": 1},
        }
