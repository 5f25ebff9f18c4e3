#!/usr/bin/env python3
"""Times mezzotint beside what people would use instead: one forward pass, the same weights, on this machine.

PyTorch (eager and compiled), ONNX Runtime and OpenVINO run the network with the mask precomputed; mezzotint runs
`bench --worker`. Each engine is a process of its own and takes its turn in every round, so whatever else the
machine does falls on all of them alike. Prints medians over the rounds, their spread, and mezzotint's time as a
share of each peer's (the median of the rounds' ratios). `make peers` sets up what it needs.

The published shape is U-ViT-S/2 for CIFAR-10: width 512, depth 12, patches of 2, 44 million weights, no mask.
The U-Net is google/ddpm-cifar10-32's: diffusers' UNet2DModel with 35.7 million weights, here random ones.
Stable Diffusion 1.5's is its UNet2DConditionModel with 860 million weights, random ones too, at 256 and 512 pixels.
The decoders make a picture of latents: Stable Diffusion's AutoencoderKL and AutoencoderTiny of TAESD's shape.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tools/torch"))
sys.path.insert(0, str(ROOT / "Tools"))
from peer_models import load, load_decoder, write_decoder, write_stable_diffusion, write_unet  # noqa: E402
PEERS = ["eager", "compiled", "onnxruntime", "openvino"]


# ---- One engine in a process of its own: the protocol of `mezzotint bench --worker`. ----

def inputs(model, batch):
    import torch
    torch.manual_seed(0)
    x = torch.randn(batch, *model.sample_shape)
    return x, torch.full((batch,), 500.0), torch.zeros(batch, dtype=torch.long)


def make_call(peer, model, precision, batch, threads, folder):
    """A function without arguments that makes one forward pass."""
    import torch
    torch.set_num_threads(threads)
    x, t, y = inputs(model, batch)
    if peer in ("eager", "compiled"):
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        model, x = model.to(dtype), x.to(dtype)
        forward = torch.compile(model, dynamic=False) if peer == "compiled" else model

        def call():
            with torch.inference_mode():
                return forward(x, t, y)
        return call

    path = os.path.join(folder, f"batch{batch}.onnx")
    if peer == "openvino" and (hasattr(model, "context") or hasattr(model, "autoencoder")):
        # ONNX holds no more than 2 GB in a file.
        import openvino
        path = openvino.convert_model(model, example_input=(x, t, y))
    elif not os.path.exists(path):
        torch.onnx.export(model, (x, t, y), path, input_names=["x", "t", "y"], opset_version=18, dynamo=False)
    if peer == "onnxruntime":
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        names = {given.name for given in session.get_inputs()}
        feed = {name: value.numpy() for name, value in (("x", x), ("t", t), ("y", y)) if name in names}
        return lambda: session.run(None, feed)
    import openvino
    hint = "bf16" if precision == "bf16" else "f32"
    compiled = openvino.Core().compile_model(path, "CPU", {
        "INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads})
    request = compiled.create_infer_request()
    names = {given.get_any_name() for given in compiled.inputs}
    feed = {name: value.numpy() for name, value in (("x", x), ("t", t), ("y", y)) if name in names}
    if len(feed) < len(compiled.inputs):
        # It kept no names; unused inputs are gone.
        feed = [x.numpy(), t.numpy()][:len(compiled.inputs)]
    return lambda: request.infer(feed, share_inputs=True, share_outputs=True)


def serve(peer, path, precision, threads):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Engines talk on standard output; answers must stand alone there.
    calls, folder = {}, tempfile.mkdtemp()
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        request, batch, count = line.split()
        if batch not in calls:
            model = load_decoder(path) if request == "decode" else load(path)
            calls[batch] = make_call(peer, model, precision, int(batch), threads, folder)
        times = []
        for _ in range(int(count)):
            start = time.perf_counter()
            calls[batch]()
            times.append(1e3 * (time.perf_counter() - start))
        print(json.dumps(times), file=answers, flush=True)


# ---- The rounds. ----

class Engine:
    def __init__(self, name, request, command):
        self.name, self.request = name, request
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, text=True)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.complaints.seek(0)
            raise SystemExit(f"{self.name} ended: {self.complaints.read().strip()[-2000:]}")
        return json.loads(line)

    def times(self, batch, count):
        self.process.stdin.write(f"{self.request} {batch} {count}\n")
        self.process.stdin.flush()
        return self.answer()

    def warm_up(self, batch):
        first = self.times(batch, 1)[0]
        if first > 2000:
            self.times(batch, 1)
            self.count = 1
            return
        self.times(batch, 2)
        self.count = max(3, min(60, int(150 / statistics.median(self.times(batch, 3)))))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(model, precision, batches, arguments):
    """Rows of the table: for each batch, each engine's medians of all rounds."""
    request = "decode" if arguments.decoders else "step"
    command = [arguments.mezzotint, "bench", str(model), "--worker", "--precision", precision]
    engines = [Engine("mezzotint", request, command + ["--threads", str(arguments.threads)])]
    for peer in arguments.peers:
        if peer == "onnxruntime" and (precision == "bf16" or arguments.sd15):
            continue  # Its CPU kernels have no bfloat16, and a file of its format no more than 2 GB.
        engines.append(Engine(peer, request, [
            sys.executable, __file__, "--worker", peer, "--model", str(model), "--precision", precision,
            "--threads", str(arguments.threads)]))
    rows = {}
    for batch in batches:
        for engine in engines:
            engine.warm_up(batch)
        results = {engine.name: [] for engine in engines}
        for _ in range(arguments.rounds):
            for engine in engines:
                time.sleep(0.02)  # Until the last engine's threads have stopped spinning.
                results[engine.name].append(statistics.median(engine.times(batch, engine.count)))
        rows[batch] = results
    for engine in engines:
        engine.close()
    return rows


