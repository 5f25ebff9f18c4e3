"""Training speed against PyTorch, in alternating rounds on the same machine.

    make train-bench                         what this runs, with PyTorch in a virtual environment
    python3 Tools/train_bench.py --rounds 3  the same with a Python that has torch and safetensors

Both train U-ViT of width 256, depth 8, patch 4, 4 heads, mask with 3 kernels, batch 64, AdamW and moving average.
Of each round the median step counts; the fastest step is what other work on the machine disturbs least.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "torch"))


def torch_rates(precision, seconds, threads):
    import torch
    from optimizer import MovingAverage, make_optimizer, train_step
    from uvit import Config, UViT, alpha_bar, denoising_loss

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    c = Config(classes=5, mask_kernels=3, prediction="v")
    model = UViT(c).train()
    optimizer, average, bars = make_optimizer(model, fused=True), MovingAverage(model), alpha_bar(c)
    images = torch.rand(256, 3, 32, 32) * 2 - 1
    labels = torch.randint(0, 4, (256,))
    times, step = [], 0
    while len(times) < 7 or sum(times) < seconds:
        start = time.perf_counter()
        step += 1
        pick = torch.randint(0, 256, (64,))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            loss = denoising_loss(
                model, images[pick], torch.randn(64, 3, 32, 32), torch.randint(0, 1000, (64,)), labels[pick], bars
            )
        train_step(loss, model, optimizer, average, step, 8e-4)
        times.append(time.perf_counter() - start)
    return 64 / statistics.median(times[2:]), 64 / min(times[2:])


def rates(command):
    """Images per second of a process of its own, whose threads do not spin beside another's: median and fastest step."""
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.replace(",", "").split()
    numbers = [float(word) for word in words if word.replace(".", "").isdigit()]
    return numbers[0], numbers[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(here, "..", ".build", "release", "mezzotint"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of PyTorch in each round")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--precision", choices=["bf16", "fp32"], action="append")
    parser.add_argument("--torch-worker", choices=["bf16", "fp32"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.torch_worker:
        print(*torch_rates(arguments.torch_worker, arguments.seconds, arguments.threads))
        return
    threads = ["--threads", str(arguments.threads)]
    for precision in arguments.precision or ["bf16", "fp32"]:
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(rates([arguments.program, "train", "--bench", "--precision", precision] + threads))
            worker = [sys.executable, __file__, "--torch-worker", precision, "--seconds", str(arguments.seconds)]
            theirs.append(rates(worker + threads))
            print(f"{precision}: mezzotint {ours[-1][0]:.1f}, PyTorch {theirs[-1][0]:.1f} images/s", flush=True)
        for name, choose, which in [("medians", statistics.median, 0), ("fastest steps", max, 1)]:
            a, b = (choose([figure[which] for figure in figures]) for figures in (ours, theirs))
            print(f"{precision}: {name} {a:.1f} and {b:.1f} images/s, ratio {a / b:.2f}")


if __name__ == "__main__":
    main()
