"""What PyTorch makes of one evaluation of a network: to hold `mezzotint forward` against the code a model came from.

    python3 Tools/torch/check_forward.py MODEL --make CASE.safetensors              a random case for this model
    python3 Tools/torch/check_forward.py MODEL --input CASE.safetensors --output OUT.safetensors
    python3 Tools/torch/check_forward.py MODEL --input CASE.safetensors --compare OUT.safetensors

MODEL is a folder of diffusers (a pipeline's, or that of its U-Net) or a model file of mezzotint. A case has x
[B, C, H, W] and t [B], what the network is fed; where the model has them also label [B], context [B, L, W],
cond [B, W], added.text_embeds and added.time_ids. OUT has `out`. --compare ends with status 1 beyond 1e-4 of the largest value.
"""
import argparse
import json
import os
import sys

import diffusers
import torch
import uvit
from safetensors.torch import load_file, save_file


def load(path):
    """-> the network in float32, its configuration (of diffusers), or None for a U-ViT."""
    if os.path.isfile(path):
        return uvit.load(path).eval(), None
    folder = os.path.join(path, "unet") if os.path.isdir(os.path.join(path, "unet")) else path
    with open(os.path.join(folder, "config.json"), encoding="utf8") as file:
        network = getattr(diffusers, json.load(file)["_class_name"])
    model = network.from_pretrained(folder, torch_dtype=torch.float32).eval()
    return model, model.config


def random_case(model, config, count=2, seed=0):
    torch.manual_seed(seed)
    if config is None:
        c = model.c
        case = {"x": torch.randn(count, c.channels, c.image_size, c.image_size)}
        classes = c.classes
    else:
        case = {"x": torch.randn(count, config.in_channels, config.sample_size, config.sample_size)}
        classes = config.num_class_embeds or 0
        if width := config.get("cross_attention_dim"):
            case["context"] = torch.randn(count, 77, width)
        if width := config.get("time_cond_proj_dim"):
            case["cond"] = torch.randn(count, width)
        if config.get("addition_embed_type") == "text_time":
            width = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
            side = 8.0 * config.sample_size
            case["added.text_embeds"] = torch.randn(count, width)
            case["added.time_ids"] = torch.tensor([[side, side, 0, 0, side, side]] * count)
    if classes:
        case["label"] = torch.arange(count) % classes
    return case | {"t": torch.randint(0, 1000, (count,)).float()}


@torch.no_grad()
def forward(model, config, case):
    x, t, label = case["x"], case["t"], case.get("label")
    if config is None:
        return model(x, t, label)
    named = {"class_labels": label, "encoder_hidden_states": case.get("context"), "timestep_cond": case.get("cond")}
    added = {key.removeprefix("added."): value for key, value in case.items() if key.startswith("added.")}
    if added:
        named["added_cond_kwargs"] = added
    return model(x, t, **{key: value for key, value in named.items() if value is not None}).sample


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    for flag in ("--make", "--input", "--output", "--compare"):
        parser.add_argument(flag, metavar="FILE")
    a = parser.parse_args()
    if bool(a.make) == bool(a.input):
        parser.error("expected --make or --input")
    model, config = load(a.model)
    if a.make:
        save_file(random_case(model, config), a.make)
        return
    out = forward(model, config, load_file(a.input)).contiguous()
    print(f"{list(out.shape)}  mean {out.mean():.6f}  deviation {out.std():.6f}  largest {out.abs().max():.6f}")
    if a.output:
        save_file({"out": out}, a.output)
    if a.compare:
        other = load_file(a.compare)["out"].float()
        if other.shape != out.shape:
            sys.exit(f"{a.compare}: out is {list(other.shape)}, expected {list(out.shape)}")
        share = ((out - other).abs().max() / out.abs().max()).item()
        print(f"largest difference {share:.2e} of the largest value")
        sys.exit(0 if share <= 1e-4 else 1)  # a NaN is no match either


if __name__ == "__main__":
    main()