def processor_fields():
    text = Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in fields.items()}


def processor():
    fields = processor_fields()
    number = f", family {fields['cpu family']} model {fields['model']}" if "cpu family" in fields else ""
    return fields.get("model name", platform.machine()) + number


def describe(shape, precision, batch, results):
    ours = results["mezzotint"]
    ratios = {name: statistics.median(a / b for a, b in zip(ours, theirs)) for name, theirs in results.items()}
    cells = [f"{shape}, {precision}, batch {batch}"]
    for name in ["mezzotint"] + PEERS:
        if name not in results:
            cells.append("")
            continue
        times = results[name]
        text = f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
        cells.append(text if name == "mezzotint" else f"{text} {ratios[name]:.2f}")
    worst = max((ratio for name, ratio in ratios.items() if name != "mezzotint"), default=float("nan"))
    return "| " + " | ".join(cells + [f"{worst:.2f}"]) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=str(ROOT / "models/avatars.safetensors"))
    parser.add_argument("--mezzotint", default=str(ROOT / ".build/release/mezzotint"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--precision", action="append", choices=["fp32", "bf16"],
                        help="default: fp32, and bf16 where the processor has it")
    parser.add_argument("--batch", action="append", type=int)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--no-published", action="store_true", help="leave out the published shape")
    parser.add_argument("--unet", action="store_true", help="a U-Net instead, of ddpm-cifar10's shape")
    parser.add_argument("--sd15", type=int, action="append", metavar="PIXELS",
                        help="Stable Diffusion 1.5's shape instead, at so many pixels (256, 512)")
    parser.add_argument("--decoders", type=int, action="append", metavar="PIXELS",
                        help="the decoders of Stable Diffusion and TAESD instead, for pictures of so many pixels")
    parser.add_argument("--worker", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    has_bf16 = "avx512_bf16" in processor_fields().get("flags", "").split()
    precisions = arguments.precision or (["fp32", "bf16"] if has_bf16 else ["fp32"])
    if arguments.worker:
        return serve(arguments.worker, arguments.model, precisions[0], arguments.threads)

    print(f"Milliseconds a pass on {processor()}, {arguments.threads} threads: median of {arguments.rounds} rounds "
          "(smallest–largest), mezzotint's share of it.\n")
    print("| | mezzotint | " + " | ".join(PEERS) + " | of the best peer |")
    print("|---|" + "---|" * (len(PEERS) + 2))
    with tempfile.TemporaryDirectory() as folder:
        shapes = [("starter model", Path(arguments.model), arguments.batch or [1, 3, 9])]
        if arguments.decoders:
            shapes = []
            for size in arguments.decoders:
                for name, is_tiny in (("SD's decoder", False), ("TAESD's decoder", True)):
                    model = Path(folder) / f"{'tiny' if is_tiny else 'kl'}{size}"
                    write_decoder(model, size, is_tiny)
                    shapes.append((f"{name}, {size}²", model, arguments.batch or [1]))
        elif arguments.sd15:
            shapes = []
            for size in arguments.sd15:
                write_stable_diffusion(Path(folder) / f"sd{size}", size)
                shapes.append((f"SD 1.5 at {size}²", Path(folder) / f"sd{size}", arguments.batch or [1]))
        elif arguments.unet:
            write_unet(Path(folder) / "unet")
            shapes = [("ddpm-cifar10", Path(folder) / "unet", arguments.batch or [1, 3])]
        elif not arguments.no_published:
            import torch
            import uvit
            torch.manual_seed(0)
            published = Path(folder) / "published.safetensors"
            c = uvit.Config(patch_size=2, width=512, depth=12, heads=8, schedule="linear")
            uvit.save(uvit.UViT(c).state_dict(), c, published, dtype=torch.float32)
            shapes.append(("published shape", published, [1]))
        for shape, model, batches in shapes:
            for precision in precisions:
                for batch, results in compare(model, precision, batches, arguments).items():
                    print(describe(shape, precision, batch, results), flush=True)


if __name__ == "__main__":
    main()
