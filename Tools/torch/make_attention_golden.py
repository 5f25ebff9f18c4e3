"""What the heads of the tests' small networks look at, as PyTorch has it:

    python3 Tools/torch/make_attention_golden.py Tests/Goldens Tests/Goldens/attention.safetensors

For image 0 of some of their golden cases, under NETWORK.CASE.BLOCK: `before` and `after` [head, token], what patch `PATCH` of the block
looks at without and with its mask, the extra tokens first; `statistics` [head, 2, 2], entropy in nats and mean attention distance in
patches, without and with it, over all patches. U-Nets have the mask that is laid over attention without one, at strength 1. Of prompts
NETWORK.CASE.words: [token, row, column], what the places look at, in the mean over the heads of every attention between map and prompt,
each enlarged to the sample's grid.
"""
import json
import sys
import types

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel, UNet2DModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import uvit
from make_unet_golden import freeu, install

PATCH = 3
out = {}


def put(name, value):
    out[name] = torch.tensor(np.ascontiguousarray(value, np.float32))


def squared_distances(rows, columns):
    y, x = np.divmod(np.arange(rows * columns), columns)
    return (y[:, None] - y) ** 2 + (x[:, None] - x) ** 2


def mixture(alpha, sigma, d2):
    """[kernel, head] -> M [head, place, place]."""
    variance = 2 * (sigma.astype(np.float64) ** 2 + 1e-5)
    return (alpha[:, :, None, None] * np.exp(-d2 / variance[:, :, None, None])).sum(0)


def record(name, scores, mask, d2):
    """scores [head, token, token] as q k / sqrt(d), mask [head, place, place]; the extra tokens come first."""
    extras = scores.shape[1] - len(d2)
    scores = scores.detach().double().numpy()
    factors = np.pad(mask, ((0, 0), (extras, 0), (extras, 0)), constant_values=1.0)
    numbers = []
    for when, s in (("before", scores), ("after", scores * factors)):
        a = torch.tensor(s).softmax(-1).numpy()[:, extras:]
        put(f"{name}.{when}", a[:, PATCH])
        entropy = -(a * np.log(a)).sum(-1).mean(-1)
        places = a[..., extras:]
        distance = ((places * np.sqrt(d2)).sum(-1) / places.sum(-1)).mean(-1)
        numbers.append(np.stack([entropy, distance], -1))
    put(f"{name}.statistics", np.stack(numbers, 1))


def of_uvit(folder, name, index):
    model = uvit.load(f"{folder}/{name}/model.safetensors").eval()
    cases = load_file(f"{folder}/{name}/cases.safetensors")
    with safe_open(f"{folder}/{name}/cases.safetensors", "pt") as file:
        knobs = json.loads(file.metadata()["cases"])[index]
    c, d2 = model.c, squared_distances(model.c.grid, model.c.grid)
    for stage, block in enumerate(model.out_blocks):
        plain = block.forward

        def joined(x, skip, stage=stage, plain=plain):
            maps = [t[:, c.extras :].transpose(1, 2).reshape(len(t), c.width, c.grid, c.grid) for t in (x, skip)]
            acts = knobs["blocks"] is None or stage in knobs["blocks"]
            scaled = freeu(*maps, knobs["b"], knobs["s"], knobs) if acts else maps
            return plain(*(torch.cat([t[:, : c.extras], m.flatten(2).transpose(1, 2)], 1) for t, m in zip((x, skip), scaled)))

        block.forward = joined
    for place, block in enumerate([*model.in_blocks, model.mid_block, *model.out_blocks]):
        attention = block.attn
        mask = np.ones((c.heads, len(d2), len(d2)))
        if attention.mask is not None:
            alpha, sigma = (t.detach().numpy() for t in (attention.mask.alpha, attention.mask.sigma))
            mask = mixture(alpha * knobs["alpha_gain"], sigma * knobs["sigma_gain"], d2)
            mask = 1 + knobs["mask_strength"] * (mask - 1)

        def forward(x, attention=attention, mask=mask, place=place):
            b, tokens, width = x.shape
            size = width // c.heads
            q, k, v = attention.qkv(x).reshape(b, tokens, 3, c.heads, size).permute(2, 0, 3, 1, 4)
            scores = q @ k.transpose(-1, -2) * size**-0.5
            record(f"{name}.{index}.{place}", scores[0], mask, d2)
            factors = torch.tensor(np.pad(mask, ((0, 0), (c.extras, 0), (c.extras, 0)), constant_values=1.0)).float()
            return attention.proj(((scores * factors).softmax(-1) @ v).transpose(1, 2).reshape(b, tokens, width))

        attention.forward = forward
    result = model(cases[f"case.{index}.x"], cases[f"case.{index}.t"], cases.get(f"case.{index}.y"))
    assert (result - cases[f"case.{index}.out"]).abs().max() < 1e-4, (name, index)


