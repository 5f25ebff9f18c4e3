"""Whole models in one file, in the layout of Stable Diffusion's first release, as diffusers opens them."""
import os
import pickle

import torch
from safetensors import SafetensorError, safe_open

from .messages import Refused

NETWORK = "model.diffusion_model."


def state(path):
    """-> tensors of a checkpoint by name, what is around them left out; those of safetensors without their numbers: None."""
    try:
        if path.endswith(".safetensors"):
            with safe_open(path, "pt") as file:
                return dict.fromkeys(file.keys())
        try:
            found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except (RuntimeError, ValueError):
            # Of before PyTorch 1.6, which cannot be mapped.
            found = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, EOFError, RuntimeError, ValueError, KeyError, pickle.UnpicklingError):
        raise Refused(f"{path}: no checkpoint that PyTorch or safetensors reads without running what is in it; give another file") from None
    while isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    return {name: tensor for name, tensor in found.items() if isinstance(tensor, torch.Tensor)} if isinstance(found, dict) else {}


def is_whole(names):
    return any(name.startswith(NETWORK) for name in names)


def pipeline(path, names, configuration):
    """-> diffusers' pipeline in single precision. configuration: a folder that says what shapes do not; None: the hub's cache has it."""
    import diffusers

    diffusers.utils.logging.disable_progress_bar()
    is_xl = any(name.startswith("conditioner.") for name in names)
    kind = diffusers.StableDiffusionXLPipeline if is_xl else diffusers.StableDiffusionPipeline
    more = {} if is_xl else {"safety_checker": None, "feature_extractor": None}
    if configuration is not None:
        more["config"] = os.path.expanduser(configuration)
    try:
        return kind.from_single_file(path, local_files_only=True, torch_dtype=torch.float32, **more)
    except Exception as error:
        advice = "give --config the folder of the same model" if configuration is None else "give the configuration of this model"
        raise Refused(f"{path}: diffusers does not open it, {advice} ({type(error).__name__}: {str(error)[:160]})") from None
