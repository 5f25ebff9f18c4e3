#!/usr/bin/env python3
"""Draws the figures of docs/what-freeu-does.md anew, and prints the numbers of its tables.

    Tools/figures.py [--tables] [MEZZOTINT [OPTION...]]    # as in .build/release/mezzotint --threads 1

Without --tables the figures alone, which is much faster. Every command is printed before it runs, as it can be typed;
nothing but Python's own library is needed.
"""
import array
import csv
import json
import math
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WANTS_TABLES = "--tables" in sys.argv
PROGRAM = [word for word in sys.argv[1:] if word != "--tables"] or [str(ROOT / ".build/release/mezzotint")]
PROMPTS = ["a cat on blue", "a red car", "a green apple", "a smiling face"]
WORDS = [part for prompt in PROMPTS for part in ("--prompt", prompt)]
STEPS = ["--steps", 20]
# Name, stages that the factors act in alone, images, further options.
MODELS = [("avatars", 4, 24, STEPS), ("avatars-unet", 2, 16, STEPS), ("emoji", 2, 16, WORDS)]


def run(*words):
    print("    mezzotint " + shlex.join(map(str, words)), file=sys.stderr, flush=True)
    command = [PROGRAM[0], words[0], *PROGRAM[1:], *map(str, words[1:])]
    subprocess.run(command, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)


def draw():
    to = "docs/figures"
    run("spectra", "avatars", "--stage", 1, "-o", f"{to}/avatars-spectra.svg")
    run("spectra", "avatars-unet", *STEPS, "--stage", 1, "-o", f"{to}/avatars-unet-spectra.svg")
    run("spectra", "emoji", *one(WORDS), "--stage", 1, "-o", f"{to}/emoji-spectra.svg")
    run("attention", "avatars", "--panel", "b=1", "-o", f"{to}/avatars-heads.svg")
    run("attention", "avatars", "--panel", "b=1", "--layer", 4, "-o", f"{to}/avatars-layer.svg")
    run("attention", "emoji", *one(WORDS), "--panel", "b=1", "--words", "-o", f"{to}/emoji-words.svg")
    far = ["b=1", "b=1.3", "s=0.8", "b=1.6", "s=0.2", "b=1.6,s=0.2"]
    when = ["b=1", "name=first third,b=1.6,s=0.2,freeu-steps=0-0.33",
            "name=second third,b=1.6,s=0.2,freeu-steps=0.33-0.67",
            "name=last third,b=1.6,s=0.2,freeu-steps=0.67-1"]
    for name, _, _, options in MODELS:
        scale = 1 if name == "emoji" else 2
        sheet = ["--count", 4, "--scale", scale, "--light", *options]
        run("compare", name, *sheet, *panels(far), "-o", f"{to}/{name}-pictures.png")
        run("compare", name, *sheet, *panels(when), "-o", f"{to}/{name}-when.png")


def one(options):
    """The first prompt alone."""
    return options[:2]


def panels(texts):
    return [part for text in texts for part in ("--panel", text)]


# --- Spectra ---

def spectra(name, options, folder):
    """{(panel, step, stage, concatenation, map, when): [A(0), A(1), ...]} of Models 1 to 3."""
    file = folder / f"{name}.csv"
    run("spectra", name, *options, "-o", file)
    found = {}
    with open(file, newline="") as lines:
        for row in csv.DictReader(lines):
            key = tuple(row[k] for k in ("panel", "step_from_1", "stage", "concatenation", "map", "when"))
            found.setdefault(key, []).append(float(row["amplitude"]))
    return found


