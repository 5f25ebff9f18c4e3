"""The tests' golden pipelines as whole folders, and as single files."""
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file

WEIGHTS = "diffusion_pytorch_model.safetensors"


def vocabulary(merges):
    """CLIP's tokens in order, which follow from its merges."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = [chr(byte) for byte in plain] + [chr(256 + place) for place in range(256 - len(plain))]
    with open(merges, encoding="utf-8") as file:
        pairs = [line.split() for line in file.read().split("\n")[1:] if line]
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in pairs]
    return {token: place for place, token in enumerate([*tokens, "<|startoftext|>", "<|endoftext|>"])}


def put_together(goldens, name, folder):
    def take(source, target):
        os.makedirs(os.path.dirname(f"{folder}/{target}"), exist_ok=True)
        shutil.copyfile(f"{goldens}/{source}", f"{folder}/{target}")

    pipeline, text = f"pipelines/{name}", f"text/{name}"
    for file in ("model_index.json", "scheduler/scheduler_config.json", "unet/config.json", f"unet/{WEIGHTS}"):
        take(f"{pipeline}/{file}", file)
    for file in ("config.json", WEIGHTS):
        take(f"latents/{name}/{file}" if name in ("sd1", "small") else f"{pipeline}/vae/{file}", f"vae/{file}")
    rows = load_file(f"{goldens}/{text}/states.safetensors")
    for suffix in ("", "_2") if name == "sdxl" else ("",):
        encoder, tokenizer = f"text_encoder{suffix}", f"tokenizer{suffix}"
        take(f"{text}/{encoder}/config.json", f"{encoder}/config.json")
        take(f"{text}/{tokenizer}/special_tokens_map.json", f"{tokenizer}/special_tokens_map.json")
        merges = f"{folder}/{tokenizer}/merges.txt"
        shutil.copyfile(f"{goldens}/../../tokenizers/clip/merges.txt", merges)
        with open(f"{folder}/{tokenizer}/vocab.json", "w", encoding="utf-8") as file:
            json.dump(vocabulary(merges), file)
        with open(f"{folder}/{tokenizer}/tokenizer_config.json", "w", encoding="utf-8") as file:
            json.dump({"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}, file)
        weights = load_file(f"{goldens}/{text}/{encoder}/model.safetensors")
        for key, tensor in weights.items():
            if key.endswith("token_embedding.weight"):
                # Of the vocabulary only the rows that the prompts need are kept.
                weights[key] = torch.zeros(49408, tensor.shape[1], dtype=tensor.dtype)
                weights[key][rows[f"rows{suffix}"].long()] = tensor
        save_file(weights, f"{folder}/{encoder}/model.safetensors", metadata={"format": "pt"})


def single_file(goldens, name, folder):
    """-> the tensors of a folder that was put together, in the first release's layout."""
    files = {"unet": f"unet/{WEIGHTS}", "vae": f"vae/{WEIGHTS}", "text_encoder": "text_encoder/model.safetensors", "text_encoder_2": "text_encoder_2/model.safetensors"}
    parts = {part: load_file(f"{folder}/{file}") for part, file in files.items() if os.path.exists(f"{folder}/{file}")}
    with open(f"{goldens}/pipelines/{name}-names.json", encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for single, (part, names, shape, *turned) in entries.items():
        names = [names] if isinstance(names, str) else names
        whole = torch.cat([parts[part][one] for one in names]) if names else torch.zeros(shape)
        found[single] = (whole.T if turned else whole).reshape(shape).contiguous()
    return found
