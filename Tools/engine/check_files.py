"""Holds what the engine makes of single files, LoRAs and published U-ViTs against folders, goldens and mezzotint's own engine:

    python check_files.py GOLDENS [MEZZOTINT]

GOLDENS is the folder Tests/Goldens; with MEZZOTINT the fingerprints of both engines have to be the same, too. Ends with status
1 where something is off by more than 1e-4 of the largest value, or is not refused in one line.
"""
import json
import os
import sys
import tempfile

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from client import Client
from mezzotint_engine.lora import diffusers_name
from mezzotint_engine.models import Models
from mezzotint_engine.watch import Watch
from pipelines import put_together, single_file

GOLDENS, *PROGRAM = sys.argv[1:]
PROMPTS = ["a photo of an astronaut riding a horse on mars", "blurry"]
failures = []


def hold(name, found, expected, most=1e-4):
    off = ((found - expected).abs().max() / expected.abs().max()).item()
    print(f"{name}: {off:.1e}")
    if not off <= most:
        failures.append(name)


def require(name, holds):
    if not holds:
        failures.append(name)
        print(f"{name}: no")


def refused(client, path, words, **hints):
    try:
        client.open(path, **hints)
    except SystemExit as error:
        require(f"refused: {error}", words in str(error) and "\n" not in str(error))
    else:
        failures.append(f"{path} was opened")


def evaluate(client, model, description):
    samples = torch.randn(2, *description["sample"], generator=torch.Generator().manual_seed(0))
    rows = [{"timestep": 300 + 400 * place, "prompt": {"text": text}, "knobs": {"b1": 1.3, "s2": 0.8}} for place, text in enumerate(PROMPTS)]
    return client.evaluate(model, samples, rows)


def open_both(engines, path, **hints):
    """-> the model and its description; every engine that there is calls it the same."""
    opened = [engine.open(path, **hints) for engine in engines]
    require(f"{path}: one fingerprint", len({model["fingerprint"] for model, *_ in opened}) == 1)
    return opened[0][:2]


def check_pipelines(client, engines, place):
    for name in ("sd1", "sd2", "sdxl"):
        folder = f"{place}/{name}"
        put_together(GOLDENS, name, folder)
        expected = evaluate(client, *client.open(folder)[:2])
        tensors = single_file(GOLDENS, name, folder)
        save_file(tensors, f"{place}/{name}.safetensors")
        found = open_both(engines, f"{place}/{name}.safetensors", configuration=folder)
        hold(f"{name}, one file", evaluate(client, *found), expected, 1e-6)
    torch.save({"state_dict": tensors, "epoch": 6}, f"{place}/sdxl.ckpt")
    hold("sdxl, .ckpt", evaluate(client, *client.open(f"{place}/sdxl.ckpt", configuration=folder)[:2]), expected, 1e-6)
    refused(client, f"{place}/sdxl.safetensors", "--config", configuration=f"{place}/nowhere")
    refused(client, f"{place}/sdxl.safetensors", "give --config")


def check_loras(client, engines, place):
    folder, names = f"{place}/sd1", ("kohya", "peft")

    def loras(*weights):
        return [{"file": f"{GOLDENS}/lora/{name}.safetensors", "weight": weight} for name, weight in zip(names, weights)]

    fused = load_file(f"{GOLDENS}/lora/fused.safetensors")
    for name in names:
        model = Models([], [torch.device("cpu")]).open(folder, "fp32", {"loras": [{"file": f"{GOLDENS}/lora/{name}.safetensors", "weight": 0.7}]}, Watch())[0]
        parts = {"unet": model.unet.net.state_dict(), "text_encoder": {key.removeprefix("text_model."): tensor for key, tensor in model.prompts.parts[0][1].state_dict().items()}}
        for key, expected in fused.items():
            part, tensor = key.split(".", 1)
            hold(f"{name}, {key}", parts[part][tensor], expected, 1e-6)
    plain, description = open_both(engines, folder)
    first = evaluate(client, plain, description)
    both, _ = open_both(engines, folder, loras=loras(0.7, -0.5))
    moved, _ = open_both(engines, folder, loras=loras(0.7, 0))
    none, _ = open_both(engines, folder, loras=loras(0, 0))
    require("no weight is the model without", none == plain)
    require("a weight shows", not torch.equal(evaluate(client, moved, description), evaluate(client, both, description)))
    single = client.open(folder, loras=loras(0.7))[0]
    require("the others' weights are not mixed", torch.equal(evaluate(client, single, description), evaluate(client, moved, description)))
    again = client.open(folder)[0]
    require("nothing of it stays", torch.equal(evaluate(client, again, description), first))
    refused(client, folder, "there is no such LoRA", loras=[{"file": f"{place}/none.safetensors", "weight": 1}])
    refused(client, folder, "no layers of a LoRA", loras=[{"file": f"{folder}/unet/diffusion_pytorch_model.safetensors", "weight": 1}])
    refused(client, f"{place}/sdxl", "give a LoRA for models of this family", loras=loras(1))
    refused(client, f"{GOLDENS}/plain/model.safetensors", "for models that draw from text", loras=loras(1))
    for module, name in (("input_blocks_4_1_proj_in", "down_blocks_1_attentions_0_proj_in"), ("output_blocks_2_1_conv", "up_blocks_0_upsamplers_0_conv"), ("middle_block_2_in_layers_2", "mid_block_resnets_1_conv1"), ("input_blocks_3_0_op", "down_blocks_0_downsamplers_0_conv"), ("mid_block_attentions_0", None)):
        require(f"{module} is {name}", diffusers_name(module, 2) == name)


def check_published(client, engines):
    for name, heads in (("plain", None), ("classes", 3)):
        model, description, _ = client.open(f"{GOLDENS}/published/{name}.pth", **({"heads": heads} if heads else {}))
        with safe_open(f"{GOLDENS}/published/{name}.safetensors", "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}
            said = json.loads(file.metadata()["cases"])
        time = description["time"]
        for index, knobs in enumerate(said):
            part = {key.removeprefix(f"case.{index}."): tensor for key, tensor in tensors.items() if key.startswith(f"case.{index}.")}
            rows = [{"timestep": told.item() / time["factor"] - time["offset"], "label": int(part["label"][place]) if "label" in part else None, "knobs": knobs} for place, told in enumerate(part["t"])]
            hold(f"published {name}, case {index}", client.evaluate(model, part["x"], rows), part["out"])
    for heads in ({}, {"heads": 1}, {"heads": 2}):
        open_both(engines, f"{GOLDENS}/published/plain.pth", **heads)
    refused(client, f"{GOLDENS}/published/classes.pth", "--heads")
    refused(client, f"{GOLDENS}/plain/model.safetensors", "--heads is of no use", heads=2)
    for name in ("latents", "text"):
        refused(client, f"{GOLDENS}/published/{name}.pth", "draws latents")


client = Client()
engines = [client] + [Client(command=[program, "engine", "--threads", "1"]) for program in PROGRAM]
with tempfile.TemporaryDirectory() as place:
    check_pipelines(client, engines, place)
    check_loras(client, engines, place)
    check_published(client, engines)
    broken = os.path.join(place, "broken.ckpt")
    with open(broken, "wb") as file:
        file.write(b"cos\nsystem\n(S'true'\ntR.")
    refused(client, broken, "without running what is in it")
for engine in engines:
    engine.end()
if failures:
    sys.exit("off: " + "; ".join(failures))
print("single files, LoRAs and published U-ViTs are read as they should be")
