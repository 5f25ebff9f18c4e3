"""Holds pictures that mezzotint draws through an engine against those that it draws by itself.

    python check_pictures.py MEZZOTINT "ENGINE COMMAND" MODEL [OPTION ...]

Both in single precision. Prints the mean and the largest difference in steps of 255 and ends with status 1 where the mean
is above 0.1.
"""
import os
import subprocess
import sys
import tempfile

import numpy
from PIL import Image


def main():
    program, engine, model, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        pixels = []
        for name, more in (("here", []), ("there", ["--engine", engine])):
            place = os.path.join(folder, f"{name}.png")
            subprocess.run([program, "sample", *options, "--precision", "fp32", *more, "--plain", "--output", place, model], check=True)
            pixels.append(numpy.asarray(Image.open(place).convert("RGB")).astype(int))
    off = abs(pixels[0] - pixels[1])
    print(f"{model} {' '.join(options)}: mean {off.mean():.4f}, largest {off.max()} of 255")
    sys.exit(bool(off.mean() > 0.1))


if __name__ == "__main__":
    main()
