"""Models in diffusers' layout and whole runs of them, smaller: python make.py PIPELINES, with torch and safetensors.

PIPELINES is the folder of the project's golden pipelines, which diffusers itself wrote and ran. Kept are the folders
`ddpm` (a pickled file with the old names of attention) and `classes`, their weights in half precision, which holds
their numbers; and of each run, as `<name>.run.safetensors`, noise and end. Of the models that draw from text the
text encoders are in `../text` and two autoencoders in `../latents`; of their first runs the decoded pictures are kept
too, in half precision.
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

for name in ("sd1", "sd2", "small", "lcm", "sdxl"):
    folder, source = f"{HERE}/{name}", f"{SOURCE}/{name}"
    paths = ["model_index.json", "scheduler/scheduler_config.json"]
    paths += [f"{part}/{file}" for part in ("unet", "vae") for file in ("config.json", "diffusion_pytorch_model.safetensors")
              if part == "unet" or not os.path.exists(f"{HERE}/../latents/{name}")]
    for path in paths:
        os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
        shutil.copyfile(f"{source}/{path}", f"{folder}/{path}")
    with safe_open(f"{source}.run.safetensors", "pt") as file:
        kept = {key: file.get_tensor(key) for key in file.keys() if key.endswith((".noise", ".final"))}
        kept["run.0.image"] = file.get_tensor("run.0.image").half()
        # Python writes what no JSON has.
        runs = file.metadata()["runs"].replace("-Infinity", "null")
        save_file(kept, f"{folder}.run.safetensors", metadata={"runs": runs})

# What each tensor of the first release's layout is called in diffusers' folders, found by its numbers.
single = load_file(f"{SOURCE}/sd1-single-file.safetensors")
parts = {part: load_file(f"{SOURCE}/sd1/{part}/{name}.safetensors")
         for part, name in (("unet", "diffusion_pytorch_model"), ("vae", "diffusion_pytorch_model"), ("text_encoder", "model"))}
known = {tensor.numpy().tobytes(): (part, name) for part, all in parts.items() for name, tensor in all.items()}
names = {name: [*known[tensor.numpy().tobytes()], list(tensor.shape)]
         for name, tensor in single.items() if tensor.numpy().tobytes() in known}
print("not in the folder:", sorted(set(single) - set(names)))
with open(f"{HERE}/sd1-names.json", "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in names.items()) + "\n}\n")