class Recorder:
    """Attention with the mask that is laid over it; it records what it does."""

    def __init__(self, name):
        self.name, self.block, self.grid, self.texts = name, 0, None, []

    def __call__(self, attn, x, encoder_hidden_states=None, attention_mask=None, temb=None, **_):
        before, shape = x, x.shape
        if x.dim() == 4:
            self.grid = shape[2:]
            x = x.view(shape[0], shape[1], -1).transpose(1, 2)
        if attn.group_norm is not None:
            x = attn.group_norm(x.transpose(1, 2)).transpose(1, 2)
        context = x if encoder_hidden_states is None else encoder_hidden_states
        heads = lambda t: t.unflatten(-1, (attn.heads, -1)).transpose(1, 2)
        q, k, v = heads(attn.to_q(x)), heads(attn.to_k(context)), heads(attn.to_v(context))
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        if encoder_hidden_states is None:
            d2 = squared_distances(*self.grid)
            one = np.ones((1, attn.heads))
            mask = mixture(np.concatenate([one, 0 * one, 0 * one]), np.concatenate([2 * one, 4 * one, one]), d2)
            record(f"{self.name}.{self.block}", scores[0], mask, d2)
            scores = scores * torch.tensor(mask).float()
            self.block += 1
        else:
            self.texts.append(scores[0].softmax(-1).mean(0).T.unflatten(-1, self.grid))
        x = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
        x = attn.to_out[0](x)
        if before.dim() == 4:
            x = x.transpose(1, 2).reshape(shape)
        if attn.residual_connection:
            x = x + before
        return x / attn.rescale_output_factor


def of_unet(folder, name, index):
    config = json.load(open(f"{folder}/unet/{name}/config.json"))
    model = {"UNet2DModel": UNet2DModel, "UNet2DConditionModel": UNet2DConditionModel}[config["_class_name"]].from_config(config).eval()
    weights = load_file(f"{folder}/unet/{name}/weights.safetensors")
    if name not in ("prompts", "depths"):
        for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
            weights = {k.replace(f".{old}.", f".{new}."): v for k, v in weights.items()}
    model.load_state_dict({k: v.float() for k, v in weights.items()})
    cases = load_file(f"{folder}/unet/{name}/cases.safetensors")
    with safe_open(f"{folder}/unet/{name}/cases.safetensors", "pt") as file:
        install(model, json.loads(file.metadata()["cases"])[index]["freeu"])
    recorder = Recorder(f"{name}.{index}")
    for module in model.modules():
        if type(module).__name__ == "Attention":
            module.set_processor(recorder)
        # Transformers see rows alone: the map's grid is noted where they begin.
        if type(module).__name__ == "Transformer2DModel":
            module.register_forward_pre_hook(lambda m, a, r=recorder: setattr(r, "grid", a[0].shape[2:]))
    x, t = cases[f"case.{index}.x"], cases[f"case.{index}.t"]
    if "Condition" in config["_class_name"]:
        model(x, t, cases[f"case.{index}.context"])
        larger = [F.interpolate(m[None], x.shape[2:], mode="bilinear", align_corners=False)[0] for m in recorder.texts]
        put(f"{name}.{index}.words", torch.stack(larger).mean(0).numpy())
    else:
        model(x, t, class_labels=cases.get(f"case.{index}.label"))


if __name__ == "__main__":
    folder, path = sys.argv[1:]
    with torch.no_grad():
        with safe_open(f"{folder}/labelled/cases.safetensors", "pt") as file:
            knobs = json.loads(file.metadata()["cases"])
        bent = next(i for i, k in enumerate(knobs) if (k["alpha_gain"], k["sigma_gain"], k["mask_strength"]) != (1, 1, 1))
        for network, index in (("labelled", 1), ("labelled", bent), ("plain", 3)):
            of_uvit(folder, network, index)
        for network, index in (("labels", 2), ("pixels", 2), ("prompts", 2)):
            of_unet(folder, network, index)
    save_file(out, path)
    print(f"{len(out)} tensors; the bent case is {bent}")
