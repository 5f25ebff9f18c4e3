"""Text encoders of the golden pipelines, smaller, and what comes out of them: python make_encoders.py PIPELINES.

PIPELINES is the folder of pipelines that diffusers wrote and ran. Kept of each encoder are its layers and those rows
of its vocabulary that the prompts need (`rows`, ascending: a token's new number is its place there); of each run the
encoded prompts, and of transformers' own states those that skip layers. With torch, safetensors and transformers.
"""
import json, os, shutil, sys
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

SOURCE, HERE = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
prompts = ["a photo of an astronaut riding a horse on mars", "it's the cat's pyjamas; don't", "blurry", ""]

for name in ("sd1", "sd2", "turbo", "lcm", "small", "sdxl"):
    folder, source = f"{HERE}/{name}", f"{SOURCE}/{name}"
    answers, states = {}, []
    for suffix in ("", "_2") if name == "sdxl" else ("",):
        place = f"{folder}/text_encoder{suffix}"
        os.makedirs(place, exist_ok=True)
        tokenizer = CLIPTokenizer.from_pretrained(f"{source}/tokenizer{suffix}")
        tokens = tokenizer(prompts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        rows = torch.unique(tokens)
        kind = CLIPTextModelWithProjection if suffix else CLIPTextModel
        model = kind.from_pretrained(f"{source}/text_encoder{suffix}").float().eval()
        with torch.no_grad():
            out = model(tokens, output_hidden_states=True)
            text = model.text_model if hasattr(model, "text_model") else model
            if name == "sd1":
                answers["skipped"] = text.final_layer_norm(out.hidden_states[-2])
            if name == "sdxl":
                states.append(out.hidden_states[-3])
        weights = load_file(f"{source}/text_encoder{suffix}/model.safetensors")
        table = next(key for key in weights if key.endswith("token_embedding.weight"))
        weights[table] = weights[table][rows].contiguous()
        save_file(weights, f"{place}/model.safetensors")
        shutil.copyfile(f"{source}/text_encoder{suffix}/config.json", f"{place}/config.json")
        special = f"tokenizer{suffix}/special_tokens_map.json"
        os.makedirs(f"{folder}/tokenizer{suffix}", exist_ok=True)
        shutil.copyfile(f"{source}/{special}", f"{folder}/{special}")
        answers[f"rows{suffix}"] = rows.int()
    if states:
        answers["skipped"] = torch.cat(states, -1)
    with safe_open(f"{source}.run.safetensors", "pt") as file:
        run = json.loads(file.metadata()["runs"])[0]
        assert run["prompts"] == prompts[:2] and run["negatives"] == ["blurry"] * 2
        for key in ("context", "negative_context", "pooled", "negative_pooled"):
            if f"run.0.{key}" in file.keys():
                answers[key] = file.get_tensor(f"run.0.{key}")
    save_file(answers, f"{folder}/states.safetensors", metadata={"prompts": json.dumps(prompts)})
