"""Low-rank additions to a model's weights: W' = W + the sum of w alpha / r B A; Hu et al. 2021, arXiv:2106.09685.

Under the names that kohya's scripts, PEFT and diffusers write, blocks counted as diffusers or as the first release counts them.
The arithmetic is that of mezzotint itself, and so is what is left out: diffusers reads no text encoder's of some versions.
"""
import json
import math
import os
import re
import struct

import torch
from safetensors import SafetensorError, safe_open

from .fingerprints import Hash, fingerprint
from .messages import Refused

MOST, WIDEST = 16, 8.0
OTHERS = {"dora_scale": "DoRA", ".lora_magnitude_vector": "DoRA", "hada_w": "LoHa", "lokr_w": "LoKr", "lora_mid": "LoCon with a third matrix", ".oft_": "OFT"}
ENDINGS = [
    (f"{before}{half}.weight", role)
    for before, halves in ((".lora_", ("down", "up")), (".lora_", ("A", "B")), (".lora_", ("A.default", "B.default")), (".lora.", ("down", "up")), ("_lora.", ("down", "up")), (".lora_linear_layer.", ("down", "up")))
    for half, role in zip(halves, ("down", "up"))
] + [(".alpha", "alpha")]
PARTS = {
    "lora_unet_": "unet", "lora_te_": "text_encoder", "lora_te1_": "text_encoder", "lora_te2_": "text_encoder_2", "unet.": "unet", "text_encoder.": "text_encoder",
    "text_encoder_2.": "text_encoder_2", "base_model.model.": "unet", "diffusion_model.": "unet",
}
OUTER = {
    "input_blocks_0_0": "conv_in", "out_2": "conv_out", "time_embed_0": "time_embedding_linear_1", "time_embed_2": "time_embedding_linear_2",
    "label_emb_0_0": "add_embedding_linear_1", "label_emb_0_2": "add_embedding_linear_2",
}
RESIDUAL = {"in_layers_0": "norm1", "in_layers_2": "conv1", "emb_layers_1": "time_emb_proj", "out_layers_0": "norm2", "out_layers_3": "conv2", "skip_connection": "conv_shortcut"}


def flat(name):
    """A module's name as they are compared: `text_model.` is there in some encoders' names and not in others'."""
    return name.replace(".", "_").removeprefix("text_model_")


def diffusers_name(module, layers):
    """-> diffusers' name of a module that is counted as in the first release; None for another. layers: of a block on the way down."""
    if module in OUTER:
        return OUTER[module]
    if found := re.fullmatch(r"middle_block_(\d)_(.+)", module):
        place, rest = found.groups()
        if place == "1":
            return f"mid_block_attentions_0_{rest}"
        return RESIDUAL.get(rest) and f"mid_block_resnets_{0 if place == '0' else 1}_{RESIDUAL[rest]}"
    found = re.fullmatch(r"(input|output)_blocks_(\d{1,3})_(\d)_(.+)", module)
    if found is None:
        return None
    side, number, place, rest = found.groups()
    is_down = side == "input"
    level, layer = divmod(int(number) - is_down, layers + 1)
    block = f"{'down' if is_down else 'up'}_blocks_{level}"
    if is_down and rest == "op":
        return f"{block}_downsamplers_0_conv"
    if not is_down and place != "0" and rest == "conv":
        return f"{block}_upsamplers_0_conv"
    if place == "0":
        return RESIDUAL.get(rest) and f"{block}_resnets_{layer}_{RESIDUAL[rest]}"
    return f"{block}_attentions_{layer}_{rest}"


