"""What a training writes: files replaced whole, a line of progress, a sheet of pictures."""
import os
import shutil
import sys
import time
from collections import deque

import numpy as np
import torch
from PIL import Image


class Progress:
    """One line on standard error now and then: how far, the loss, how fast of late, how long it will take."""

    def __init__(self, total, done=0, every=30):
        self.total, self.every, self.loss = total, every, None
        self.marks = deque([(time.time(), done)], maxlen=20)

    def __call__(self, done, loss):
        """`done` pictures of `total` are seen. -> whether a line was written."""
        self.loss = loss if self.loss is None else self.loss + 0.02 * (loss - self.loss)
        now = time.time()
        if now - self.marks[-1][0] < self.every and done < self.total:
            return False
        before, done_before = self.marks[0]
        self.marks.append((now, done))
        rate = (done - done_before) / max(now - before, 1e-9)
        left = int((self.total - done) / rate / 60)
        self.say(f"{done:,} of {self.total:,} images  loss {self.loss:.4f}  {rate:.1f} images/s  "
                 f"{left // 60} h {left % 60:02} min left")
        return True

    @staticmethod
    def say(line):
        print(line, file=sys.stderr, flush=True)


def replace_file(path, write):
    """Calls write(other path), then puts the result where `path` is: a stop never leaves half a file."""
    write(path + ".part")
    os.replace(path + ".part", path)


def replace_folder(path, write):
    """As replace_file; between the two renames there is a moment without the folder. Everyone may read the files."""
    for leftover in (path + ".part", path + ".old"):
        shutil.rmtree(leftover, ignore_errors=True)
    write(path + ".part")
    for folder, _, files in os.walk(path + ".part"):
        for file in files:
            os.chmod(os.path.join(folder, file), 0o644)  # safetensors leaves them readable to their owner alone
    if os.path.isdir(path):
        os.rename(path, path + ".old")
    os.rename(path + ".part", path)
    shutil.rmtree(path + ".old", ignore_errors=True)


def sheet(images, path, columns=8):
    """images [N, 3, S, S] in -1..1, row by row -> a PNG."""
    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    side, rows = pixels.shape[1], -(-len(pixels) // columns)
    whole = np.zeros((rows * side, columns * side, 3), np.uint8)
    for i, picture in enumerate(pixels):
        top, left = i // columns * side, i % columns * side
        whole[top:top + side, left:left + side] = picture
    replace_file(path, lambda part: Image.fromarray(whole).save(part, format="PNG"))
