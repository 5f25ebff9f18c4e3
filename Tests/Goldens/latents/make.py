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
    def each(option, standard): return torch.tensor(vae.config.get(option) or [standard]).view(1, -1, 1, 1)
    mean_, gain = each("latents_mean", 0.0), each("latents_std", 1.0) / vae.config.scaling_factor
    picture = vae.decode(latents * gain + mean_).sample
    encoded = vae.encode(picture.clamp(-1, 1))
    mean = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    return dict(latents=latents, picture=picture, encoded=(mean - mean_) / gain)


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

# What the others lack: means and deviations; none of the options that add a layer.
vae = AutoencoderKL(
    block_out_channels=(8, 16), down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    norm_num_groups=4, mid_block_add_attention=False, use_quant_conv=False, use_post_quant_conv=False,
    scaling_factor=0.5, latents_mean=[0.1, -0.2, 0.3, 0.4], latents_std=[1.0, 2.0, 0.5, 0.7]).eval()
vae.save_pretrained("means")
save("means", vae, [torch.randn(2, 4, 8, 6), torch.randn(1, 4, 3, 5)])
