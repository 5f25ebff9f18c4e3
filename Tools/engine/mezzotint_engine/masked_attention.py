"""Attention of diffusers' networks with a mask between scores and softmax."""
import torch

from .inside import lattice, statistics
from .knobs import added_mixture, mixture_mask
from .watch import Found


class MaskedProcessor:
    """Attention as it is, with a mask between scores and softmax in the rows that want one."""

    def __init__(self, model, place, plain):
        self.model, self.place, self.plain = model, place, plain
        self.masks, self.looked = {}, None

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, temb=None, *args, **kwargs):
        said = [row.knobs.mask_said(False) for row in self.model.rows]
        if self.looked is None and self.model.statistics is None and not any(said):
            return self.plain(attn, hidden_states, encoder_hidden_states, attention_mask, temb, *args, **kwargs)
        residual, shape = hidden_states, hidden_states.shape
        if attn.spatial_norm is not None:
            hidden_states = attn.spatial_norm(hidden_states, temb)
        if len(shape) == 4:
            rows, columns = shape[2:]
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        else:
            rows, columns = self.sides(shape[1])
        batch, tokens, _ = hidden_states.shape
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        split = lambda x: x.reshape(batch, tokens, attn.heads, -1).transpose(1, 2)
        q, k, v = (split(part(hidden_states)) for part in (attn.to_q, attn.to_k, attn.to_v))
        if self.looked is not None:
            self.look(q, k, attn, said[0], rows, columns)
        if self.model.statistics is not None:
            places = lattice(rows, columns)
            scores = q[0][:, places].float() @ k[0].float().transpose(-1, -2) * attn.scale
            factors = None if said[0] is None else self.mask(said[0], attn.heads, rows, columns)[:, places]
            self.model.statistics.append(statistics(scores, factors, 0, rows, columns))
        parts = []
        for place, one in enumerate(said):
            # Row by row: scores are large, and those without a mask need none.
            if one is None:
                parts.append(torch.nn.functional.scaled_dot_product_attention(q[place], k[place], v[place], scale=attn.scale))
                continue
            scores = (q[place] @ k[place].transpose(-1, -2)).float() * attn.scale * self.mask(one, attn.heads, rows, columns)
            parts.append(scores.softmax(-1).to(v.dtype) @ v[place])
        mixed = torch.stack(parts).transpose(1, 2).reshape(batch, tokens, -1)
        mixed = attn.to_out[1](attn.to_out[0](mixed))
        if len(shape) == 4:
            mixed = mixed.transpose(-1, -2).reshape(shape)
        if attn.residual_connection:
            mixed = mixed + residual
        return mixed / attn.rescale_output_factor

    def sides(self, tokens):
        """Rows and columns of a map of so many places, as the samples have them at this level."""
        level = self.model.attentions[self.place][1]
        rows, columns = self.model.grids(*self.model.shape)[level]
        assert rows * columns == tokens, "a map that is not where it was thought to be"
        return rows, columns

    def mask(self, said, heads, rows, columns):
        key = (said, rows, columns)
        if key not in self.masks:
            if len(self.masks) >= 4:
                self.masks.clear()
            self.masks[key] = mixture_mask(said, *added_mixture(heads), self.place, rows, columns, self.model.device)
        return self.masks[key]

    def look(self, q, k, attn, said, rows, columns):
        """Of each head [head, place], without and with the mask."""
        patch, seen = self.looked
        if patch < rows * columns:
            scores = torch.einsum("hkd,hd->hk", k[0].float(), q[0, :, patch].float()) * attn.scale
            mask = 1 if said is None else self.mask(said, attn.heads, rows, columns)[:, patch]
            seen.extend(torch.softmax(values, -1).cpu() for values in (scores, scores * mask))
        raise Found()
