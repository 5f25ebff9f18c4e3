"""Trains a U-Net with class labels, diffusers' UNet2DModel, on one of this project's data sets.

    python3 Tools/torch/train_unet.py --data datasets/avatars.safetensors --output avatars-unet
    accelerate launch --num_processes 4 Tools/torch/train_unet.py --data … --output …    shares each batch out

OUTPUT/           model_index.json, unet/, scheduler/: the moving average of the weights in half precision
OUTPUT.png        samples of it, each label in turn
OUTPUT.torch.pt   what --resume goes on from

Data, loss, schedule, learning rate and moving average are those of `mezzotint train`; the same pictures are held out.
The last row of the class embedding is "no label", for guidance; the others' names are `id2label` in model_index.json.
"""
import argparse
import os

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from diffusers import DDIMPipeline, DDIMScheduler, UNet2DModel
from held_out import record, split
from loop import Training, add_arguments
from output import Progress, replace_folder, sheet
from safetensors.torch import load_file, save_file
from train import read


def network(size, widths, layers, classes):
    """Self-attention on every level but the first, where it would cost more than all else."""
    levels = len(widths)
    return UNet2DModel(
        sample_size=size, block_out_channels=widths, layers_per_block=layers, num_class_embeds=classes or None,
        down_block_types=["DownBlock2D"] + ["AttnDownBlock2D"] * (levels - 1),
        up_block_types=["AttnUpBlock2D"] * (levels - 1) + ["UpBlock2D"],
        # Eight groups: with 32 of them a level 32 wide would lose every channel's mean.
        norm_num_groups=8, attention_head_dim=min(32, *widths[1:]), resnet_time_scale_shift="scale_shift",
    )


def scheduler():
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", timestep_spacing="trailing")


def denoising_loss(model, schedule, images, noise, t, y):
    """Mean squared error of the velocity; images U8 [B, S, S, 3], noise [B, 3, S, S], t and y [B]."""
    x = images.permute(0, 3, 1, 2).float() / 127.5 - 1
    output = model(schedule.add_noise(x, noise, t), t, y, return_dict=False)[0].float()
    return F.mse_loss(output, schedule.get_velocity(x, noise, t))


@torch.no_grad()
def held_out_loss(model, schedule, images, labels, batch=64):
    """The timesteps spread evenly, the noise always the same."""
    generator, total, count = torch.Generator(images.device).manual_seed(0), 0.0, len(images)
    t = torch.arange(count, device=images.device) * 379 % count * 1000 // count
    for first in range(0, count, batch):
        part = slice(first, first + batch)
        shape = (len(images[part]), 3, *images.shape[1:3])
        noise = torch.randn(shape, generator=generator, device=images.device)
        y = None if labels is None else labels[part]
        total += denoising_loss(model, schedule, images[part], noise, t[part], y).item() * shape[0]
    return total / count


@torch.no_grad()
def sample(model, classes, count=32, steps=30):
    """-> [count, 3, S, S], without guidance, each label in turn."""
    schedule = scheduler()
    schedule.set_timesteps(steps)
    size, device = model.config.sample_size, model.device
    x = torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    y = torch.arange(count, device=device) % (classes - 1) if classes else None
    for t in schedule.timesteps:
        x = schedule.step(model(x, t, y).sample, t, x).prev_sample
    return x


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--widths", default="32,64,128", help="FreeU's rule by channels wants one 4 x the first")
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--label-dropout", type=float, default=0.1)
    parser.add_argument("--validation", type=float, default=0.02, help="share of the pictures that is held out")
    add_arguments(parser, batch=64, images_seen=500_000, look_every=25_000, learning_rate=8e-4, ema=0.9995)
    return parser.parse_args()


def main():
    a = arguments()
    accelerator = Accelerator(mixed_precision=a.precision)
    device = accelerator.device
    images, labels, names = read(a.data)
    about = {"format": "pt", "held_out": record(images, labels, a.validation, a.seed)}
    images, labels = images.to(device), None if labels is None else labels.to(device)
    kept, held = (torch.tensor(part, device=device) for part in split(len(images), a.validation, a.seed))
    held, classes, schedule = held[:512], len(names) + 1 if names else 0, scheduler()
    torch.manual_seed(a.seed)
    core = network(images.shape[1], [int(w) for w in a.widths.split(",")], a.layers, classes)
    core = core.to(device, memory_format=torch.channels_last)
    training = Training(core, a.output + ".torch.pt", a, accelerator)

    def loss_of(model, generator, share):
        numbers = {"generator": generator, "device": device}
        pick = kept[torch.randint(0, len(kept), (share,), **numbers)]
        t = torch.randint(0, 1000, (share,), **numbers)
        noise = torch.randn((share, 3, *images.shape[1:3]), **numbers)
        dropped = torch.rand(share, **numbers) < a.label_dropout
        y = None if labels is None else torch.where(dropped, classes - 1, labels[pick])
        return denoising_loss(model, schedule, images[pick], noise, t, y)

    def save():
        pipeline = DDIMPipeline(training.averaged().half(), scheduler())
        pipeline.register_to_config(id2label=dict(enumerate(names)))

        def write(folder):
            pipeline.save_pretrained(folder)
            weights = os.path.join(folder, "unet", "diffusion_pytorch_model.safetensors")
            trained = f"{training.seen} images seen in {training.step} steps of {a.batch}"
            save_file(load_file(weights), weights, metadata=about | {"trained": trained})

        replace_folder(a.output, write)

    def look():
        other = training.averaged()
        sheet(sample(other, classes), a.output + ".png")
        if len(held):
            loss = held_out_loss(other, schedule, images[held], None if labels is None else labels[held])
            Progress.say(f"{training.seen:,} images  held-out loss {loss:.4f}")

    training.run(loss_of, save, look)


if __name__ == "__main__":
    main()
