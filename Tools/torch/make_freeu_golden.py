"""FreeU as diffusers has it, on small maps, for the tests of our own.

    python3 Tools/torch/make_freeu_golden.py Tests/Goldens/freeu.safetensors

Every case has backbone, skip [batch, channel, row, column] and what became of them; its numbers are metadata.
"""
import json
import sys

import torch
from diffusers.utils.torch_utils import apply_freeu, fourier_filter
from safetensors.torch import save_file

torch.manual_seed(0)
tensors, cases = {}, []


def add(shape, skip_channels, stage, threshold=1, b=(1.3, 1.4), s=(0.9, 0.2)):
    batch, channels, height, width = shape
    backbone, skip = torch.randn(shape), torch.randn(batch, skip_channels, height, width) + 1
    if threshold == 1:
        # In place on the backbone: it gets a copy.
        scaled, filtered = apply_freeu(stage, backbone.clone(), skip, b1=b[0], b2=b[1], s1=s[0], s2=s[1])
    else:
        scaled, filtered = backbone.clone(), fourier_filter(skip, threshold, s[stage])
    name = f"case.{len(cases)}"
    cases.append({"b": b[stage] if threshold == 1 else 1, "s": s[stage], "threshold": threshold})
    for key, value in {"backbone": backbone, "skip": skip, "scaled": scaled, "filtered": filtered}.items():
        tensors[f"{name}.{key}"] = value.contiguous()


add((2, 8, 4, 4), 6, 0)
add((1, 6, 8, 8), 4, 1)
add((1, 5, 3, 5), 3, 1)
add((1, 40, 6, 4), 37, 0, s=(0.0, 1.0))
add((1, 2, 2, 2), 2, 1)
add((1, 2, 8, 6), 3, 1, threshold=2)
add((1, 2, 9, 8), 3, 0, threshold=3, s=(-0.5, 1.0))
save_file(tensors, sys.argv[1], metadata={"cases": json.dumps(cases)})