def say_spectra(name, found):
    steps = sorted({int(key[1]) for key in found})
    places = sorted({key[2:4] for key in found})
    middle = str(steps[len(steps) // 2])
    print(f"\n{name}, step {middle} of {len(steps)}: A after b = 1.3 or s = 0.8 for A before, and skip for backbone\n")
    print("| where | b, r = 0 | 1 | 2 | last | s, r = 0 | 1 | 2 | last | skip/backbone, r = 0 | 1 | last |")
    print("|---|" + "--:|" * 11)
    for place in places:
        cells = []
        for panel, part in (("Model 2", "backbone"), ("Model 3", "skip")):
            before, after = (found[(panel, middle, *place, part, when)] for when in ("before", "after"))
            cells += [f"{after[r] / before[r]:.2f}" for r in (0, 1, 2, -1)]
        backbone, skip = (found[("Model 1", middle, *place, part, "before")] for part in ("backbone", "skip"))
        cells += [f"{skip[r] / backbone[r]:.2f}" for r in (0, 1, -1)]
        print(f"| {place[0]}, skip {int(place[1]) + 1} | " + " | ".join(cells) + " |")
    print(f"\n{name}, Model 1: backbone's A(0) and A(last) in the first, middle and last step\n")
    print("| where | A(0) | | | A(last) | | |\n|---|" + "--:|" * 6)
    for place in places:
        rows = [found[("Model 1", str(step), *place, "backbone", "before")]
                for step in (steps[0], int(middle), steps[-1])]
        print(f"| {place[0]}, skip {int(place[1]) + 1} | "
              + " | ".join(f"{row[r]:.2f}" for r in (0, -1) for row in rows) + " |")
    lifted = [after[r] / before[r] for key, after in found.items()
              if key[0] == "Model 2" and key[4:] == ("backbone", "after")
              for before in [found[(*key[:5], "before")]] if after != before for r in range(len(after))]
    print(f"\nb lifts A(r) by {min(lifted):.3f} to {max(lifted):.3f} over all places, steps and frequencies that it acts on")


# --- Pictures ---

def tensors(file):
    """Name, shape and numbers of what a safetensors file of F32 holds."""
    data = file.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    for name, entry in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        yield name, entry["shape"], array.array("f", data[begin:end])


def measures(values, height, width):
    """Contrast, saturation and detail of one picture [3, height, width] of 0...255."""
    plane = height * width
    red, green, blue = values[:plane], values[plane:2 * plane], values[2 * plane:]
    light = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in zip(red, green, blue)]
    mean = sum(light) / plane
    contrast = math.sqrt(sum((v - mean) ** 2 for v in light) / plane)
    saturation = sum(max(p) - min(p) for p in zip(red, green, blue)) / plane
    across = [abs(light[i] - light[i - 1]) for i in range(plane) if i % width]
    down = [abs(light[i] - light[i - width]) for i in range(width, plane)]
    return contrast, saturation, (sum(across) + sum(down)) / (len(across) + len(down))


def say_pictures(name, stages, count, options, folder):
    thirds = [("first third", "0-0.33"), ("second third", "0.33-0.67"), ("last third", "0.67-1")]
    rows = ["b=1", "b=1.3", "s=0.8", "b=1.6", "s=0.2"]
    rows += [f"name={what} in {third},{what},freeu-steps={steps}"
             for what in ("b=1.3", "s=0.8") for third, steps in thirds]
    rows = [row.replace("name=b=1.3", "name=b 1.3").replace("name=s=0.8", "name=s 0.8") for row in rows]
    rows += [f"{knob}{stage + 1}={value}" for knob, value in (("b", 1.3), ("s", 0.8)) for stage in range(stages)]
    file = folder / f"{name}.safetensors"
    run("compare", name, "--count", count, *options, *panels(rows), "-o", folder / f"{name}.png", "--plain",
        "--save-trajectory", file)
    ends = {}
    for key, shape, values in tensors(file):
        _, panel, *rest = key.split(".")
        if rest == ["image"] or rest == ["final"] and shape[1] == 3:
            ends[int(panel)] = (shape, [round((min(1, max(-1, v)) + 1) * 127.5) for v in values])
    (_, channels, height, width), reference = ends[0]
    size = channels * height * width

    def picture(panel, image):
        return ends[panel][1][image * size:(image + 1) * size]

    known = [measures(picture(0, image), height, width) for image in range(count)]
    print(f"\n{name}: {count} pictures, seed 0, against Model 1; mean ± standard error\n")
    print("| panel | Δ of 255 | contrast | saturation | detail |\n|---|--:|--:|--:|--:|")
    for panel, text in enumerate(rows):
        if panel == 0:
            continue
        delta = [sum(abs(a - b) for a, b in zip(picture(0, i), picture(panel, i))) / size for i in range(count)]
        shares = [[new / old - 1 for new, old in zip(measures(picture(panel, i), height, width), known[i])]
                  for i in range(count)]
        cells = [of(delta, 1, 1)] + [of([share[m] for share in shares], 100, 1, "%") for m in range(3)]
        title = text.split(",")[0].removeprefix("name=") if text.startswith("name=") else text
        print(f"| {title} | " + " | ".join(cells) + " |")


def of(values, factor, decimals, unit=""):
    mean = sum(values) / len(values)
    error = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    sign = "+" if unit and mean > 0 else ""
    return f"{sign}{mean * factor:.{decimals}f} ± {error * factor:.{decimals}f}{unit}"


def main():
    draw()
    if not WANTS_TABLES:
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, stages, count, options in MODELS:
            say_spectra(name, spectra(name, one(options), folder))
            say_pictures(name, stages, count, options, folder)


main()
