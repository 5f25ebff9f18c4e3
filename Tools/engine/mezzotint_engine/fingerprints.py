"""Which weights a model has, in the words of mezzotint itself: the same files are the same model to both."""
import glob
import os

import numpy

# Fingerprints are those of mezzotint itself up to here; more bytes would take Python minutes.
MOST_HASHED = 1 << 28
# Those of files that are as they were, by name, size and time.
HASHED = {}


class Hash:
    """FNV-1a over 64-bit words."""

    def __init__(self):
        self.value = 0xCBF29CE484222325

    def mix(self, words):
        value = self.value
        for word in words:
            value = ((value ^ word) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        self.value = value

    def __str__(self):
        return f"{self.value:016x}"


def fingerprint(paths):
    """Of a file's bytes; of very large ones, of their sizes and a part of each."""
    stats = [os.stat(path) for path in paths]
    key = tuple((os.path.abspath(path), stat.st_size, stat.st_mtime_ns) for path, stat in zip(paths, stats))
    if key not in HASHED:
        found = Hash()
        for path, stat in zip(paths, stats):
            with open(path, "rb") as file:
                data = file.read() if stat.st_size <= MOST_HASHED else file.read(1 << 20) + stat.st_size.to_bytes(8, "little")
            whole = len(data) // 8 * 8
            found.mix(numpy.frombuffer(data[:whole], dtype="<u8").tolist())
            found.mix(data[whole:])
        HASHED[key] = str(found)
    return HASHED[key]


def salted(found, salts):
    """A fingerprint with what was done to the weights mixed in, one after the other."""
    for salt in salts:
        mixed = Hash()
        mixed.mix([int(found, 16), salt])
        found = str(mixed)
    return found


def weights(folder, stem):
    files = sorted(glob.glob(os.path.join(glob.escape(folder), stem + "*.safetensors")) or glob.glob(os.path.join(glob.escape(folder), stem + "*.bin")))
    plain = [file for file in files if "-of-" not in file and os.path.basename(file).count(".") == 1]
    return plain[:1] or files


def content(path):
    with open(path, "rb") as file:
        return file.read()


def folder_fingerprint(path, folder, scheduler, single, loras):
    """- single: the file that has all weights, where the folder says what it does not."""

    def part(place, stem, name=None):
        found = fingerprint([single] if single else weights(place, stem))
        return salted(found, [one.salt() for one in loras if one.weight and name in one.touched])

    salt = Hash()
    salt.mix(content(os.path.join(folder, "config.json")) + (content(scheduler) if scheduler else b""))
    net = Hash()
    net.mix([int(part(folder, "diffusion_pytorch_model", "unet"), 16), salt.value])
    encoders = [place for place in ("text_encoder", "text_encoder_2") if os.path.exists(os.path.join(path, place, "config.json"))]
    if folder == path or not encoders:
        return str(net)
    whole = Hash()
    parts = [part(os.path.join(path, place), "model", name) for place, name in zip(encoders, ("text_encoder", "text_encoder_2"))]
    parts.append(part(os.path.join(path, "vae"), "diffusion_pytorch_model"))
    whole.mix([net.value, *(int(part, 16) for part in parts)])
    for place in (*encoders, "vae"):
        whole.mix(content(os.path.join(path, place, "config.json")))
    return str(whole)
