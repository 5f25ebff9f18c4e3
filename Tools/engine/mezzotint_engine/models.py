"""How a name becomes a model."""
import glob
import json
import os

import torch
from safetensors import safe_open

from .messages import Refused

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
ENDINGS = ("", ".safetensors")
# Fingerprints are those of mezzotint itself up to here; more bytes would take Python minutes.
MOST_HASHED = 1 << 28


class Models:
    """Where models are looked for, and what they are computed on."""

    def __init__(self, folders, devices, compiles=False):
        self.devices, self.compiles = devices, compiles
        data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        shares = [os.path.join(share, "mezzotint/models") for share in (data, "/usr/local/share", "/usr/share")]
        self.folders = [*folders, *shares]

    def find(self, name):
        """-> a path: a file, a folder, a name in one of the folders, or a repository in the hub's cache."""
        place = os.path.expanduser(name)
        if os.path.exists(place):
            return place
        if os.sep not in name and name not in ("", ".", ".."):
            for folder in self.folders:
                for ending in ENDINGS:
                    if os.path.exists(os.path.join(folder, name + ending)):
                        return os.path.join(folder, name + ending)
        if name.count("/") == 1 and not name.startswith(("/", ".")):
            try:
                from huggingface_hub import snapshot_download

                return snapshot_download(name, local_files_only=True)
            except Exception:
                raise Refused(f"{name}: no such file here, and nothing of that repository in the hub's cache; fetch it with 'hf download {name}'") from None
        raise Refused(f"{name}: there is no such file and no model of that name here; give a path, or name its folder with --models")

    def open(self, name, precision, hints, watch):
        path, dtype = self.find(name), DTYPES[precision]
        replicas = [self.load(path, hints, dtype, device, watch) for device in self.devices]
        description, tensors = replicas[0].description(), replicas[0].mask_tensors()
        more, print_ = beside(path)
        description.update(more)
        description["fingerprint"] = print_
        notes = kept_notes(path)
        replicas[0].guidance = description.get("run", {}).get("guidance") or 7.5
        for replica in replicas:
            replica.guidance = replicas[0].guidance
        return Replicated(replicas), description, notes, tensors

    def load(self, path, hints, dtype, device, watch):
        if hints.get("loras"):
            raise Refused("LoRAs are not read by this engine; merge them into the model first")
        if os.path.isdir(path):
            return self.load_folder(path, hints, dtype, device, watch)
        if path.endswith(".safetensors"):
            with safe_open(path, "pt") as file:
                if "mezzotint" in (file.metadata() or {}):
                    from .uvit_model import UViTModel

                    return UViTModel(path, device, dtype, watch)
        raise Refused(f"{path}: expected a mezzotint model or a folder as diffusers has it; convert it with diffusers first")

    def load_folder(self, path, hints, dtype, device, watch):
        try:
            import diffusers
        except ImportError:
            raise Refused("diffusers is not installed beside this engine; pip install 'mezzotint-engine[diffusers]'") from None
        from .unet_model import UNetModel

        folder, config = network(path)
        kind = {"UNet2DModel": diffusers.UNet2DModel, "UNet2DConditionModel": diffusers.UNet2DConditionModel}.get(config.get("_class_name"))
        if kind is None:
            raise Refused(f"{path}: a {config.get('_class_name')!r}, expected UNet2DModel or UNet2DConditionModel")
        load = lambda kind, *place, **more: kind.from_pretrained(os.path.join(*place), local_files_only=True, **more)
        # Asked for what is not there, diffusers complains before it takes the other.
        is_safe = bool(glob.glob(os.path.join(glob.escape(folder), "*.safetensors")))
        net = UNetModel(load(kind, folder, torch_dtype=dtype, use_safetensors=is_safe), device, watch, names(path, config), self.compiles)
        if folder == path or net.context_width() is None or not hasattr(net.net, "encoder_hid_proj"):
            return net
        import transformers

        from .pipeline import PipelineModel
        from .prompts import Prompts

        parts = []
        for suffix, encoder in (("", transformers.CLIPTextModel), ("_2", transformers.CLIPTextModelWithProjection)):
            if os.path.exists(os.path.join(path, f"text_encoder{suffix}/config.json")):
                text = load(encoder, path, f"text_encoder{suffix}", torch_dtype=dtype).to(device).eval()
                parts.append((load(transformers.CLIPTokenizer, path, f"tokenizer{suffix}"), text))
        if not parts:
            raise Refused(f"{path}: there is no text encoder in it; give the folder of the whole model")
        index = read(os.path.join(path, "model_index.json"))
        vae = read(os.path.join(path, "vae/config.json"))
        kinds = {"AutoencoderKL": diffusers.AutoencoderKL, "AutoencoderTiny": diffusers.AutoencoderTiny}
        if vae.get("_class_name") not in kinds:
            raise Refused(f"{path}: its autoencoder is a {vae.get('_class_name')!r}, expected AutoencoderKL or AutoencoderTiny")
        # The decoder in single precision: half of it draws black pictures with some models.
        return PipelineModel(
            net, Prompts(parts, takes_penultimate=len(parts) > 1, zeroes_missing=bool(index.get("force_zeros_for_empty_prompt")), device=device),
            load(kinds[vae["_class_name"]], path, "vae"), self.tiny(path, hints.get("preview"), load, diffusers), hints.get("preview"), device,
        )

    @staticmethod
    def tiny(path, preview, load, diffusers):
        if preview in (None, "linear", "full"):
            return None
        places = [os.path.join(path, name) for name in ("vae_tiny", "taesd", "taesdxl")] if preview == "tiny" else [os.path.expanduser(preview)]
        for place in places:
            if os.path.exists(os.path.join(place, "config.json")):
                return load(diffusers.AutoencoderTiny, place)
        raise Refused(f"--preview {preview}: no small autoencoder lies there; give linear, full, or its folder")


