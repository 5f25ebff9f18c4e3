"""What random faults between a mezzotint and an engine come to: python check_faults.py MEZZOTINT MODEL [COUNT]

Draws a picture COUNT times (1000) with `faulty.py` in between. Each time it is drawn, or one line says why not: no hang, no
crash. What only came late is the same picture. Then as many spoilt requests go to the engine of PyTorch, which lives on or ends,
and says why. Ends with status 1 where something else happens.
"""
import collections
import io
import os
import random
import shlex
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import torch

import faulty
from mezzotint_engine.messages import FIRST_LINE, Broken, decode, encode
from mezzotint_engine.models import Models
from mezzotint_engine.server import Server

PROGRAM, MODEL = sys.argv[1:3]
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
failures, lock = [], threading.Lock()


def draw(engine, place):
    command = [PROGRAM, "sample", "--engine", engine, "--steps", "2", "--precision", "fp32", "--plain", "--output", place, MODEL]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)


def on_the_way():
    """Faults in what an engine says."""
    plain = f"{shlex.quote(PROGRAM)} engine --threads 1"
    between = f"exec {shlex.quote(sys.executable)} -S {shlex.quote(faulty.__file__)}"
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "whole.png")
        said = os.path.join(folder, "said")
        result = draw(f"{plain} | tee {shlex.quote(said)}", whole)
        if result.returncode:
            sys.exit(result.stderr.decode())
        with open(whole, "rb") as file:
            expected = file.read()
        length, ends = os.path.getsize(said), collections.Counter()

        def suffer(seed):
            kind, place = faulty.fault(seed, length)[0], os.path.join(folder, f"{seed}.png")
            try:
                result = draw(f"{between} {seed} {length} {shlex.quote(plain)}", place)
            except subprocess.TimeoutExpired:
                failures.append(f"fault {seed}, {kind}: hangs")
                return
            lines = result.stderr.decode(errors="replace").splitlines()
            is_line = len(lines) == 1 and lines[0].isprintable() and not os.path.exists(place)
            if result.returncode == 0 and not lines and kind == "slow":
                with open(place, "rb") as file:
                    is_fine = file.read() == expected
            else:
                is_fine = kind != "slow" and (is_line if result.returncode in (1, 2) else result.returncode == 0 and not lines)
            if not is_fine:
                failures.append(f"fault {seed}, {kind}: status {result.returncode}, {lines}")
            with lock:
                ends[kind, "drawn" if result.returncode == 0 else "said"] += 1

        # Many at once: who lacks bytes waits for half a minute.
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(suffer, range(COUNT)))
    print("faults on the way: " + ", ".join(f"{kind} {end} {count}" for (kind, end), count in sorted(ends.items())))


def session():
    """-> the requests of a small session as bytes, one by one."""
    models = Models([], [torch.device("cpu")])
    from mezzotint_engine.watch import Watch

    _, description, _, _ = models.open(MODEL, "fp32", {}, Watch())
    model = {"fingerprint": description["fingerprint"], "precision": "fp32"}
    row = {"timestep": 300, "label": 0, "knobs": {"b": 1.2}}
    samples = torch.zeros(1, *description["sample"])
    return [
        encode("open", 1, model=MODEL, precision="fp32", hints={}),
        encode("evaluate", 2, {"samples": samples}, model=model, rows=[row]),
        encode("probe", 3, {"sample": samples}, model=model, row=row, question={"attention": {"block": 0, "patch": 0}}),
        encode("probe", 4, {"sample": samples}, model=model, row=row, question={"features": [[0, 0]]}),
        encode("close", 5, model=model),
    ]


def spoilt(request, dice):
    request = bytearray(request)
    place = dice.randrange(min(len(request), 200) if dice.random() < 0.7 else len(request))
    kind = dice.randrange(4)
    if kind == 0:
        request[place] = dice.randrange(256)
    elif kind == 1:
        del request[place : place + dice.randint(1, 9)]
    elif kind == 2:
        request[place:place] = dice.randbytes(dice.randint(1, 9))
    else:
        del request[place:]
    return bytes(request)


def to_the_engine():
    """Faults in what an engine is asked."""
    requests, ends = session(), collections.Counter()
    for seed in range(COUNT):
        dice, said = random.Random(seed), list(requests)
        place = dice.randrange(len(said))
        said[place] = spoilt(said[place], dice)
        target = io.BytesIO()
        server = Server(Models([], [torch.device("cpu")]), io.BytesIO(b"".join(said)), target, "test", ["fp32"])
        left = []

        def serve():
            try:
                server.serve()
                left.append("served")
            except Broken as error:
                left.append("left")
                if not str(error).isprintable():
                    failures.append(f"request {seed}: {error}")
            except BaseException as error:
                failures.append(f"request {seed}: {type(error).__name__}: {error}")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        thread.join(100)
        if thread.is_alive():
            failures.append(f"request {seed}: hangs")
            continue
        ends.update(left)
        target.seek(0)
        assert target.readline() == FIRST_LINE
        while (message := decode(target)) is not None:
            if message[0]["kind"] == "failed":
                ends["failed"] += 1
                if not message[0]["text"].isprintable():
                    failures.append(f"request {seed}: {message[0]['text']!r}")
    print("faults in requests: " + ", ".join(f"{end} {count}" for end, count in sorted(ends.items())))


torch.set_num_threads(1)
on_the_way()
to_the_engine()
print("\n".join(failures) or "every fault came to a line")
sys.exit(bool(failures))
