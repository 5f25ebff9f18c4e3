"""Holds a script of `mezzotint script` against the picture that it is of: by diffusers, picture by picture.

    python3 Tools/torch/check_script.py PICTURE.png SCRIPT.py

PICTURE is what `sample` or `compare` drew with --precision fp32: columns are panels, rows are images, nothing between
them. Prints the largest difference of each in steps of 255 and ends with status 1 where one is above 1.
"""
import os
import runpy
import sys
import tempfile

import numpy
from PIL import Image


def pixels(path):
    return numpy.asarray(Image.open(path).convert("RGB")).astype(int)


def main():
    picture, script = (os.path.abspath(path) for path in sys.argv[1:3])
    sheet, worst = pixels(picture), 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        panels = runpy.run_path(script)["PANELS"]
        for place, panel in enumerate(panels):
            for row in range(panel["count"]):
                theirs = pixels(f"{panel['name']}-{row + 1}.png")
                height, width = theirs.shape[:2]
                ours = sheet[row * height : (row + 1) * height, place * width : (place + 1) * width]
                difference = int(abs(ours - theirs).max())
                worst = max(worst, difference)
                print(f"{panel['name']} {row + 1}: {difference} of 255")
    sys.exit(worst > 1)


if __name__ == "__main__":
    main()
