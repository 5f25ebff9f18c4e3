"""Paper-doll heroes, 7 labels, dressed at random from the tiles of Dungeon Crawl Stone Soup.

    make datasets/heroes.safetensors                  what this runs
    python3 Tools/datasets/heroes.py OUT.safetensors [--count 20000] [--source FOLDER] [--cache FOLDER]

The tiles are in Debian's source package crawl 0.28.0 (fetched by apt-get from lists of its own); most
are CC0, see its LICENSE and source/rltiles/license.txt.
"""
import argparse
import os
import subprocess
import sys
from functools import lru_cache

import numpy as np
from PIL import Image

from common import over, pngs, write

# Species that share one body, so that the same clothes fit.
SPECIES = {
    "human": ["human", "lorc"],
    "elf": ["elf", "deep_elf"],
    "dwarf": ["dwarf", "deep_dwarf", "gnome", "halfling", "kobold"],
    "orc": ["orc"],
    "demon": ["demonspawn", "demigod", "vampire", "ghoul", "mummy"],
    "draconian": ["draconian"],
    "gargoyle": ["gargoyle"],
}
HAIRY, BEARDED = {"human", "elf", "dwarf", "orc"}, {"human", "dwarf", "orc"}
# Layer, how often it is worn, by whom; bottom first. The body itself stands between cloak and boots.
LAYERS = [
    ("boots", 0.55, None),
    ("legs", 0.7, None),
    ("body", 0.9, None),
    ("gloves", 0.4, None),
    ("hair", 0.75, HAIRY),
    ("beard", 0.25, BEARDED),
    ("head", 0.4, None),
    ("hand1", 0.9, None),
    ("hand2", 0.6, None),
]


def source(cache):
    target = os.path.join(cache, "crawl")
    if not os.path.isdir(target):
        os.makedirs(cache, exist_ok=True)
        command = ["apt-get", *source_lists(cache), "source", "-qq", "--download-only", "--tar-only", "crawl"]
        if subprocess.run(command, cwd=cache).returncode:
            sys.exit("crawl: apt-get did not get the source package; unpack it yourself and give --source")
        archive = next(f for f in sorted(os.listdir(cache)) if f.startswith("crawl_") and ".tar" in f)
        os.makedirs(target)
        subprocess.run(["tar", "-xf", archive, "-C", "crawl", "--strip-components=1"], check=True, cwd=cache)
    return target


def source_lists(cache):
    """Options that let apt-get find source packages without a change to the system's own lists."""
    home = os.path.abspath(os.path.join(cache, "apt"))
    os.makedirs(os.path.join(home, "lists", "partial"), exist_ok=True)
    with open(os.path.join(home, "sources.list"), "w") as lines:
        lines.write("deb-src http://deb.debian.org/debian bookworm main\n")
    settings = {
        "Dir::Etc::sourcelist": os.path.join(home, "sources.list"), "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": os.path.join(home, "lists"), "Dir::Cache": home,
    }
    options = [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
    if subprocess.run(["apt-get", *options, "update", "-qq"]).returncode:
        sys.exit("crawl: apt-get reached no list of source packages; give --source with an unpacked one")
    return options


@lru_cache(maxsize=None)
def tile(path):
    """32 x 32; a smaller tile stands at the bottom, in the middle."""
    picture = Image.open(path).convert("RGBA")
    if picture.size == (32, 32):
        return picture
    framed = Image.new("RGBA", (32, 32))
    framed.paste(picture, ((32 - picture.width) // 2, 32 - picture.height))
    return framed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--source", help="an unpacked crawl source instead of Debian's")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    player = os.path.join(arguments.source or source(arguments.cache), "source", "rltiles", "player")
    parts = {name: pngs(os.path.join(player, name)) for name, _, _ in LAYERS}
    parts["hand1"] += pngs(os.path.join(player, "hand1", "artefact"))
    cloaks = pngs(os.path.join(player, "cloak"))
    generator = np.random.default_rng(3)

    def pick(choices):
        return choices[generator.integers(len(choices))]

    images, labels, seen = [], [], set()
    for label, (species, prefixes) in enumerate(SPECIES.items()):
        bodies = pngs(os.path.join(player, "base"), prefixes)
        made, wanted = 0, (arguments.count + label) // len(SPECIES)
        while made < wanted:
            worn = [pick(cloaks)] if generator.random() < 0.35 else []
            worn.append(pick(bodies))
            for name, chance, wearers in LAYERS:
                if generator.random() < chance and (wearers is None or species in wearers):
                    worn.append(pick(parts[name]))
            picture = Image.new("RGBA", (32, 32))
            for path in worn:
                picture = Image.alpha_composite(picture, tile(path))
            pixels = over(picture)
            if pixels.tobytes() not in seen:
                seen.add(pixels.tobytes())
                images.append(pixels)
                labels.append(label)
                made += 1
    write(arguments.output, images, labels, list(SPECIES))


if __name__ == "__main__":
    main()
