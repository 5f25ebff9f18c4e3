"""Trains the same model as `mezzotint train`, on GPUs or several machines.

    python3 Tools/torch/train.py --data datasets/avatars.safetensors --output avatars.safetensors
    torchrun --nproc-per-node 4 Tools/torch/train.py --data … --output …        each GPU takes its share of a batch

Reads and writes the same files. NAME.torch.pt beside the output holds what --resume goes on from.
"""
import argparse
import json
import os
import time

import torch
import torch.distributed as dist
from optimizer import MovingAverage, learning_rate, make_optimizer, train_step
from safetensors import safe_open
from uvit import Config, UViT, alpha_bar, denoising_loss, save


def read(path):
    """-> images U8 [N, S, S, 3], labels [N] or None, names."""
    with safe_open(path, "pt") as file:
        names = json.loads((file.metadata() or {}).get("label_names", "[]"))
        labels = file.get_tensor("labels").long() if "labels" in file.keys() else None
        images = file.get_tensor("images")
    if labels is not None and not names:
        names = [f"label {i}" for i in range(int(labels.max()) + 1)]
    return images, labels, names


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", required=True)
    for flag, value in [("patch", 4), ("width", 256), ("depth", 8), ("heads", 4), ("kernels", 3), ("batch", 64),
                        ("seed", 0), ("images-seen", 500_000)]:
        parser.add_argument(f"--{flag}", type=int, default=value)
    for flag, value in [("learning-rate", 8e-4), ("ema", 0.9995), ("label-dropout", 0.1)]:
        parser.add_argument(f"--{flag}", type=float, default=value)
    parser.add_argument("--prediction", default="v", choices=["v", "epsilon", "sample"])
    parser.add_argument("--schedule", default="cosine", choices=["cosine", "linear"])
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--flip", action="store_true")
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def main():
    a = arguments()
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    has_gpu = torch.cuda.is_available()
    if world > 1:
        dist.init_process_group("nccl" if has_gpu else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if has_gpu else torch.device("cpu")
    images, labels, names = read(a.data)
    images = images.to(device)
    labels = None if labels is None else labels.to(device)
    c = Config(
        image_size=images.shape[1], patch_size=a.patch, width=a.width, depth=a.depth, heads=a.heads,
        classes=len(names) + 1 if names else 0, mask_kernels=a.kernels, schedule=a.schedule,
        prediction=a.prediction, label_names=names,
    )
    torch.manual_seed(a.seed)
    core = UViT(c).to(device)
    model = torch.nn.parallel.DistributedDataParallel(core) if world > 1 else core
    optimizer, average = make_optimizer(core, a.learning_rate), MovingAverage(core, a.ema)
    bars, share, step = alpha_bar(c).to(device), a.batch // world, 0
    state_file = os.path.splitext(a.output)[0] + ".torch.pt"
    if a.resume:
        state = torch.load(state_file, map_location=device, weights_only=True)
        core.load_state_dict(state["weights"])
        optimizer.load_state_dict(state["optimizer"])
        average.values, step = state["average"], state["step"]

    def keep():
        if rank == 0:
            state = {"weights": core.state_dict(), "optimizer": optimizer.state_dict(),
                     "average": average.values, "step": step}
            torch.save(state, state_file + ".part")
            os.replace(state_file + ".part", state_file)
            save(average.state(), c, a.output, extra={"trained": f"{step * a.batch} images seen"})

    start, recent, shown = time.time(), None, time.time()
    while step * a.batch < a.images_seen:
        step += 1
        # A stream for each step and process: resuming goes on with the numbers that would have come.
        generator = torch.Generator(device).manual_seed((a.seed << 40) + step * world + rank)
        pick = torch.randint(0, len(images), (share,), generator=generator, device=device)
        x = images[pick].permute(0, 3, 1, 2).float() / 127.5 - 1
        if a.flip:
            flipped = torch.rand(share, generator=generator, device=device) < 0.5
            x = torch.where(flipped[:, None, None, None], x.flip(-1), x)
        y = None
        if labels is not None:
            dropped = torch.rand(share, generator=generator, device=device) < a.label_dropout
            y = torch.where(dropped, c.classes - 1, labels[pick])
        t = torch.randint(0, c.timesteps, (share,), generator=generator, device=device)
        noise = torch.randn(x.shape, generator=generator, device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=a.precision == "bf16"):
            loss = denoising_loss(model, x, noise, t, y, bars)
        rate = learning_rate(a.learning_rate, step, (step - 1) * a.batch / a.images_seen)
        norm = train_step(loss, core, optimizer, average, step, rate)
        if not torch.isfinite(norm):
            raise SystemExit(f"step {step}: a gradient is not a finite number; {state_file} is as it was before")
        recent = loss.item() if recent is None else recent + 0.02 * (loss.item() - recent)
        if time.time() - shown > 30:
            shown = time.time()
            keep()
            if rank == 0:
                print(f"{step * a.batch} images  loss {recent:.4f}  {shown - start:.0f} s", flush=True)
    keep()
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
