"""From prompts to what a network is fed: weights, windows of a long prompt, one text encoder or SDXL's two."""
import re
from collections import OrderedDict

import torch

from .inside import words
from .messages import Refused

MOST = 20_000
COMMA_REACH = 20


def runs(prompt):
    """A prompt as [text, weight, is a break]: `(x)` counts 1.1 times, `[x]` 1 / 1.1 times, `(x:1.3)` 1.3 times, BREAK
    begins another window; `\\(` is a bracket."""
    found, round_, square = [], [], []

    def multiply(start, factor):
        for run in found[start:]:
            run[1] *= factor

    def add(text):
        for place, part in enumerate(re.split(r"\s*\bBREAK\b\s*", text)):
            if place:
                found.append(["", 1.0, True])
            found.append([part, 1.0, False])

    place = 0
    while place < len(prompt):
        first, rest = prompt[place], prompt[place:]
        closing = re.match(r":\s*([+-]?[0-9.]+)\s*\)", rest[:41]) if round_ else None
        if first == "\\":
            if len(rest) > 1 and rest[1] in "()[]\\":
                add(rest[1])
                place += 1
        elif first == "(":
            round_.append(len(found))
        elif first == "[":
            square.append(len(found))
        elif first == ")" and round_:
            multiply(round_.pop(), 1.1)
        elif first == "]" and square:
            multiply(square.pop(), 1 / 1.1)
        elif closing and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", closing[1]):
            multiply(round_.pop(), float(closing[1]))
            place += len(closing[0]) - 1
        else:
            plain = re.match(r"[^\\()\[\]:]+", rest)
            text = plain[0] if plain else first
            add(text)
            place += len(text) - 1
        place += 1
    for start in round_:
        multiply(start, 1.1)
    for start in square:
        multiply(start, 1 / 1.1)
    joined = []
    for run in found:
        if joined and joined[-1][1] == run[1] and not joined[-1][2] and not run[2]:
            joined[-1][0] += run[0]
        else:
            joined.append(run)
    return joined or [["", 1.0, False]]


class Prompts:
    """Each prompt is encoded once and kept."""

    def __init__(self, parts, takes_penultimate, zeroes_missing, device):
        """- parts: (tokenizer, text encoder), one or two."""
        self.parts, self.takes_penultimate, self.zeroes_missing = parts, takes_penultimate, zeroes_missing
        self.device, self.kept = device, OrderedDict()

    def __call__(self, said):
        """- said: the `prompt` of a row -> {"context": [token, width], "pooled": [width] or None, "windows": n}."""
        text, is_plain = (said or {}).get("text"), bool((said or {}).get("plain"))
        key = (text, is_plain)
        if key not in self.kept:
            if text is not None and (not isinstance(text, str) or len(text) > MOST):
                raise Refused(f"a prompt of more than {MOST} characters; shorten it")
            if len(self.kept) >= 64:
                self.kept.popitem(last=False)
            self.kept[key] = self.encode(text, is_plain)
        return self.kept[key]

    @torch.inference_mode()
    def encode(self, text, is_plain):
        said = [[text or "", 1.0, False]] if is_plain else runs(text or "")
        columns, pooled = [], None
        for tokenizer, encoder in self.parts:
            states = []
            for place, (tokens, weights, _) in enumerate(self.windows(tokenizer, said)):
                out = encoder(torch.tensor([tokens], device=self.device), output_hidden_states=True)
                found = out.hidden_states[-2][0] if self.takes_penultimate else out.last_hidden_state[0]
                states.append(weighted(found.float(), weights))
                if place == 0 and self.takes_penultimate:
                    pooled = getattr(out, "text_embeds", None)
            columns.append(states)
        count = max(len(states) for states in columns)
        for states in columns:
            states += [torch.zeros_like(states[0])] * (count - len(states))
        context = torch.cat([torch.cat(states) for states in columns], -1)
        pooled = None if pooled is None else pooled[0].float()
        if text is None and self.zeroes_missing:
            context = torch.zeros_like(context)
            pooled = None if pooled is None else torch.zeros_like(pooled)
        return {"context": context, "pooled": pooled, "windows": count}

    def words(self, said):
        """- said: the `prompt` of a row -> its words, and where the tokens of each stand in the context."""
        text = said.get("text") or ""
        tokenizer = self.parts[0][0]
        windows = list(self.windows(tokenizer, [[text, 1.0, False]] if said.get("plain") else runs(text)))
        return words(tokenizer, [tokens[1 : 1 + count] for tokens, _, count in windows], len(windows[0][0]))

    @staticmethod
    def windows(tokenizer, said):
        length = min(tokenizer.model_max_length, 77)
        room, comma = length - 2, tokenizer.convert_tokens_to_ids(",</w>")
        full, current = [], []
        for text, weight, is_break in said:
            if is_break:
                full.append(current)
                current = []
            for token in tokenizer(text, add_special_tokens=False, verbose=False).input_ids:
                if len(current) == room:
                    places = [place for place, one in enumerate(current) if one[0] == comma]
                    kept = places[-1] + 1 if places and token != comma else room
                    cut = kept if room - kept < COMMA_REACH else room
                    full.append(current[:cut])
                    current = current[cut:]
                current.append((token, weight))
        if current or not full:
            full.append(current)
        padding = tokenizer.pad_token_id
        for window in full:
            more = length - 2 - len(window)
            tokens = [tokenizer.bos_token_id] + [token for token, _ in window] + [tokenizer.eos_token_id] + [padding] * more
            yield tokens, [1.0] + [weight for _, weight in window] + [1.0] * (more + 1), len(window)


def weighted(states, weights):
    """Each token's states by its weight, then all of them so that their mean is what it was."""
    if all(weight == 1 for weight in weights):
        return states
    result = states * torch.tensor(weights, device=states.device)[:, None]
    factor = states.double().sum() / result.double().sum()
    return result * factor.float() if torch.isfinite(factor) else result
