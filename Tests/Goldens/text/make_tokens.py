"""More texts as transformers' fast CLIP tokenizer takes them: python make_tokens.py, with transformers.

`vocabulary` gets one of CLIP's first 300 merges; `tokens-more.json` texts and, for `clip` and `small`, the tokens.
"""
import json, os, random
from transformers import CLIPTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
CLIP = f"{HERE}/../../../tokenizers/clip"
MARKS = ["<|startoftext|>", "<|endoftext|>"]
special = dict(bos_token=MARKS[0], eos_token=MARKS[1], unk_token=MARKS[1], pad_token=MARKS[1])


def vocabulary(merges):
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    symbols = [chr(code) for code in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    words = symbols + [s + "</w>" for s in symbols] + ["".join(m.split()) for m in merges] + MARKS
    return {word: i for i, word in enumerate(words)}


with open(f"{CLIP}/merges.txt", encoding="utf-8") as file:
    merges = file.read().splitlines()[1:]
small = f"{HERE}/vocabulary"
os.makedirs(small, exist_ok=True)
with open(f"{small}/merges.txt", "w", encoding="utf-8") as file:
    file.write("\n".join(["#version: 0.2", *merges[:300]]) + "\n")
with open(f"{small}/vocab.json", "w", encoding="utf-8") as file:
    json.dump(vocabulary(merges[:300]), file, ensure_ascii=False)
with open(f"{small}/special_tokens_map.json", "w") as file:
    json.dump({**special, "pad_token": {"content": "!", "lstrip": False}}, file)
with open(f"{small}/tokenizer_config.json", "w") as file:
    json.dump({"model_max_length": 24, **special}, file)

texts = [
    "<|STARTOFTEXT|>! x", "wow!! a<|startoftext|>b ! <|endoftext|>", "éÉ İΣς ß ﬁ ① Ⅳ ²",
    "a\u200bb \u00a0c\u3000d\u0085e\u001cf", "'S 'T it'LL ''ve", "한글 \u1112\u1161\u11ab", "  ", "1girl, (red hair:1.2)",
    "a_b-c", "!\u0301! \u0301x", "thethethethethethethethethe"]
random.seed(5)
pools = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJÉÀÖ", "0123456789²½Ⅷ٣", " \t\n\u00a0\u2028", "!?.,;:'\"()[]{}<>|_-+*/\\",
         "'s", "éèüßñçåøæ", "日本語漢字한글ไทยहिन्दी", "🐱👓😀\u200d\ufe0f", "\u0301\u0308\u0323", "\u0000\u0007\u200b\ufeff"]
for _ in range(150):
    texts.append("".join(random.choice(random.choice(pools)) for _ in range(random.randint(1, 30))))
answers = {"texts": texts}
for name, folder in {"clip": CLIP, "small": small}.items():
    tokenizer = CLIPTokenizer(
        vocab=vocabulary(merges if name == "clip" else merges[:300]),
        merges=[tuple(m.split()) for m in (merges if name == "clip" else merges[:300])],
        **{**special, "pad_token": MARKS[1] if name == "clip" else "!"})
    answers[name] = tokenizer(texts, add_special_tokens=False).input_ids
with open(f"{HERE}/tokens-more.json", "w") as file:
    json.dump(answers, file)
