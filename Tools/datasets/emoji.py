"""Emoji without skin tones, 9 labels, from Debian's fonts-noto-color-emoji and unicode-data.

    make datasets/emoji.safetensors                   what this runs
    python3 Tools/datasets/emoji.py OUT.safetensors [--cache FOLDER]

Noto Color Emoji by Google, SIL Open Font License 1.1; names and groups by Unicode, Inc.
"""
import argparse
import io
import os
import re

from fontTools.ttLib import TTFont
from PIL import Image

from common import debian_package, over, shrink, write

NAMES = {
    "Smileys & Emotion": "smileys",
    "People & Body": "people",
    "Animals & Nature": "animals",
    "Food & Drink": "food",
    "Travel & Places": "travel",
    "Activities": "activities",
    "Objects": "objects",
    "Symbols": "symbols",
    "Flags": "flags",
}
SKIN_TONES = range(0x1F3FB, 0x1F400)


def sequences(path):
    """(code points, group, name) of every fully qualified emoji in Unicode's emoji-test.txt."""
    group = None
    with open(path, encoding="utf8") as lines:
        for line in lines:
            if found := re.match(r"# group: (.*)", line):
                group = found[1].strip()
            elif found := re.match(r"([0-9A-F ]+?)\s*; fully-qualified\s*# \S+ E[0-9.]+ (.*)", line):
                yield [int(code, 16) for code in found[1].split()], group, found[2].strip()


def pictures(cache):
    """(code points, group, name, RGBA as large as the font has it) of every emoji without a skin tone, each once."""
    fonts, unicode = (debian_package(n, cache) for n in ("fonts-noto-color-emoji", "unicode-data"))
    font = TTFont(os.path.join(fonts, "usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"))
    glyphs, bitmaps = font.getBestCmap(), font["CBDT"].strikeData[0]
    ligatures = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable if lookup.LookupType == 4 else []:
            for first, found in table.ligatures.items():
                for ligature in found:
                    ligatures.setdefault((first, *ligature.Component), ligature.LigGlyph)
    seen = set()
    for codes, group, name in sequences(os.path.join(unicode, "usr/share/unicode/emoji/emoji-test.txt")):
        if group not in NAMES or any(code in SKIN_TONES for code in codes):
            continue
        shaped = tuple(glyphs.get(code) for code in codes if code != 0xFE0F)
        glyph = shaped[0] if len(shaped) == 1 else ligatures.get(shaped)
        if glyph not in bitmaps or bitmaps[glyph].imageData in seen:
            continue
        seen.add(bitmaps[glyph].imageData)
        yield codes, group, name, Image.open(io.BytesIO(bitmaps[glyph].imageData)).convert("RGBA")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--cache", default="datasets/packages")
    arguments = parser.parse_args()
    images, labels = [], []
    for _, group, _, picture in pictures(arguments.cache):
        side = max(picture.size)
        square = Image.new("RGBA", (side, side))
        square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        images.append(over(shrink(square, 32)))
        labels.append(list(NAMES).index(group))
    write(arguments.output, images, labels, list(NAMES.values()))


if __name__ == "__main__":
    main()
