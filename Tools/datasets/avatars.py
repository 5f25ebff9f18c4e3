"""Avatars, 4 labels: robot, monster, head, cat; assembled from the parts in the PyPI package robohash 2.0.

    make datasets/avatars.safetensors                 what this runs
    python3 Tools/datasets/avatars.py OUT.safetensors [--each 6000] [--cache FOLDER]

Parts: set 1 (robots) by Zikri Kader, set 2 (monsters) by Hrvoje Novakovic, set 3 (heads) by Julian Peter Arias, all
CC-BY 3.0; set 4 (cats) by David Revoy, CC-BY 4.0. Set 5 has no standard licence and is left out.
"""
import argparse
import os
from functools import lru_cache

import numpy as np
from natsort import natsorted
from PIL import Image

from common import over, shrink, wheel, write

NAMES = ["robot", "monster", "head", "cat"]
SIDE = 256
# Squares in the 256 pixels of a part, found by eye: head and shoulders fill the 32 pixels.
CROPS = [(36, 28, 236, 228), (38, 42, 218, 222), (12, -6, 244, 226), (0, 0, 256, 256)]


def folders(path):
    return natsorted(name for name in os.listdir(path) if os.path.isdir(os.path.join(path, name)))


def layers(path):
    """The choices for each layer, bottom first: the key behind # in a folder's name orders them."""
    ordered = sorted(folders(path), key=lambda name: name.split("#")[1])
    return [
        [os.path.join(path, folder, f) for f in natsorted(os.listdir(os.path.join(path, folder))) if f.endswith("png")]
        for folder in ordered
    ]


@lru_cache(maxsize=None)
def part(path):
    return Image.open(path).convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def draw(choices, crop):
    picture = Image.new("RGBA", (SIDE, SIDE))
    for path in choices:
        picture = Image.alpha_composite(picture, part(path))
    return over(shrink(picture.crop(crop), 32))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--each", type=int, default=6000, help="images of each label")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    sets = os.path.join(wheel("robohash==2.0", arguments.cache), "robohash", "sets")
    # Set 1 comes in ten colours, each a folder of its own.
    variants = [[layers(os.path.join(sets, "set1", color)) for color in folders(os.path.join(sets, "set1"))]]
    variants += [[layers(os.path.join(sets, f"set{number}"))] for number in (2, 3, 4)]
    generator = np.random.default_rng(1)
    images, labels = [], []
    for label, choices in enumerate(variants):
        seen = set()
        while len(seen) < arguments.each:
            variant = choices[generator.integers(len(choices))]
            picked = tuple(layer[generator.integers(len(layer))] for layer in variant)
            if picked not in seen:
                seen.add(picked)
                images.append(draw(picked, CROPS[label]))
                labels.append(label)
    write(arguments.output, images, labels, NAMES)


if __name__ == "__main__":
    main()
