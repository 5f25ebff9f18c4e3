"""Messages: the length of a header, the header in JSON, the numbers of the tensors that it names."""
import json
import struct

import numpy
import torch

FIRST_LINE = b"mezzotint engine 1\n"
MOST_HEADER = 1 << 20
MOST_BYTES = 1 << 29
MOST_ROWS = 256


class Refused(Exception):
    """A request that cannot be met; its text is one line for people."""


class Broken(Exception):
    """What comes in is no message: there is no going on."""


def finite(value):
    """The same JSON without infinities, which JSON has not and Python writes."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return 1e308 if value > 0 else -1e308
    return value


def encode(kind, number, tensors=None, half=False, **body):
    """-> bytes; tensors by name, [any shape]; half: in half precision, which pictures alone may be in."""
    number_type = "<f2" if half else "<f4"
    arrays = {name: tensor.detach().to("cpu", torch.float32).contiguous().numpy() for name, tensor in (tensors or {}).items()}
    header = {"kind": kind, "id": number, **finite(body)}
    if arrays:
        header["tensors"] = [{"name": name, "type": "f16" if half else "f32", "shape": list(array.shape)} for name, array in arrays.items()]
    text = json.dumps(header, allow_nan=False).encode()
    if len(text) > MOST_HEADER or sum(array.nbytes for array in arrays.values()) > MOST_BYTES:
        raise Refused("the answer is too large; ask for less at once")
    return struct.pack("<I", len(text)) + text + b"".join(array.astype(number_type, copy=False).tobytes() for array in arrays.values())


def decode(stream):
    """-> (header, tensors by name), or None at the end."""
    head = stream.read(4)
    if not head:
        return None
    if len(head) < 4:
        raise Broken("a message that breaks off")
    (length,) = struct.unpack("<I", head)
    if not 2 <= length <= MOST_HEADER:
        raise Broken(f"a header of {length} bytes, expected 2 to {MOST_HEADER}")
    try:
        header = json.loads(exactly(stream, length))
        entries = [(entry["name"], entry["type"], [int(side) for side in entry["shape"]]) for entry in header.get("tensors") or []]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Broken("a header that is not JSON as it is expected") from None
    room, tensors = MOST_BYTES // 4, {}
    for name, type, shape in entries:
        count = 1
        for side in shape:
            count *= side
        if type != "f32" or len(shape) > 8 or any(side < 1 for side in shape) or count > room:
            raise Broken("a tensor that cannot be")
        room -= count
        array = numpy.frombuffer(bytearray(exactly(stream, 4 * count)), dtype="<f4")
        tensors[name] = torch.from_numpy(array.astype(numpy.float32, copy=False)).reshape(shape)
    return header, tensors


def exactly(stream, count):
    parts = []
    while count:
        part = stream.read(min(count, 1 << 20))
        if not part:
            raise Broken("a message that breaks off")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
