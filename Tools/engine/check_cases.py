"""Holds the engine against what PyTorch and diffusers made of the tests' networks: python check_cases.py GOLDENS

GOLDENS is the folder Tests/Goldens. Own models and class-conditional U-Nets go through the protocol, as a mezzotint would
ask; U-Nets that draw from text are given the encoded prompts of their cases. Ends with status 1 where something is off
by more than 1e-4 of the largest value.
"""
import json
import os
import shutil
import sys
import tempfile

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from client import Client
from mezzotint_engine.rows import Row
from mezzotint_engine.watch import Watch

GOLDENS = sys.argv[1]
worst = 0


def hold(name, found, expected):
    global worst
    off = ((found - expected).abs().max() / expected.abs().max()).item()
    worst = max(worst, off)
    if not off <= 1e-4:
        print(f"{name}: off by {off:.2e} of the largest value")


def cases(path):
    with safe_open(path, "pt") as file:
        tensors = {key: file.get_tensor(key).float() if "label" not in key else file.get_tensor(key) for key in file.keys()}
        for index, said in enumerate(json.loads(file.metadata()["cases"])):
            part = {key.removeprefix(f"case.{index}."): tensor for key, tensor in tensors.items() if key.startswith(f"case.{index}.")}
            yield index, said, part


def own(said):
    names = {"skip_filter": "skipFilter", "alpha_gain": "alphaGain", "sigma_gain": "sigmaGain", "mask_strength": "maskStrength"}
    return {names.get(key, key): value for key, value in said.items()}


def freeu(said):
    knobs = {f"{name}{stage + 1}": value for name in "bs" for stage, value in enumerate(said[name])}
    return {**knobs, "version": said["version"], "skipFilter": said["skip_filter"], "threshold": said["threshold"], "freeURule": said["rule"]}


client = Client()
for name in ("labelled", "plain"):
    model, description, masks = client.open(f"{GOLDENS}/{name}/model.safetensors")
    together = []
    for index, said, part in cases(f"{GOLDENS}/{name}/cases.safetensors"):
        rows = [{"timestep": t.item(), "label": int(part["y"][place]) if "y" in part else None, "knobs": own(said)} for place, t in enumerate(part["t"])]
        together.append((part["x"], rows, part["out"]))
        hold(f"{name}, case {index}", client.evaluate(model, part["x"], rows), part["out"])
    # Every row with knobs of its own, in one batch.
    samples, outputs = (torch.cat([one[place] for one in together]) for place in (0, 2))
    hold(f"{name}, all at once", client.evaluate(model, samples, [row for one in together for row in one[1]]), outputs)

with tempfile.TemporaryDirectory() as folder:
    for name in sorted(os.listdir(f"{GOLDENS}/unet")):
        place = f"{folder}/{name}"
        os.mkdir(place)
        shutil.copyfile(f"{GOLDENS}/unet/{name}/config.json", f"{place}/config.json")
        weights = load_file(f"{GOLDENS}/unet/{name}/weights.safetensors")
        save_file({key: tensor.float() if tensor.is_floating_point() else tensor for key, tensor in weights.items()}, f"{place}/diffusion_pytorch_model.safetensors")
        if name in ("depths", "guided", "prompts"):
            from mezzotint_engine.models import Models

            model = Models([], [torch.device("cpu")]).load(place, {}, torch.float32, torch.device("cpu"), Watch())
        else:
            model, description, _ = client.open(place)
        for index, said, part in cases(f"{GOLDENS}/unet/{name}/cases.safetensors"):
            rows = [{"timestep": t.item(), "label": int(part["label"][place]) if "label" in part else None, "knobs": freeu(said["freeu"])} for place, t in enumerate(part["t"])]
            if "context" not in part:
                found = client.evaluate(model, part["x"], rows)
            else:
                told = [{"context": one, "factor": 1, "guidance": 1} for one in part["context"]]
                for key, short in (("added.text_embeds", "pooled"), ("added.time_ids", "sizes"), ("cond", "cond")):
                    for place, one in enumerate(part.get(key, ())):
                        told[place][short] = one
                found = model.evaluate(part["x"], [Row(row) for row in rows], told)
            hold(f"unet {name}, case {index}", found, part["out"])
client.end()
print(f"largest difference: {worst:.2e} of the largest value")
sys.exit(worst > 1e-4)
