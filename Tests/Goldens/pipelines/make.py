"""Two models in diffusers' layout and whole runs of them, smaller: python make.py PIPELINES, with torch and safetensors.

PIPELINES is the folder of the project's golden pipelines, which diffusers itself wrote and ran. Kept are the folders
`ddpm` (a pickled file with the old names of attention) and `classes`, their weights in half precision, which holds
their numbers; and of each run, as `<name>.run.safetensors`, noise and end.
"""
import json, os, shutil, sys
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

SOURCE, HERE = sys.argv[1], os.path.dirname(os.path.abspath(__file__))


def halved(tensors):
    half = {name: tensor.half() for name, tensor in tensors.items()}
    assert all(torch.equal(half[name].float(), tensor) for name, tensor in tensors.items())
    return half


for name in ("ddpm", "classes"):
    folder, source = f"{HERE}/{name}", f"{SOURCE}/{name}"
    for path in ("model_index.json", "scheduler/scheduler_config.json", "unet/config.json"):
        os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
        shutil.copyfile(f"{source}/{path}", f"{folder}/{path}")
    weights = "unet/diffusion_pytorch_model"
    if name == "ddpm":
        torch.save(halved(torch.load(f"{source}/{weights}.bin", weights_only=True)), f"{folder}/{weights}.bin")
    else:
        save_file(halved(load_file(f"{source}/{weights}.safetensors")), f"{folder}/{weights}.safetensors")
    with safe_open(f"{source}.run.safetensors", "pt") as file:
        kept = {key: file.get_tensor(key) for key in file.keys() if key.endswith((".noise", ".final"))}
        save_file(kept, f"{folder}.run.safetensors", metadata={"runs": file.metadata()["runs"]})
