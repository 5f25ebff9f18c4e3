"""Stands between a mezzotint and its engine and does to what the engine says whatever may happen to it on the way:

    python faulty.py SEED LENGTH COMMAND

At a place of the first LENGTH bytes that SEED chooses it ends, kills the engine, says something else, leaves something out,
or waits for 200 ms. The rest passes as it is.
"""
import os
import random
import subprocess
import sys
import threading
import time

KINDS = ("end", "kill", "garbage", "gap", "slow")


def fault(seed, length):
    """-> (one of KINDS, the place); half of them where a message begins to tell most of itself."""
    dice = random.Random(seed)
    return dice.choice(KINDS), dice.randrange(min(length, 4096) if dice.random() < 0.5 else length), dice


def main():
    (seed, length), command = map(int, sys.argv[1:3]), sys.argv[3]
    kind, place, dice = fault(seed, length)
    engine = subprocess.Popen(["/bin/sh", "-c", f"exec {command}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def forward():
        while data := os.read(0, 1 << 16):
            try:
                engine.stdin.write(data)
            except OSError:
                return
        engine.stdin.close()

    threading.Thread(target=forward, daemon=True).start()
    seen, is_done = 0, False
    while data := os.read(engine.stdout.fileno(), 1 << 16):
        if not is_done and seen + len(data) > place:
            here, is_done = place - seen, True
            if kind in ("end", "kill"):
                os.write(1, data[:here])
                if kind == "kill":
                    engine.kill()
                os._exit(0)
            if kind == "garbage":
                data = data[:here] + dice.randbytes(dice.randint(1, 20)) + data[here:]
            elif kind == "gap":
                data = data[:here] + data[here + dice.randint(1, 20) :]
            else:
                os.write(1, data[:here])
                time.sleep(0.2)
                data = data[here:]
            seen += here
        seen += len(data)
        while data:
            data = data[os.write(1, data) :]
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)