class Replicated:
    """The same model on several devices, each of which gets its share of the rows."""

    def __init__(self, replicas):
        self.replicas = replicas

    def __getattr__(self, name):
        return getattr(self.replicas[0], name)

    def evaluate(self, samples, rows):
        count = min(len(self.replicas), len(rows))
        if count == 1:
            return self.replicas[0].evaluate(samples, rows)
        from concurrent.futures import ThreadPoolExecutor

        places = [range(len(rows) * i // count, len(rows) * (i + 1) // count) for i in range(count)]
        with ThreadPoolExecutor(count) as pool:
            parts = [
                pool.submit(replica.evaluate, samples[part.start : part.stop], rows[part.start : part.stop])
                for replica, part in zip(self.replicas, places)
            ]
            return torch.cat([part.result() for part in parts])


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Refused(f"{path}: missing, or no JSON; download the whole folder")
    return found


def network(path):
    """-> the folder of the network, its configuration."""
    for folder in (os.path.join(path, "unet"), path):
        if os.path.exists(os.path.join(folder, "config.json")):
            return folder, read(os.path.join(folder, "config.json"))
    raise Refused(f"{path}: this folder has no unet/config.json or config.json; give a diffusers model's folder")


def names(path, config):
    """Of the labels; none where one is missing."""
    index = os.path.join(path, "model_index.json")
    found = (read(index) if os.path.exists(index) else {}).get("id2label") or config.get("id2label") or {}
    listed = [found.get(str(i)) for i in range(len(found))]
    return listed if all(isinstance(name, str) for name in listed) else []


def kept_notes(path):
    """-> what a model's file says beside its tensors that others may want."""
    files = [path] if os.path.isfile(path) else sorted(glob.glob(os.path.join(glob.escape(network(path)[0]), "*.safetensors")))
    for file in files:
        with safe_open(file, "pt") as opened:
            said = (opened.metadata() or {}).get("held_out")
            if said is not None and len(said) <= 4096:
                return {"held_out": said}
    return {}


def scheduler_file(path):
    for place in (os.path.join(path, "scheduler/scheduler_config.json"), os.path.join(path, "scheduler_config.json"), os.path.join(os.path.dirname(os.path.abspath(path)), "scheduler/scheduler_config.json")):
        if os.path.exists(place):
            return place
    return None


def beside(path):
    """-> what a folder says around its network, and a fingerprint of all of it."""
    if not os.path.isdir(path):
        return {}, fingerprint([path])
    folder, _ = network(path)
    place = scheduler_file(path)
    index = os.path.join(path, "model_index.json")
    said = (read(index) if os.path.exists(index) else {}).get("mezzotint") or {}
    run = {name: said[name] for name in ("steps", "guidance") if isinstance(said.get(name), (int, float)) and 1 <= said[name] <= 1000}
    more = {"scheduler": read(place) if place else {"_class_name": "DDPMScheduler"}}
    if run:
        more["run"] = run
    return more, folder_fingerprint(path, folder, place)


# FNV-1a over 64-bit words, as mezzotint has it.


class Hash:
    def __init__(self):
        self.value = 0xCBF29CE484222325

    def mix(self, words):
        value = self.value
        for word in words:
            value = ((value ^ word) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        self.value = value

    def __str__(self):
        return f"{self.value:016x}"


def fingerprint(paths):
    """Of a file's bytes; of very large ones, of their sizes and a part of each."""
    import numpy

    found = Hash()
    for path in paths:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            data = file.read() if size <= MOST_HASHED else file.read(1 << 20) + size.to_bytes(8, "little")
        whole = len(data) // 8 * 8
        found.mix(numpy.frombuffer(data[:whole], dtype="<u8").tolist())
        found.mix(data[whole:])
    return str(found)


def weights(folder, stem):
    files = sorted(glob.glob(os.path.join(glob.escape(folder), stem + "*.safetensors")) or glob.glob(os.path.join(glob.escape(folder), stem + "*.bin")))
    plain = [file for file in files if "-of-" not in file and os.path.basename(file).count(".") == 1]
    return plain[:1] or files


def content(path):
    with open(path, "rb") as file:
        return file.read()


def folder_fingerprint(path, folder, scheduler):
    salt = Hash()
    salt.mix(content(os.path.join(folder, "config.json")) + (content(scheduler) if scheduler else b""))
    net = Hash()
    net.mix([int(fingerprint(weights(folder, "diffusion_pytorch_model")), 16), salt.value])
    encoders = [place for place in ("text_encoder", "text_encoder_2") if os.path.exists(os.path.join(path, place, "config.json"))]
    if folder == path or not encoders:
        return str(net)
    whole = Hash()
    parts = [fingerprint(weights(os.path.join(path, place), "model")) for place in encoders]
    parts.append(fingerprint(weights(os.path.join(path, "vae"), "diffusion_pytorch_model")))
    whole.mix([net.value, *(int(part, 16) for part in parts)])
    for place in (*encoders, "vae"):
        whole.mix(content(os.path.join(path, place, "config.json")))
    return str(whole)
