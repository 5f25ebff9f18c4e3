"""Emoji on plain backgrounds with captions: what train_emoji.py draws its batches from.

    python3 Tools/torch/emoji_data.py OUT.png [--cache FOLDER]          a sheet of it

Noto Color Emoji by Google (SIL Open Font License 1.1, the images Apache 2.0), names by Unicode, Inc.
"""
import argparse
import os
import re
import sys
import unicodedata
from dataclasses import dataclass

import numpy as np
import torch
from output import sheet
from PIL import Image

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "datasets"))
from common import over, shrink, wheel  # noqa: E402, F401
from emoji import NAMES, pictures  # noqa: E402

SIDE = 64
COLORS = {
    "white": (255, 255, 255), "black": (16, 16, 16), "grey": (128, 128, 128), "red": (200, 40, 40),
    "orange": (235, 130, 30), "yellow": (245, 215, 60), "green": (60, 160, 70), "teal": (40, 160, 160),
    "blue": (50, 90, 200), "purple": (130, 60, 170), "pink": (240, 150, 190), "brown": (120, 80, 50),
}
CAPTIONS = [
    "{name} on {color}", "{a} {name} on {color}", "{a} {name} on {b} {color} background",
    "{name} with {b} {color} background", "{color} background, {name}", "{name}, {color}",
]
# How often a group is drawn, for each of its emoji: what people ask for first, signs and arrows last.
SHARES = {"animals": 2.0, "food": 2.0, "symbols": 0.5}


@dataclass
class Emoji:
    name: str
    group: str
    picture: Image.Image  # RGBA, a square that what is drawn fills


def plain(name):
    """Lower case letters and digits, words apart: `piñata` -> pinata, `woman’s hat` -> womans hat."""
    folded = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode().replace("'", "")
    return " ".join(re.findall("[a-z0-9]+", folded))


def squared(picture):
    drawn = picture.crop(picture.getbbox())
    side = max(drawn.size)
    square = Image.new("RGBA", (side, side))
    square.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
    return square


def load(cache):
    """Every emoji of one code point, none twice by its name."""
    found = {}
    for codes, group, name, picture in pictures(cache):
        if sum(code != 0xFE0F for code in codes) == 1:
            found.setdefault(plain(name), Emoji(plain(name), NAMES[group], squared(picture)))
    return list(found.values())


def held_out(count):
    """Pairs (emoji, colour) that no training picture shows: for each emoji one of the twelve colours."""
    return {(i, 5 * i % len(COLORS)) for i in range(count)}


def words(emoji):
    """Every word that a caption may have."""
    texts = [*COLORS, *(e.name for e in emoji)] + [frame.format(name="", color="", a="a", b="an") for frame in CAPTIONS]
    return set(re.findall("[a-z]+|[0-9]|,", " ".join(texts)))


def compose(picture, color, numbers):
    """-> [SIDE, SIDE, 3] bytes; `numbers`, numpy's generator, moves, sizes and shades it a little."""
    small = shrink(picture, round(SIDE * numbers.uniform(0.82, 0.9)))
    left, top = (SIDE - small.width) // 2 + numbers.integers(-1, 2, 2)
    whole = Image.new("RGBA", (SIDE, SIDE))
    whole.paste(small, (int(left), int(top)))
    shade = np.asarray(COLORS[color]) + numbers.integers(-6, 7, 3)
    return over(whole, tuple(int(v) for v in shade.clip(0, 255)))


def caption(name, color, numbers):
    articles = ["an" if word[0] in "aeiou" else "a" for word in (name, color)]
    return CAPTIONS[numbers.integers(len(CAPTIONS))].format(name=name, color=color, a=articles[0], b=articles[1])


def tensor(images):
    """[SIDE, SIDE, 3] bytes each -> [N, 3, SIDE, SIDE] in -1..1."""
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    emoji, numbers, colors = load(arguments.cache), np.random.default_rng(0), list(COLORS)
    picked = [(emoji[numbers.integers(len(emoji))], colors[numbers.integers(len(colors))]) for _ in range(96)]
    sheet(tensor([compose(e.picture, c, numbers) for e, c in picked]), arguments.output, columns=16)
    print(f"{len(emoji)} emoji, {len(words(emoji))} words; "
          + "; ".join(caption(e.name, c, numbers) for e, c in picked[:16]))


if __name__ == "__main__":
    main()
