"""mezzotint-engine: started by a mezzotint's --engine, mostly over ssh, and ended by it."""
import argparse
import os
import platform
import sys


def devices(named):
    import torch

    if named:
        return [torch.device(name) for name in named.split(",")]
    if torch.cuda.is_available():
        return [torch.device("cuda", place) for place in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        return [torch.device("mps")]
    return [torch.device("cpu")]


def described(found):
    import torch

    first = found[0]
    name = torch.cuda.get_device_name(first) if first.type == "cuda" else first.type.upper()
    return f"{platform.node()}, {len(found)} x {name}" if len(found) > 1 else f"{platform.node()}, {name}"


def main():
    parser = argparse.ArgumentParser(
        prog="mezzotint-engine", description="Evaluates networks with PyTorch for a mezzotint elsewhere.",
        epilog='Not called by hand: mezzotint explore --engine "ssh gpu mezzotint-engine" MODEL')
    parser.add_argument("--models", action="append", default=[], metavar="FOLDER", help="a folder to find models in by their names; may be repeated")
    parser.add_argument("--device", metavar="NAMES", help="as PyTorch has them, as in cuda:0,cuda:1; several share the rows (default: all GPUs, or the CPU)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of the CPU")
    parser.add_argument("--compile", action="store_true", help="compile a U-Net's layers when they are first run: minutes once, then faster")
    given = parser.parse_args()
    if sys.stdin.isatty() or sys.stdout.isatty():
        parser.error("expected a mezzotint at the other end, found a terminal; give this command to its --engine")
    # What libraries print is no message: to standard error with it.
    target = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    for name in ("HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_TELEMETRY", "DIFFUSERS_NO_ADVISORY_WARNINGS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

    import torch

    from .messages import Broken
    from .models import Models
    from .server import Server

    if given.threads:
        torch.set_num_threads(given.threads)
    # Single precision is single precision.
    torch.backends.cudnn.allow_tf32 = False
    try:
        found = devices(given.device)
        for device in found:
            torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        sys.exit(f"mezzotint-engine: --device {given.device}: {' '.join(str(error).split())[:200]}")
    has_half = found[0].type != "cuda" or torch.cuda.is_bf16_supported()
    precisions = (["bf16", "fp32"] if found[0].type == "cuda" else ["fp32", "bf16"]) if has_half else ["fp32"]
    source = os.fdopen(0, "rb", buffering=1 << 20)
    try:
        Server(Models(given.models, found, given.compile), source, target, described(found), precisions).serve()
    except Broken as error:
        sys.exit(f"mezzotint-engine: {error}; give this command to the --engine of a mezzotint")
    # All is written. Not by way of the libraries' own ends: threads of theirs that are still there abort the process in some.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
