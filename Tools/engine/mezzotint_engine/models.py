"""How a name becomes a model."""
import glob
import json
import os
import weakref

import torch
from safetensors import SafetensorError, safe_open

from . import lora, single_file
from .fingerprints import fingerprint, folder_fingerprint, salted
from .messages import Refused

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
ENDINGS = ("", ".safetensors")


class Models:
    """Where models are looked for, and what they are computed on."""

    def __init__(self, folders, devices, compiles=False):
        self.devices, self.compiles = devices, compiles
        # Of models with LoRAs, by all but what those weigh: a moved slider opens the same one anew.
        self.shared = weakref.WeakValueDictionary()
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
        path = self.find(name)
        loras, place = lora.read(hints.get("loras") or []), hints.get("configuration")
        if place is not None and not os.path.exists(os.path.join(os.path.expanduser(place), "model_index.json")):
            raise Refused(f"{place}: there is no model_index.json in it; give --config the folder of the same model as diffusers has it")
        plain = beside(path, place)[1]
        key = (path, precision, plain, place, hints.get("preview"), *(fingerprint([one.path]) for one in loras))
        model = self.shared.get(key) if loras else None
        if model is None:
            model = Replicated([self.load(path, hints, DTYPES[precision], device, watch) for device in self.devices])
            model.touched = model.add(loras) if loras else []
        for one, touched in zip(loras, model.touched):
            one.touched = touched
        description, tensors = model.description(), model.mask_tensors()
        more, description["fingerprint"] = beside(path, place, loras, getattr(model.replicas[0], "other_heads", None))
        description.update(more)
        for replica in model.replicas:
            replica.guidance = description.get("run", {}).get("guidance") or 7.5
        if loras:
            self.shared[key] = model
            return lora.Weighed(model, [one.weight for one in loras]), description, kept_notes(path), tensors
        return model, description, kept_notes(path), tensors

    def load(self, path, hints, dtype, device, watch):
        def says(*names):
            for name, option in names:
                if hints.get(name) is not None:
                    raise Refused(f"{option} is of no use here: {path} says itself what it is; leave it out")

        heads, config = ("heads", "--heads"), ("configuration", "--config")
        if os.path.isdir(path):
            says(heads, config)
            return self.load_folder(path, hints, dtype, device, watch)
        if path.endswith(".safetensors"):
            with opened(path) as file:
                if "mezzotint" in (file.metadata() or {}):
                    from .uvit_model import UViTModel

                    says(heads, config)
                    return UViTModel(path, device, dtype, watch)
        state = single_file.state(path)
        if single_file.is_whole(state):
            says(heads)
            return self.load_single_file(path, list(state), hints, dtype, device, watch)
        from . import published

        if published.is_published(state):
            says(config)
            return published.model(path, state, hints.get("heads"), device, dtype, watch)
        raise Refused(f"{path}: expected a mezzotint model, a whole model in one file, a published U-ViT, or a folder as diffusers has it; convert it with diffusers first")

    def load_single_file(self, path, names, hints, dtype, device, watch):
        require_diffusers()
        from .unet_model import UNetModel

        pipe = single_file.pipeline(path, names, hints.get("configuration"))
        found = [(pipe.tokenizer, pipe.text_encoder), (getattr(pipe, "tokenizer_2", None), getattr(pipe, "text_encoder_2", None))]
        parts = [(tokenizer, encoder.to(device, dtype).eval()) for tokenizer, encoder in found if encoder is not None]
        model = self.whole(
            os.path.dirname(os.path.abspath(path)), UNetModel(pipe.unet.to(dtype), device, watch, compiles=self.compiles), parts,
            bool(pipe.config.get("force_zeros_for_empty_prompt")), pipe.vae, hints, device,
        )
        if hints.get("configuration") is None:
            # What diffusers knows of the family.
            model.scheduler = {name: value for name, value in pipe.scheduler.config.items() if name == "_class_name" or not name.startswith("_")}
        return model

    def load_folder(self, path, hints, dtype, device, watch):
        diffusers = require_diffusers()
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
        return self.whole(path, net, parts, bool(index.get("force_zeros_for_empty_prompt")), load(kinds[vae["_class_name"]], path, "vae"), hints, device)

    def whole(self, folder, net, parts, zeroes_missing, vae, hints, device):
        """- folder: where a small autoencoder may lie; vae: in single precision, half of which draws black pictures with some models."""
        from .pipeline import PipelineModel
        from .prompts import Prompts

        prompts = Prompts(parts, takes_penultimate=len(parts) > 1, zeroes_missing=zeroes_missing, device=device)
        return PipelineModel(net, prompts, vae, self.tiny(folder, hints.get("preview")), hints.get("preview"), device)

    @staticmethod
    def tiny(path, preview):
        if preview in (None, "linear", "full"):
            return None
        places = [os.path.join(path, name) for name in ("vae_tiny", "taesd", "taesdxl")] if preview == "tiny" else [os.path.expanduser(preview)]
        for place in places:
            if os.path.exists(os.path.join(place, "config.json")):
                return require_diffusers().AutoencoderTiny.from_pretrained(place, local_files_only=True)
        raise Refused(f"--preview {preview}: no small autoencoder lies there; give linear, full, or its folder")


