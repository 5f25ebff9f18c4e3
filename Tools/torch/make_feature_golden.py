"""What meets in the concatenations of the tests' small networks, as PyTorch and NumPy have it:

    python3 Tools/torch/make_feature_golden.py Tests/Goldens Tests/Goldens/features.safetensors

For image 0 of some of their golden cases, under NETWORK.CASE.STAGE.CONCATENATION: `MAP.WHEN.amplitude`, the radial spectrum of
backbone and skip before and after FreeU; `MAP.mean`, the mean over channels [row, column]; `factor`, what version 2 makes of it with
the case's b; `MAP.components` [3, row, column], the first three principal components. `odd.N` are maps and spectra of odd sizes.
"""
import json
import sys

import numpy as np
import torch
from diffusers import UNet2DModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import uvit
from make_unet_golden import freeu

out = {}


def spectrum(x):
    """[channel, row, column] -> mean |F| over channels and the bins at each rounded radius."""
    x = np.asarray(x, np.float64)
    amplitude = np.abs(np.fft.fft2(x, norm="ortho")).mean(0)
    v, u = (np.fft.fftfreq(n) * n for n in x.shape[1:])
    radius = np.round(np.hypot(v[:, None], u[None])).astype(int)
    return np.bincount(radius.ravel(), amplitude.ravel()) / np.bincount(radius.ravel())


def components(x):
    """[channel, row, column] -> the places' scores on the first three principal axes, [3, row, column]."""
    flat = np.asarray(x, np.float64).reshape(len(x), -1).T
    flat = flat - flat.mean(0)
    u, s, _ = np.linalg.svd(flat, full_matrices=False)
    return (u * s)[:, :3].T.reshape(-1, *x.shape[1:])


def put(name, value):
    out[name] = torch.tensor(np.ascontiguousarray(value, np.float32))


def record(name, before, after, b):
    for what, one, two in zip(("backbone", "skip"), before, after):
        put(f"{name}.{what}.before.amplitude", spectrum(one))
        put(f"{name}.{what}.after.amplitude", spectrum(two))
        put(f"{name}.{what}.mean", one.mean(0))
        put(f"{name}.{what}.components", components(one))
    mean = np.asarray(before[0], np.float64).mean(0)
    put(f"{name}.factor", 1 + (b - 1) * (mean - mean.min()) / (mean.max() - mean.min()))


def of_uvit(folder, name, index):
    model = uvit.load(f"{folder}/{name}/model.safetensors").eval()
    cases = load_file(f"{folder}/{name}/cases.safetensors")
    with safe_open(f"{folder}/{name}/cases.safetensors", "pt") as file:
        knobs = json.loads(file.metadata()["cases"])[index]
    c, label = model.c, cases.get(f"case.{index}.y")
    for stage, block in enumerate(model.out_blocks):
        plain = block.forward

        def forward(x, skip, stage=stage, plain=plain):
            maps = [t[:, c.extras :].transpose(1, 2).reshape(len(t), c.width, c.grid, c.grid) for t in (x, skip)]
            acts = knobs["blocks"] is None or stage in knobs["blocks"]
            scaled = freeu(*maps, knobs["b"], knobs["s"], knobs) if acts else maps
            record(f"{name}.{index}.{stage}.0", [m[0] for m in maps], [m[0] for m in scaled], knobs["b"])
            x, skip = (
                torch.cat([t[:, : c.extras], m.flatten(2).transpose(1, 2)], 1) for t, m in zip((x, skip), scaled)
            )
            return plain(x, skip)

        block.forward = forward
    result = model(cases[f"case.{index}.x"], cases[f"case.{index}.t"], label)
    assert (result - cases[f"case.{index}.out"]).abs().max() < 1e-4, (name, index)


def of_unet(folder, name, index):
    config = json.load(open(f"{folder}/unet/{name}/config.json"))
    model = UNet2DModel.from_config(config).eval()
    weights = load_file(f"{folder}/unet/{name}/weights.safetensors")
    for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
        weights = {k.replace(f".{old}.", f".{new}."): v for k, v in weights.items()}
    model.load_state_dict({k: v.float() for k, v in weights.items()})
    cases = load_file(f"{folder}/unet/{name}/cases.safetensors")
    with safe_open(f"{folder}/unet/{name}/cases.safetensors", "pt") as file:
        knobs = json.loads(file.metadata()["cases"])[index]["freeu"]
    first, cat = config["block_out_channels"][0], torch.cat
    for index_, block in enumerate(model.up_blocks):
        plain = block.forward

        def forward(*a, stage=index_, plain=plain, **k):
            count = 0

            def patched(ts, dim=0, **kw):
                nonlocal count
                if dim != 1 or len(ts) != 2 or ts[0].dim() != 4:
                    return cat(ts, dim=dim, **kw)
                row = stage if knobs["rule"] == "blocks" else {4 * first: 0, 2 * first: 1}.get(ts[0].shape[1], -1)
                b, s = (knobs["b"][row], knobs["s"][row]) if 0 <= row < len(knobs["b"]) else (1, 1)
                torch.cat = cat
                scaled = freeu(*ts, b, s, knobs)
                record(f"{name}.{index}.{stage}.{count}", [t[0] for t in ts], [t[0] for t in scaled], b)
                count += 1
                torch.cat = patched
                return cat(list(scaled), dim=dim, **kw)

            torch.cat = patched
            try:
                return plain(*a, **k)
            finally:
                torch.cat = cat

        block.forward = forward
    label = cases.get(f"case.{index}.label")
    result = model(cases[f"case.{index}.x"], cases[f"case.{index}.t"], class_labels=label).sample
    assert (result - cases[f"case.{index}.out"]).abs().max() < 1e-4, (name, index)


if __name__ == "__main__":
    folder, path = sys.argv[1:]
    torch.manual_seed(0)
    with torch.no_grad():
        for network, index in (("labelled", 1), ("labelled", 7), ("plain", 3)):
            of_uvit(folder, network, index)
        for network, index in (("labels", 2), ("labels", 6), ("pixels", 2)):
            of_unet(folder, network, index)
    for index, shape in enumerate([(3, 7, 5), (2, 1, 9), (4, 6, 6), (1, 1, 1), (2, 2, 12), (5, 16, 16)]):
        x = torch.randn(shape) + 100 * torch.randn(shape[0], 1, 1)
        put(f"odd.{index}", x)
        put(f"odd.{index}.amplitude", spectrum(x))
    save_file(out, path)
