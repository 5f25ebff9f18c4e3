"""CLIP's tokenizer cut down to the merges that some words take: the same pieces for these words, far fewer rows.

Merges: openai/CLIP (MIT), from the PyPI package open_clip_torch.
"""
import gzip
import json
import os

from emoji_data import wheel

BEGIN, END = "<|startoftext|>", "<|endoftext|>"


def clip_merges(cache):
    """-> [(left, right)], the most frequent first."""
    folder = os.path.join(wheel("open_clip_torch==3.3.0", cache), "open_clip")
    with gzip.open(os.path.join(folder, "bpe_simple_vocab_16e6.txt.gz"), "rt", encoding="utf8") as lines:
        return [tuple(line.split()) for line in lines.read().split("\n")[1:49152 - 256 - 2 + 1]]


def needed(merges, words):
    """The merges that byte pair encoding makes in these words, in their order."""
    ranks, used = {merge: rank for rank, merge in enumerate(merges)}, set()
    for word in words:
        pieces = [*word[:-1], word[-1] + "</w>"]
        while len(pieces) > 1:
            rank, place = min((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(zip(pieces, pieces[1:])))
            if rank == len(ranks):
                break
            used.add(rank)
            pieces[place:place + 2] = [pieces[place] + pieces[place + 1]]
    return [merges[rank] for rank in sorted(used)]


def byte_symbols():
    """The 256 characters that stand for bytes, in CLIP's order: those that can be seen, then the others."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in seen] + [chr(256 + i) for i in range(256 - len(seen))]


def write(folder, words, cache):
    """vocab.json, merges.txt and the two files beside them, as CLIPTokenizer.from_pretrained reads them."""
    merges, symbols = needed(clip_merges(cache), words), byte_symbols()
    vocabulary = symbols + [s + "</w>" for s in symbols] + ["".join(merge) for merge in merges] + [BEGIN, END]
    special = {"bos_token": BEGIN, "eos_token": END, "unk_token": END, "pad_token": END}
    about = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "add_prefix_space": False,
             "do_lower_case": True, "errors": "replace"}
    os.makedirs(folder, exist_ok=True)
    files = {"vocab.json": {token: i for i, token in enumerate(vocabulary)}, "special_tokens_map.json": special,
             "tokenizer_config.json": about | special}
    for name, content in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf8") as file:
            json.dump(content, file, ensure_ascii=False)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf8") as file:
        file.write("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges))
