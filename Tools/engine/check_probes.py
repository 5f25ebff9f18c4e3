"""Looks inside networks, held against those of mezzotint's own engine: python check_probes.py MEZZOTINT MODEL ...

A model's name or file is as both engines know it. Ends with status 1 where something is off by more than 1e-3 of the largest value,
or where words stand elsewhere.
"""
import sys

import torch

from client import Client

ROW = {"timestep": 300, "label": 1, "prompt": {"text": "a (red:1.3) fox, fast asleep"}, "knobs": {"b1": 1.3, "s2": 0.8, "addedMask": 0.5, "sigmaGain": 1.5, "version": 1}}


def flat(numbers):
    return torch.tensor([number for heads in numbers for head in heads for number in head])


def main():
    program, *names = sys.argv[1:]
    engines = [Client("--models", "models"), Client(command=[program, "engine", "--threads", "1"])]
    worst = 0
    for name in names:
        models = [engine.open(name) for engine in engines]
        description = models[0][1]
        row = {key: value for key, value in ROW.items() if (key != "label" or description.get("labels")) and (key != "prompt" or description.get("prompts"))}
        sample = torch.randn(1, *description["sample"], generator=torch.Generator().manual_seed(0))
        places = [[stage, place] for stage, one in enumerate(description["stages"]) for place in range(len(one["concatenations"]))]
        last = len(description["attention"]) - 1
        questions = [{"features": places}, {"whole": "statistics"}, {"whole": "words"}]
        questions += [{"attention": {"block": block, "patch": 3}} for block in (0, last) if last >= 0]
        for question in questions:
            (one, mine), (other, theirs) = (engine("probe", {"sample": sample}, model=model[0], row=row, question=question) for engine, model in zip(engines, models))
            if set(mine) != set(theirs) or any(one.get(key) != other.get(key) for key in ("features", "tokens", "words")):
                sys.exit(f"{name}, {question}: {sorted(mine)}, {one.get('words')}; expected {sorted(theirs)}, {other.get('words')}")
            pairs = [(mine[key], theirs[key]) for key in mine]
            if one.get("statistics"):
                pairs.append((flat(one["statistics"]), flat(other["statistics"])))
            off = max([((a - b).abs().max() / b.abs().max()).item() for a, b in pairs], default=0)
            worst = max(worst, off)
            print(f"{name}, {next(iter(question.items()))}: {len(pairs)} tensors, off by {off:.1e}"[:160])
    for engine in engines:
        engine.end()
    sys.exit(not worst <= 1e-3)


if __name__ == "__main__":
    main()
