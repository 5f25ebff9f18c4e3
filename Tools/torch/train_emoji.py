"""Trains a small text-to-image model in Stable Diffusion's layout on emoji with captions: "a cat on blue".

    python3 Tools/torch/train_emoji.py --output emoji               the autoencoder, then text encoder and U-Net
    accelerate launch --num_processes 4 Tools/torch/train_emoji.py --output …       shares each batch out

OUTPUT/               the pipeline in half precision, moving averages; held-out.txt lists the pairs never shown
OUTPUT.png            samples: four rows of what people ask for, four of held-out pairs
OUTPUT.vae.png        pictures, and below each row what the autoencoder makes of them
OUTPUT.vae.torch.pt, OUTPUT.unet.torch.pt, OUTPUT.latents.pt      what --resume goes on from
"""
import argparse
import os
import types

import emoji_data as data
import emoji_models as models
import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from loop import Training, add_arguments
from output import Progress, replace_file, replace_folder, sheet

PROMPTS = [
    "a cat on blue", "a dog on green", "pizza on teal", "red apple on yellow", "a rocket on a black background",
    "grinning face on purple", "octopus on pink", "penguin on orange", "snowman, red", "tiger face on white",
    "a bicycle on grey", "guitar on brown", "green background, strawberry", "a robot with an orange background",
    "hamburger on blue", "a whale on white", "sunflower on purple", "an owl on teal", "alien on black",
    "crab, yellow",
    "house on pink", "fire on blue", "mushroom on grey", "a unicorn on green", "soccer ball on red",
    "umbrella on yellow", "ghost on purple", "a cactus on orange", "birthday cake on brown", "spider on white",
    "crown on black", "evergreen tree, teal",
]


def reconstruction_loss(vae, x, generator):
    """Absolute and squared differences, those of neighbours too; latents near unit normal, and bearing some noise."""
    def across(a):
        return a[..., 1:] - a[..., :-1]

    def down(a):
        return a[..., 1:, :] - a[..., :-1, :]

    z = vae.encode(x).latents
    y = vae.decode(z + 0.05 * torch.randn(z.shape, generator=generator, device=z.device)).sample.float()
    edges = (across(y) - across(x)).abs().mean() + (down(y) - down(x)).abs().mean()
    mean, variance = z.float().mean((0, 2, 3)), z.float().var((0, 2, 3))
    spread = (mean.square() + (variance - 1).square()).mean()
    return (y - x).abs().mean() + 0.5 * edges + 0.3 * F.mse_loss(y, x) + 0.01 * spread


class Coder(torch.nn.Module):
    """The loss as a module's output, so that several processes may share it."""

    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, x, generator):
        return reconstruction_loss(self.vae, x, generator)


def numbers_of(generator):
    return np.random.default_rng(int(torch.randint(1 << 62, (), generator=generator, device=generator.device)))


def train_autoencoder(a, emoji, pairs, accelerator):
    own = {"batch": 16, "images_seen": a.vae_images, "learning_rate": 1e-3, "ema": 0.998}
    torch.manual_seed(a.seed)
    coder = Coder(models.autoencoder()).to(accelerator.device)
    settings = types.SimpleNamespace(**vars(a) | own)
    training = Training(coder, a.output + ".vae.torch.pt", settings, accelerator)

    def batch(numbers, count):
        picked = [pairs[i] for i in numbers.integers(len(pairs), size=count)]
        return data.tensor([data.compose(emoji[i].picture, c, numbers) for i, c in picked]).to(accelerator.device)

    def loss_of(model, generator, share):
        return model(batch(numbers_of(generator), share), generator)

    @torch.no_grad()
    def look():
        vae, x = training.averaged().vae, batch(np.random.default_rng(0), 32)
        y = vae.decode(vae.encode(x).latents).sample
        sheet(torch.cat([x[:16], y[:16], x[16:], y[16:]]), a.output + ".vae.png", columns=16)
        difference = 127.5 * (y - x).abs().mean()
        Progress.say(f"autoencoder: {training.seen:,} images  mean difference {difference:.2f} of 255")

    training.run(loss_of, lambda: None, look)
    vae = training.averaged().vae
    with torch.no_grad():
        spread = vae.encode(batch(np.random.default_rng(1), 256)).latents.std().item()
    vae.register_to_config(scaling_factor=1 / spread)
    return vae


