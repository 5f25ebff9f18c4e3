"""What is worked out of attention for whoever looks inside a network; the arithmetic is that of mezzotint itself."""
import torch

MOST_PLACES = 256


def lattice(rows, columns):
    """-> the places that stand for all: every one, or of large maps those of every second or third row and column."""
    step = 1
    while -(-rows // step) * -(-columns // step) > MOST_PLACES:
        step += 1
    first = lambda count: min(step // 2, max(0, count - 1))
    return [row * columns + column for row in range(first(rows), rows, step) for column in range(first(columns), columns, step)]


def spread(shares, extras, rows, columns):
    """-> (entropy, distance) of each head [head], in the mean over the lattice.

    - shares: [head, place of the lattice, token], the `extras` tokens before the places of the map.
    """
    shares = shares.double().cpu()
    entropy = torch.special.entr(shares).sum(-1).mean(-1)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    all_ = torch.stack([y, x], -1).reshape(-1, 2).double()
    away = torch.cdist(all_[lattice(rows, columns)], all_)
    seen = shares[..., extras:]
    whole = seen.sum(-1)
    distance = torch.where(whole > 0, (seen * away).sum(-1) / whole.clamp(min=1e-300), 0).mean(-1)
    return entropy, distance


def statistics(scores, factors, extras, rows, columns):
    """-> of each head [entropy, distance, entropy, distance]: without the mask, and with it.

    - scores: [head, place of the lattice, token]; factors: what the mask makes of them, times; None for none.
    """
    before = spread(torch.softmax(scores.float(), -1), extras, rows, columns)
    after = before if factors is None else spread(torch.softmax(scores.float() * factors, -1), extras, rows, columns)
    return torch.stack([*before, *after], -1).tolist()


def word_maps(found, shape):
    """-> [token, row, column] at the samples' places, in the mean over the attentions.

    - found: of each attention its shares [token, row, column], in the mean over its heads.
    """
    enlarged = [torch.nn.functional.interpolate(one[None], size=tuple(shape), mode="bilinear", align_corners=False)[0] for one in found]
    return torch.stack(enlarged).mean(0)


def byte_letters():
    """-> what CLIP's tokens write for each byte: itself where it can be seen, a letter from 256 on elsewhere."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    unseen = [byte for byte in range(256) if byte not in seen]
    return {**{chr(byte): byte for byte in seen}, **{chr(256 + place): byte for place, byte in enumerate(unseen)}}


LETTERS = byte_letters()


def spelt(tokens):
    """-> the word that these tokens are."""
    text = "".join(tokens).removesuffix("</w>")
    return bytes(LETTERS[letter] for letter in text if letter in LETTERS).decode(errors="replace")


def words(tokenizer, windows, length):
    """-> [{"text", "places"}] of a prompt's words; windows: the ids of each without those around them."""
    found, tokens, places = [], [], []
    for window, ids in enumerate(windows):
        for place, token in enumerate(tokenizer.convert_ids_to_tokens(ids)):
            tokens.append(token)
            places.append(window * length + 1 + place)
            if token.endswith("</w>") or token in tokenizer.all_special_tokens:
                found.append({"text": spelt(tokens), "places": places})
                tokens, places = [], []
    return found
