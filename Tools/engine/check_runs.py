"""Whole runs through the engine, from noise to picture, held against diffusers' own: python check_runs.py GOLDENS

GOLDENS is the folder Tests/Goldens, whose pipelines are put together as `PipelineFolder` of the tests does it. Schedulers and
guidance are here, as they are a front end's; networks, prompts and pictures are the engine's. Ends with status 1 where an
end is off by more than 2e-3 of the largest value.
"""
import json
import sys
import tempfile

import diffusers
import torch
from safetensors import safe_open

from client import Client
from pipelines import put_together

GOLDENS = sys.argv[1]


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
            put_together(GOLDENS, name, f"{place}/{name}")
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
