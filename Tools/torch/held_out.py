"""Which pictures a training holds out: the same ones as `mezzotint train` with this seed, so losses compare."""
import json

BITS = (1 << 64) - 1


def _splitmix(seed, count):
    """`count` numbers of 64 bits; Steele, Lea & Flood 2014."""
    for _ in range(count):
        seed = seed + 0x9E3779B97F4A7C15 & BITS
        bits = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9 & BITS
        bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & BITS
        yield bits ^ bits >> 31


def _xoshiro(seed, stream):
    """xoshiro256++ (Blackman & Vigna 2019), as Sources/Training/Data/TrainingNoise.swift begins it."""
    a, b, c, d = _splitmix(seed + stream * 0xD1B54A32D192ED03 & BITS, 4)
    while True:
        total = a + d & BITS
        yield ((total << 23 | total >> 41) & BITS) + a & BITS
        shifted = b << 17 & BITS
        c, d = c ^ a, d ^ b
        b, a = b ^ c, a ^ d
        c, d = c ^ shifted, (d << 45 | d >> 19) & BITS


def split(count, share, seed):
    """-> (indices to train on, indices held out) of `count` pictures, `share` of them held out."""
    order, numbers = list(range(count)), _xoshiro(seed, stream=1)
    for place in reversed(range(count)):
        other = next(numbers) * (place + 1) >> 64
        order[place], order[other] = order[other], order[place]
    kept = count - int(count * share)
    return order[:kept], order[kept:]


def fingerprint(images, labels):
    """Of images U8 [N, S, S, 3] and labels [N] or None: what `mezzotint train` writes to know the data again."""
    pixels = images.numpy().reshape(-1)
    words = [*pixels[:len(pixels) // 8 * 8].view("<u8").tolist(), len(pixels)]
    value = 0xCBF29CE484222325
    for word in words + ([] if labels is None else labels.tolist()):
        value = (value ^ word) * 0x100000001B3 & BITS
    return f"{value:x}"


def record(images, labels, share, seed):
    """JSON for `held_out` in a model file's metadata."""
    return json.dumps({"data": fingerprint(images, labels), "seed": seed, "share": share})
