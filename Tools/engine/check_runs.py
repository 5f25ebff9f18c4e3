"""Whole runs through the engine, from noise to picture, held against diffusers' own: python check_runs.py GOLDENS

GOLDENS is the folder Tests/Goldens, whose pipelines are put together as `PipelineFolder` of the tests does it. Schedulers and
guidance are here, as they are a front end's; networks, prompts and pictures are the engine's. Ends with status 1 where an
end is off by more than 2e-3 of the largest value.
"""
import json
import os
import shutil
import sys
import tempfile

import diffusers
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from client import Client

GOLDENS = sys.argv[1]
WEIGHTS = "diffusion_pytorch_model.safetensors"


def vocabulary(merges):
    """CLIP's tokens in order, which follow from its merges."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = [chr(byte) for byte in plain] + [chr(256 + place) for place in range(256 - len(plain))]
    with open(merges, encoding="utf-8") as file:
        pairs = [line.split() for line in file.read().split("\n")[1:] if line]
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in pairs]
    return {token: place for place, token in enumerate([*tokens, "<|startoftext|>", "<|endoftext|>"])}


def put_together(name, folder):
    def take(source, target):
        os.makedirs(os.path.dirname(f"{folder}/{target}"), exist_ok=True)
        shutil.copyfile(f"{GOLDENS}/{source}", f"{folder}/{target}")

    pipeline, text = f"pipelines/{name}", f"text/{name}"
    for file in ("model_index.json", "scheduler/scheduler_config.json", "unet/config.json", f"unet/{WEIGHTS}"):
        take(f"{pipeline}/{file}", file)
    for file in ("config.json", WEIGHTS):
        take(f"latents/{name}/{file}" if name in ("sd1", "small") else f"{pipeline}/vae/{file}", f"vae/{file}")
    rows = load_file(f"{GOLDENS}/{text}/states.safetensors")
    for suffix in ("", "_2") if name == "sdxl" else ("",):
        encoder, tokenizer = f"text_encoder{suffix}", f"tokenizer{suffix}"
        take(f"{text}/{encoder}/config.json", f"{encoder}/config.json")
        take(f"{text}/{tokenizer}/special_tokens_map.json", f"{tokenizer}/special_tokens_map.json")
        merges = f"{folder}/{tokenizer}/merges.txt"
        shutil.copyfile(f"{GOLDENS}/../../tokenizers/clip/merges.txt", merges)
        with open(f"{folder}/{tokenizer}/vocab.json", "w", encoding="utf-8") as file:
            json.dump(vocabulary(merges), file)
        with open(f"{folder}/{tokenizer}/tokenizer_config.json", "w", encoding="utf-8") as file:
            json.dump({"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}, file)
        weights = load_file(f"{GOLDENS}/{text}/{encoder}/model.safetensors")
        for key, tensor in weights.items():
            if key.endswith("token_embedding.weight"):
                # Of the vocabulary only the rows that the prompts need are kept.
                weights[key] = torch.zeros(49408, tensor.shape[1], dtype=tensor.dtype)
                weights[key][rows[f"rows{suffix}"].long()] = tensor
        save_file(weights, f"{folder}/{encoder}/model.safetensors", metadata={"format": "pt"})


def knobs(said, stages):
    found = {f"{name}{stage + 1}": value for name in "bs" for stage, value in enumerate(said[name][:stages])}
    return {**found, "version": said["version"], "skipFilter": said["skip_filter"], "threshold": said["threshold"], "freeURule": said["rule"]}


def draw(client, model, description, run, noise):
    """-> what a scheduler of diffusers makes of the noise, with the engine's predictions."""
    scheduler = getattr(diffusers, run["scheduler"]).from_config(run["config"])
    scheduler.set_timesteps(run["steps"])
    generator = torch.Generator().manual_seed(run["generator_seed"])
    said, told = knobs(run["freeu"], len(description["stages"])), description.get("prompts")
    guidance = run.get("guidance") or 1
    is_twice = told is not None and guidance != 1 and not told["isToldGuidance"]

    def rows(timestep, texts):
        for place in range(len(noise)):
            row = {"timestep": float(timestep), "label": (run.get("labels") or [None] * len(noise))[place], "knobs": said}
            yield {**row, "prompt": {"text": texts[place], "guidance": guidance}} if told is not None else row

    x = noise * scheduler.init_noise_sigma
    for timestep in scheduler.timesteps:
        fed = scheduler.scale_model_input(x, timestep)
        wanted = list(rows(timestep, run.get("prompts")))
        if is_twice:
            wanted += rows(timestep, run.get("negatives"))
        output = client.evaluate(model, torch.cat([fed] * (2 if is_twice else 1)), wanted)
        if is_twice:
            one, other = output.chunk(2)
            output = other + guidance * (one - other)
        more = {"generator": generator} if "generator" in scheduler.step.__code__.co_varnames else {}
        x = scheduler.step(output, timestep, x, **more).prev_sample
    return x


def off(found, expected):
    return ((found - expected.float()).abs().max() / expected.float().abs().max()).item()


client, worst = Client(), 0
with tempfile.TemporaryDirectory() as place:
    for name in ("ddpm", "classes", "sd1", "sd2", "small", "lcm", "sdxl"):
        folder = f"{GOLDENS}/pipelines/{name}"
        if name not in ("ddpm", "classes"):
            put_together(name, f"{place}/{name}")
            folder = f"{place}/{name}"
        model, description, _ = client.open(folder)
        with safe_open(f"{GOLDENS}/pipelines/{name}.run.safetensors", "pt") as file:
            for index, run in enumerate(json.loads(file.metadata()["runs"])):
                # "lambda_min_clipped" was an infinity, which no JSON has.
                run["config"] = {key: value for key, value in run["config"].items() if key != "lambda_min_clipped" or value is not None}
                end = draw(client, model, description, run, file.get_tensor(f"run.{index}.noise"))
                found = [off(end, file.get_tensor(f"run.{index}.final"))]
                if f"run.{index}.image" in file.keys():
                    shown = client("pictures", {"samples": end}, model=model, way="full")[1]["pictures"]
                    found.append(off(shown, file.get_tensor(f"run.{index}.image")))
                worst = max(worst, *found)
                print(f"{name}, run {index}, {run['scheduler']}: " + ", ".join(f"{one:.1e}" for one in found))
client.end()
print(f"largest difference: {worst:.1e} of the largest value")
sys.exit(not worst <= 2e-3)