@torch.no_grad()
def latents(a, vae, emoji, pairs, accelerator):
    """[pairs x placements, 4, 16, 16] float16: every pair as it is placed a few times; made once, then kept."""
    path = a.output + ".latents.pt"
    if accelerator.is_main_process and not (a.resume and os.path.exists(path)):
        numbers, made = np.random.default_rng(a.seed), []
        for first in range(0, len(pairs), 32):
            placed = [pair for pair in pairs[first:first + 32] for _ in range(a.placements)]
            x = data.tensor([data.compose(emoji[i].picture, c, numbers) for i, c in placed])
            z = vae.encode(x.to(accelerator.device)).latents * vae.config.scaling_factor
            made.append(z.half().cpu())
        replace_file(path, lambda part: torch.save(torch.cat(made), part))
    accelerator.wait_for_everyone()
    return torch.load(path, weights_only=True).to(accelerator.device)


def train_painter(a, vae, emoji, pairs, held, accelerator):
    """`held`: captions of the pairs that are not among `pairs`."""
    device, vocabulary = accelerator.device, data.words(emoji)
    z = latents(a, vae, emoji, pairs, accelerator)
    weights = torch.tensor([data.SHARES.get(emoji[i].group, 1.0) for i, _ in pairs], device=device)
    tokenizer = models.make_tokenizer(vocabulary, a.cache)
    torch.manual_seed(a.seed)
    painter = models.Painter(len(tokenizer)).to(device)
    training = Training(painter, a.output + ".unet.torch.pt", a, accelerator)
    bars = models.scheduler().alphas_cumprod.to(device)

    def tokens_of(picked, numbers):
        texts = [data.caption(emoji[i].name, c, numbers) for i, c in (pairs[p] for p in picked)]
        texts = ["" if numbers.random() < a.caption_dropout else text for text in texts]
        return tokenizer(texts, padding="max_length", max_length=77, return_tensors="pt").input_ids.to(device)

    def loss_of(model, generator, share):
        drawn = {"generator": generator, "device": device}
        pick = torch.multinomial(weights, share, replacement=True, generator=generator)
        tokens = tokens_of(pick.tolist(), numbers_of(generator))
        x = z[pick * a.placements + torch.randint(0, a.placements, (share,), **drawn)].float()
        t, noise = torch.randint(0, 1000, (share,), **drawn), torch.randn(x.shape, **drawn)
        signal, deviation = (share[t][:, None, None, None].sqrt() for share in (bars, 1 - bars))
        output = model(signal * x + deviation * noise, t, tokens).float()
        return F.mse_loss(output, signal * noise - deviation * x)

    def save():
        def write(folder):
            models.save(folder, vae, training.averaged(), tokenizer, vocabulary, a.cache)
            with open(os.path.join(folder, "held-out.txt"), "w", encoding="utf8") as file:
                file.write("\n".join(held) + "\n")
        replace_folder(a.output, write)

    def look():
        spread = held[::max(1, len(held) // 32)][:32]
        sheet(models.draw(vae, training.averaged(), tokenizer, PROMPTS + spread), a.output + ".png")

    training.run(loss_of, save, look)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True)
    parser.add_argument("--cache", default="datasets/packages", help="where packages are fetched to")
    parser.add_argument("--vae-images", type=int, default=64_000, help="that the autoencoder sees, in batches of 16")
    parser.add_argument("--placements", type=int, default=2, help="of every emoji on every background")
    parser.add_argument("--caption-dropout", type=float, default=0.1)
    add_arguments(parser, batch=32, images_seen=800_000, look_every=25_000, learning_rate=8e-4, ema=0.9995)
    return parser.parse_args()


def main():
    a = arguments()
    accelerator = Accelerator(mixed_precision=a.precision)
    emoji, colors = data.load(a.cache), list(data.COLORS)
    hidden = data.held_out(len(emoji))
    pairs = [(i, colors[c]) for i in range(len(emoji)) for c in range(len(colors)) if (i, c) not in hidden]
    held = [f"{emoji[i].name} on {colors[c]}" for i, c in sorted(hidden)]
    vae = train_autoencoder(a, emoji, pairs, accelerator)
    train_painter(a, vae, emoji, pairs, held, accelerator)


if __name__ == "__main__":
    main()
