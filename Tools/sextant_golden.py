"""Writes a landscape and what chafa makes of it in sextants: Tests/Goldens/pictures/landscape.png and chafa.json.

Needs chafa (it was 1.12.4) and NumPy. Each of chafa's cells is [pixels, ink, paper]: bit i is the pixel at column i mod 2
and row i div 2, the colours are 0xRRGGBB.
"""
import json, re, struct, subprocess, zlib
from pathlib import Path

import numpy

COLUMNS, ROWS = 40, 20
folder = Path(__file__).parent.parent / "Tests/Goldens/pictures"


def noise(random, height, width):
    """Of all sizes, as in a photo: the amplitude falls with the frequency."""
    spectrum = numpy.fft.rfft2(random.standard_normal((height, width)))
    radius = numpy.hypot(numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None])
    field = numpy.fft.irfft2(spectrum / (radius + 1 / width), (height, width))
    return (field - field.mean()) / field.std()


def landscape(height, width):
    random = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:height, 0:width]
    sky = numpy.stack([0.35 + 0.5 * y / height, 0.5 + 0.35 * y / height, 0.85 - 0.1 * y / height], -1)
    sky += 0.06 * numpy.maximum(0, noise(random, height, width))[..., None]
    sun = numpy.exp(-(numpy.hypot(x - 0.7 * width, y - 0.25 * height) / 6) ** 4)[..., None]
    picture = sky * (1 - sun) + sun * numpy.array([1.0, 0.95, 0.7])
    for base, color in [(0.5, (0.3, 0.35, 0.45)), (0.68, (0.15, 0.3, 0.12)), (0.85, (0.35, 0.25, 0.1))]:
        edge = base * height + 5 * noise(random, 1, width)[0]
        ground = numpy.array(color) * (1 + 0.25 * noise(random, height, width))[..., None]
        picture = numpy.where((y > edge)[..., None], ground, picture)
    return numpy.clip(picture * 255 + 0.5, 0, 255).astype(numpy.uint8)


def png(picture):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


def mask(glyph):
    """Which pixels are inked."""
    known = {" ": 0, "█": 63, "▌": 21, "▐": 42}
    if glyph in known:
        return known[glyph]
    number = ord(glyph) - 0x1FB00 + 1
    number += (number > 20) + (number > 40)
    assert 0 < number < 63, glyph
    return number


def cells(text):
    ink, paper, inverse, found = 0xFFFFFF, 0, False, []
    for codes, glyph in re.findall(r"\x1b\[([0-9;]*)m|\x1b\[[?0-9]*[hl]|\n|(.)", text):
        if glyph:
            pair = (paper, ink) if inverse else (ink, paper)
            found.append([mask(glyph), *pair])
            continue
        numbers = [int(code or 0) for code in codes.split(";")] if codes else []
        while numbers:
            code = numbers.pop(0)
            if code == 0:
                ink, paper, inverse = 0xFFFFFF, 0, False
            elif code == 7:
                inverse = True
            elif code in (38, 48):
                assert numbers.pop(0) == 2
                color = int.from_bytes(bytes(numbers[:3]), "big")
                del numbers[:3]
                ink, paper = (color, paper) if code == 38 else (ink, color)
    return found


folder.mkdir(parents=True, exist_ok=True)
path = folder / "landscape.png"
path.write_bytes(png(landscape(3 * ROWS, 2 * COLUMNS)))
drawn = subprocess.run(
    ["chafa", "--format=symbols", "--symbols=sextant", "--colors=full", "--work=9", "--stretch",
     f"--size={COLUMNS}x{ROWS}", path], check=True, capture_output=True, text=True,
).stdout
found = cells(drawn)
assert len(found) == COLUMNS * ROWS, len(found)
(folder / "chafa.json").write_text(json.dumps({"columns": COLUMNS, "rows": ROWS, "cells": found}, separators=(",", ":")))
