"""What diffusers' autoencoders make of fixed latents and pictures: python make.py MODELS PIPELINES, from this folder.

MODELS is the repository's models/ (the bundled emoji model's autoencoder), PIPELINES a folder with small pipelines of
random weights, whose autoencoders are copied here. Cases: latents are as a sampler has them (scaled), pictures in -1...1.
"""
import os, shutil, sys
import torch
from diffusers import AutoencoderKL, AutoencoderTiny
from safetensors.torch import load_file, save_file

models, pipelines = sys.argv[1:]


@torch.no_grad()
def case(vae, latents):
    factor = vae.config.scaling_factor
    picture = vae.decode(latents / factor).sample
    encoded = vae.encode(picture.clamp(-1, 1))
    mean = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    return dict(latents=latents, picture=picture, encoded=mean * factor)


def save(name, vae, all_latents):
    out = {}
    for index, latents in enumerate(all_latents):
        for key, value in case(vae, latents).items(): out[f"case.{index}.{key}"] = value.contiguous()
    save_file(out, f"{name}.safetensors")


torch.manual_seed(0)
emoji = AutoencoderTiny.from_pretrained(f"{models}/emoji/vae", torch_dtype=torch.float32).eval()
save("emoji", emoji, [torch.randn(2, 4, 8, 8), torch.randn(1, 4, 5, 7)])
for name in ("sd1", "small"):
    folder = f"{pipelines}/{name}/vae"
    os.makedirs(name, exist_ok=True)
    for file in os.listdir(folder): shutil.copyfile(f"{folder}/{file}", f"{name}/{file}")
    vae = AutoencoderKL.from_pretrained(folder, torch_dtype=torch.float32).eval()
    # The first row is where a pipeline's own run ended.
    final = load_file(f"{pipelines}/{name}.run.safetensors")["run.0.final"][:1]
    save(name, vae, [torch.cat([final, torch.randn_like(final)])[:, :, :8], torch.randn(1, 4, 3, 5)])
