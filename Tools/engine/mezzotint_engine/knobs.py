"""What a row's knobs do: FreeU where a skip comes in, and masks on attention.

FreeU: arXiv:2309.11497; the mixture mask: arXiv:2309.05375. The arithmetic is that of mezzotint itself.
"""
import torch


class Knobs:
    """The `knobs` of a row; what it does not say changes nothing."""

    def __init__(self, said):
        self.said = said

    def number(self, name, standard=1.0):
        value = self.said.get(name)
        return standard if value is None else value

    def factor(self, name, stage, has_widths):
        """b or s of a stage: its own, or that for all, which of a U-Net is for the first two."""
        own = self.said.get(f"{name}{stage + 1}")
        if own is not None:
            return own
        return 1.0 if has_widths and stage >= 2 else self.number(name)

    def freeu(self, stage, width=None, first=None):
        """-> (b, s) at a concatenation; (1, 1) where FreeU leaves it alone. `width`: of the backbone, `first`: the network's."""
        if width is not None and self.said.get("freeURule") == "channels":
            stage = {4 * first: 0, 2 * first: 1}.get(width)
        blocks = self.said.get("blocks")
        if stage is None or (blocks is not None and stage not in blocks):
            return 1.0, 1.0
        return self.factor("b", stage, width is not None), self.factor("s", stage, width is not None)

    def scale(self, backbone, skip, factors):
        """Maps [channel, row, column] of one row, rescaled in place."""
        b, s = factors
        if b != 1:
            factor = b
            if self.number("version", 2) == 2:
                mean = backbone.float().mean(0)
                low, high = mean.min(), mean.max()
                span = high - low
                factor = torch.where(span > 0, 1 + (b - 1) * ((mean - low) / torch.where(span > 0, span, 1)), 1).to(backbone.dtype)
            backbone[: backbone.shape[0] // 2] *= factor
        if s != 1 and self.said.get("skipFilter") == "uniform":
            skip *= s
        elif s != 1:
            skip.copy_(low_frequencies(skip, self.number("threshold", 1), s))

    def mask_said(self, is_learned):
        """-> what a mask depends on, or None where there is none."""
        strength = self.number("maskStrength") if is_learned else self.number("addedMask", 0.0)
        if not is_learned and strength == 0:
            return None
        edits = tuple(sorted((self.said.get("mixture") or {}).items()))
        return strength, self.number("alphaGain"), self.number("sigmaGain"), edits


def low_frequencies(maps, threshold, scale):
    """The frequencies in [-threshold, threshold) times `scale`; [.., row, column]."""
    waves = torch.fft.fftshift(torch.fft.fft2(maps.float()), dim=(-2, -1))
    row, column = maps.shape[-2] // 2, maps.shape[-1] // 2
    waves[..., max(0, row - threshold) : row + threshold, max(0, column - threshold) : column + threshold] *= scale
    return torch.fft.ifft2(torch.fft.ifftshift(waves, dim=(-2, -1))).real.to(maps.dtype)


def added_mixture(heads):
    """(alpha, sigma) [kernel, head] of what can be laid over attention that learned no mask."""
    return (torch.tensor(numbers)[:, None].repeat(1, heads) for numbers in ([1.0, 0.0, 0.0], [2.0, 4.0, 1.0]))


def mixture_mask(said, alpha, sigma, block, rows, columns, device=None):
    """M' = 1 + strength (M - 1), M = sum_k alpha exp(-d2 / (2 (sigma^2 + 1e-5))), d in places: [head, place, place].

    - said: of `Knobs.mask_said`.
    - alpha, sigma: [kernel, head].
    - block: the attention's place in the order of the data, which edits name it by.
    """
    strength, alpha_gain, sigma_gain, edits = said
    alpha, sigma = alpha.detach().float().cpu().clone(), sigma.detach().float().cpu().clone()
    for name, value in edits:
        parts = name.split(".")
        at, head, kernel = (int(part) for part in parts[:3])
        if at == block and kernel < alpha.shape[0] and head < alpha.shape[1]:
            (alpha if parts[3] == "alpha" else sigma)[kernel, head] = value
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    place = torch.stack([y, x], -1).reshape(-1, 2).float().to(device)
    d2 = ((place[:, None] - place[None]) ** 2).sum(-1)
    alpha, sigma = (alpha * alpha_gain).to(device), (sigma * sigma_gain).to(device)
    mask = 0
    for kernel in range(alpha.shape[0]):
        mask = mask + alpha[kernel, :, None, None] * torch.exp(-d2 / (2 * (sigma[kernel, :, None, None] ** 2 + 1e-5)))
    return 1 + strength * (mask - 1)