class Replicated:
    """The same model on several devices, each of which gets its share of the rows."""

    def __init__(self, replicas):
        self.replicas = replicas

    def __getattr__(self, name):
        return getattr(self.replicas[0], name)

    def add(self, loras):
        """-> of each the parts that it touches."""
        if not hasattr(self.replicas[0], "add"):
            raise Refused("LoRAs are for models that draw from text; leave them out")
        for replica in self.replicas:
            replica.add(loras)
        return [one.touched for one in loras]

    def weigh(self, weights):
        for replica in self.replicas:
            replica.weigh(weights)

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


def require_diffusers():
    try:
        import diffusers
    except ImportError:
        raise Refused("diffusers is not installed beside this engine; pip install 'mezzotint-engine[diffusers]'") from None
    return diffusers


def opened(path):
    try:
        return safe_open(path, "pt")
    except (SafetensorError, OSError):
        raise Refused(f"{path}: no safetensors file, or one that breaks off; download it again") from None


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
        if not file.endswith(".safetensors"):
            continue
        with opened(file) as found:
            said = (found.metadata() or {}).get("held_out")
            if said is not None and len(said) <= 4096:
                return {"held_out": said}
    return {}


def scheduler_file(path):
    for place in (os.path.join(path, "scheduler/scheduler_config.json"), os.path.join(path, "scheduler_config.json"), os.path.join(os.path.dirname(os.path.abspath(path)), "scheduler/scheduler_config.json")):
        if os.path.exists(place):
            return place
    return None


def beside(path, configuration, loras=(), heads=None):
    """-> what a folder says around its network, and a fingerprint of all of it.

    - configuration: a folder, of a single file; loras: that were added to its weights, with what they touch; heads: where they
      are others than its width says.
    """
    single = None
    if not os.path.isdir(path):
        if configuration is None:
            return {}, salted(fingerprint([path]), [heads] * (heads is not None) + [one.salt() for one in loras if one.weight])
        path, single = os.path.expanduser(configuration), path
    folder, _ = network(path)
    place = scheduler_file(path)
    index = os.path.join(path, "model_index.json")
    said = (read(index) if os.path.exists(index) else {}).get("mezzotint") or {}
    run = {name: said[name] for name in ("steps", "guidance") if isinstance(said.get(name), (int, float)) and 1 <= said[name] <= 1000}
    more = {"scheduler": read(place) if place else {"_class_name": "DDPMScheduler"}}
    if run:
        more["run"] = run
    return more, folder_fingerprint(path, folder, place, single, loras)