class LoRA:
    """A file and how much of it is added; `layers` are (down, up, alpha or None) by part and module."""

    def __init__(self, said):
        """- said: an entry of the hints."""
        file, self.weight = (said.get(name) if isinstance(said, dict) else None for name in ("file", "weight"))
        if not isinstance(file, str) or not isinstance(self.weight, (int, float)) or not abs(self.weight) <= WIDEST:
            raise Refused(f"a LoRA that cannot be meant; give a file and a weight from -{WIDEST:g} to {WIDEST:g}")
        self.path, self.weight = os.path.expanduser(file), float(self.weight)
        if not os.path.isfile(self.path):
            raise Refused(f"{file}: there is no such LoRA here; give its path on this machine")
        try:
            with safe_open(self.path, "pt") as opened:
                metadata, found = opened.metadata() or {}, {}
                for name in opened.keys():
                    self.sort(name, found)
                self.layers = {key: tuple(opened.get_tensor(names[role]).float() if role in names else None for role in ("down", "up", "alpha")) for key, names in found.items() if {"down", "up"} <= set(names)}
        except (SafetensorError, OSError):
            raise Refused(f"{file}: no LoRA in safetensors; give another file") from None
        if not self.layers:
            raise Refused(f"{file}: there are no layers of a LoRA in it; give a file of lora_down and lora_up")
        self.alphas = self.read_alphas(metadata)
        # The parts of a model in which its layers found their weights.
        self.touched = set()

    def salt(self):
        """Of file and weight, as it goes into a fingerprint."""
        found = Hash()
        found.mix([int(fingerprint([self.path]), 16), struct.unpack("<Q", struct.pack("<d", self.weight))[0]])
        return found.value

    def sort(self, name, found):
        for mark, kind in OTHERS.items():
            if mark in name:
                raise Refused(f"{self.path}: this is a {kind}, which is not read; give a LoRA")
        for ending, role in ENDINGS:
            if name.endswith(ending):
                break
        else:
            return
        stem = name.removesuffix(ending)
        prefix = next((prefix for prefix in PARTS if stem.startswith(prefix)), "")
        # diffusers' first layout had the layers in an object beside the attention.
        stem = stem.removeprefix(prefix).replace(".processor.", ".")
        if ending.startswith("_lora") and stem.endswith("to_out"):
            stem += ".0"
        found.setdefault((PARTS.get(prefix, "unet"), flat(stem)), {})[role] = name

    def read_alphas(self, metadata):
        """-> what PEFT keeps beside the tensors: alpha of all layers of a part."""
        try:
            fields = json.loads(metadata.get("lora_adapter_metadata") or "{}")
        except ValueError:
            fields = {}
        fields = fields if isinstance(fields, dict) else {}
        if any(fields.get(f"{prefix}alpha_pattern") for prefix in PARTS):
            raise Refused(f"{self.path}: its layers have an alpha each (alpha_pattern), which is not read; write it as kohya's scripts do")
        return {part: float(fields[f"{prefix}lora_alpha"]) for prefix, part in PARTS.items() if isinstance(fields.get(f"{prefix}lora_alpha"), (int, float))}

    def layer(self, part, name, shape):
        """-> (down [rank, in], up [out, rank], alpha / rank) for weights of this shape."""
        down, up, alpha = self.layers[part, name]
        rank, columns = down.shape[0] if down.dim() else 0, math.prod(shape[1:])
        if not rank or down.numel() != rank * columns or up.numel() != shape[0] * rank or up.shape[0] != shape[0]:
            raise Refused(f"{self.path}: {name} is {list(down.shape)} and {list(up.shape)}, for weights of {list(shape)}; give a LoRA for models of this family")
        if alpha is not None and (alpha.numel() != 1 or not torch.isfinite(alpha).all()):
            raise Refused(f"{self.path}: alpha of {name} is no number; give another file")
        alpha = self.alphas.get(part, rank) if alpha is None else alpha.item()
        return down.reshape(rank, columns), up.reshape(shape[0], rank), alpha / rank


class Additions:
    """What several files add to a model's weights on one device."""

    def __init__(self, parts, loras):
        """- parts: modules by the names that diffusers' folders have for them."""
        self.weights, layers = [0.0] * len(loras), {}
        for part, whole in parts.items():
            modules = {flat(name): module for name, module in whole.named_modules() if isinstance(getattr(module, "weight", None), torch.nn.Parameter)}
            count = sum(re.fullmatch(r"down_blocks_0_resnets_\d+_conv1", name) is not None for name in modules)
            for place, lora in enumerate(loras):
                for name in [name for one, name in lora.layers if one == part]:
                    found = next((modules[known] for known in (name, diffusers_name(name, count)) if known in modules), None)
                    if found is not None:
                        layers.setdefault(found, []).append((place, *lora.layer(part, name, found.weight.shape)))
                        lora.touched.add(part)
        for lora in loras:
            if not lora.touched:
                raise Refused(f"{lora.path}: none of its {len(lora.layers)} layers is one of this model's; give a LoRA for models of this family")
        # Without them the weights are what they were, to the bit: those are kept.
        self.layers = [(module, module.weight.detach().to("cpu", copy=True), all) for module, all in layers.items()]

    @torch.no_grad()
    def weigh(self, weights):
        """-> whether anything is another than it was."""
        changed = {place for place, (old, new) in enumerate(zip(self.weights, weights)) if old != new}
        for module, plain, all in self.layers:
            if changed.isdisjoint(place for place, *_ in all):
                continue
            device = module.weight.device
            total = plain.to(device, torch.float32, copy=True)
            for place, down, up, factor in all:
                if weights[place] != 0:
                    total += (weights[place] * factor * (up.to(device) @ down.to(device))).reshape(plain.shape)
            module.weight.copy_(total)
        self.weights = list(weights)
        return bool(changed)


class Weighed:
    """A model with weights of its LoRAs, which others may have with other weights."""

    def __init__(self, model, weights):
        self.model, self.weights = model, weights

    def __getattr__(self, name):
        self.model.weigh(self.weights)
        return getattr(self.model, name)


def read(said):
    """- said: `loras` of the hints."""
    if not isinstance(said, list) or len(said) > MOST:
        raise Refused(f"LoRAs that cannot be meant; give at most {MOST}")
    return [LoRA(one) for one in said]
