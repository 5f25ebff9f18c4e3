"""U-Nets of diffusers: FreeU before each resnet of the decoder, masks by attention processors."""
import math

import torch

from .inside import word_maps
from .masked_attention import MaskedProcessor
from .messages import Refused
from .watch import Found


class UNetModel:
    """One copy of the network on one device."""

    def __init__(self, net, device, watch, label_names=(), compiles=False):
        self.net = net.to(device).eval().requires_grad_(False)
        self.config, self.device, self.dtype = net.config, device, next(net.parameters()).dtype
        self.label_names = list(label_names)
        self.rows, self.features, self.statistics = [], None, None
        self.concatenations = []
        width = self.config.block_out_channels[-1]
        order = [resnet for block in net.down_blocks for resnet in block.resnets]
        for stage, block in enumerate(net.up_blocks):
            self.concatenations.append([])
            for place, resnet in enumerate(block.resnets):
                self.concatenations[stage].append(width)
                resnet.register_forward_pre_hook(self.joining(stage, place, width))
                width = resnet.conv1.out_channels
                order.append(resnet)
        self.attentions = self.find_attentions()
        for place, (_, _, attention) in enumerate(self.attentions):
            attention.set_processor(MaskedProcessor(self, place, attention.processor))
        watch.attach(order)
        if compiles:
            for module in order + [part for block in (*net.down_blocks, net.mid_block, *net.up_blocks) for part in getattr(block, "attentions", None) or []]:
                module.forward = torch.compile(module.forward)

    # What there is to turn

    def find_attentions(self):
        """-> (name, level, module) of each attention of a map to itself, in the order of the data."""
        found = []
        levels = len(self.net.down_blocks)
        places = [(f"down {i}", i, block) for i, block in enumerate(self.net.down_blocks)]
        if self.net.mid_block is not None:
            places.append(("mid", levels - 1, self.net.mid_block))
        places += [(f"up {i}", levels - 1 - i, block) for i, block in enumerate(self.net.up_blocks)]
        for name, level, block in places:
            for layer, part in enumerate(getattr(block, "attentions", None) or []):
                if part is None:
                    continue
                inner = getattr(part, "transformer_blocks", None)
                if inner is None:
                    found.append((f"{name}.{layer}", level, part))
                    continue
                for depth, transformer in enumerate(inner):
                    if not transformer.only_cross_attention:
                        found.append((f"{name}.{layer}.{depth}" if len(inner) > 1 else f"{name}.{layer}", level, transformer.attn1))
        return found

    def grids(self, rows, columns):
        """Of each block of the encoder, before it halves its maps."""
        sides = []
        for block in self.net.down_blocks:
            sides.append([rows, columns])
            if block.downsamplers:
                padding = getattr(block.downsamplers[0], "padding", 0)
                more = 1 if isinstance(padding, int) and padding > 0 else 0
                rows, columns = (rows + more) // 2, (columns + more) // 2
        return sides

    def size(self, rows, columns):
        levels = self.grids(rows, columns)
        if min(min(grid) for grid in levels) < 1:
            raise Refused("samples too small for this network")
        first = self.config.block_out_channels[0]
        stages = [
            {"name": f"up {i}", "grid": levels[-1 - i], "concatenations": [{"stage": i, "widths": [width, first]} for width in widths]}
            for i, widths in enumerate(self.concatenations)
        ]
        attention = [{"name": name, "heads": module.heads, "grid": levels[level]} for name, level, module in self.attentions]
        return {"stages": stages, "attention": attention}

    def sample_shape(self):
        side = self.config.sample_size
        rows, columns = side if isinstance(side, (list, tuple)) else (side, side)
        return [self.config.in_channels, rows, columns]

    def description(self):
        shape, c = self.sample_shape(), self.config
        return {
            "family": "U-Net", "parameters": sum(part.numel() for part in self.net.parameters()),
            "sample": shape, "picture": shape, "takesSizes": True, "labels": self.labels(),
            "conditions": {
                "contextWidth": self.context_width(),
                "additionWidth": getattr(c, "projection_class_embeddings_input_dim", None) if self.is_told_sizes else None,
                "sizeWidth": getattr(c, "addition_time_embed_dim", None) if self.is_told_sizes else None,
                "guidanceWidth": getattr(c, "time_cond_proj_dim", None),
            },
            "previews": ["full"], **self.size(*shape[1:]),
        }

    def context_width(self):
        width = getattr(self.config, "cross_attention_dim", None)
        return width[0] if isinstance(width, (list, tuple)) else width

    @property
    def is_told_sizes(self):
        return getattr(self.config, "addition_embed_type", None) == "text_time"

    def labels(self):
        if getattr(self.config, "class_embed_type", None) == "timestep":
            rows = 1000
        else:
            rows = getattr(self.config, "num_class_embeds", None)
        if not rows:
            return None
        names = self.label_names
        if len(names) in (rows, rows - 1) and names:
            return {"names": names, "areNamed": True, "rows": rows, "none": None if len(names) == rows else rows - 1}
        return {"names": [f"label {i}" for i in range(rows)], "areNamed": False, "rows": rows}

    def mask_tensors(self):
        return {}

    # Running it

    @torch.inference_mode()
    def evaluate(self, samples, rows, told=None):
        """- told: of `told`, what each row's prompt was encoded to; None for a network without text."""
        if samples.shape[1] != self.config.in_channels:
            raise Refused(f"samples of {list(samples.shape)}")
        result = torch.empty(len(rows), self.config.out_channels, *samples.shape[2:])
        groups = {}
        for place in range(len(rows)):
            groups.setdefault(told[place]["context"].shape if told else None, []).append(place)
        for places in groups.values():
            part = [rows[place] for place in places]
            result[places] = self.run(samples[places], part, told and [told[place] for place in places])
        return result

    def run(self, samples, rows, told):
        self.rows = rows
        device, dtype = self.device, self.dtype
        self.shape = samples.shape[2:]
        x = samples.to(device, dtype)
        times = torch.tensor([row.timestep for row in rows], dtype=torch.float32, device=device)
        if getattr(self.config, "time_embedding_type", None) == "learned":
            times = times.long()
        more = {}
        if self.labels() is not None:
            known = self.labels()["rows"]
            if any(row.label is None or not 0 <= row.label < known for row in rows):
                raise Refused("a label that the model does not have")
            more["class_labels"] = torch.tensor([row.label for row in rows], device=device)
        if told is None and self.context_width() is not None and hasattr(self.net, "encoder_hid_proj"):
            raise Refused("this is the network of a model that draws from text, without what reads it; give the whole model's folder")
        if told is None:
            return self.net(x, times, return_dict=False, **more)[0].float().cpu()
        stack = lambda name: torch.stack([one[name] for one in told]).to(device, dtype)
        if self.is_told_sizes:
            # As large as it is, nothing cut off, and wanted as large.
            sides = [float(side) * told[0]["factor"] for side in samples.shape[2:]]
            sizes = torch.tensor([*sides, 0.0, 0.0, *sides], device=device)
            ids = torch.stack([one.get("sizes", sizes) for one in told])
            more["added_cond_kwargs"] = {"text_embeds": stack("pooled"), "time_ids": ids}
        if self.config.time_cond_proj_dim is not None:
            width = self.config.time_cond_proj_dim
            more["timestep_cond"] = torch.stack([one.get("cond", guidance(one["guidance"], width)) for one in told]).to(device, dtype)
        return self.net(x, times, stack("context"), return_dict=False, **more)[0].float().cpu()

    def joining(self, stage, place, width):
        def change(resnet, inputs):
            joined, first = inputs[0], self.config.block_out_channels[0]
            factors = [row.knobs.freeu(stage, width, first) for row in self.rows]
            wanted = self.features is not None and [stage, place] in self.features[0]
            before = halves(joined, width) if wanted else None
            if any(pair != (1, 1) for pair in factors):
                joined = joined.clone()
                for row, maps, pair in zip(self.rows, joined, factors):
                    row.knobs.scale(maps[:width], maps[width:], pair)
            if wanted:
                self.features[1].append(([stage, place], before, halves(joined, width)))
                if len(self.features[1]) == len(self.features[0]):
                    raise Found()
            return (joined, *inputs[1:])

        return change

    def probe(self, sample, row, question, told=None):
        if question.get("features") is not None:
            known = [place for place in question["features"] if 0 <= place[0] < len(self.concatenations) and 0 <= place[1] < len(self.concatenations[place[0]])]
            self.features = (known, [])
            try:
                if known:
                    self.evaluate(sample, [row], told)
            except Found:
                pass
            finally:
                seen, self.features = self.features[1], None
            return seen
        if question.get("whole") == "statistics":
            self.statistics = []
            try:
                self.evaluate(sample, [row], told)
                return self.statistics
            finally:
                self.statistics = None
        if question.get("whole") is not None:
            return self.words(sample, row, told)
        place = question["attention"]
        block, patch = (int(place[name]) for name in ("block", "patch"))
        if not 0 <= block < len(self.attentions) or patch < 0:
            return None
        processor = self.attentions[block][2].processor
        processor.looked = (patch, [])
        try:
            self.evaluate(sample, [row], told)
        except Found:
            seen = processor.looked[1]
            return ([], *seen) if seen else None
        finally:
            processor.looked = None
        return None

    def words(self, sample, row, told):
        """-> what the places look at of the prompt: [token, row, column]; None for a network that reads none."""
        found, handles = [], []
        shape = sample.shape[2:]
        grids = {rows * columns: (rows, columns) for rows, columns in self.grids(*shape)}

        def take(module, inputs, named):
            states, context = inputs[0], named.get("encoder_hidden_states")
            split = lambda x: x[0].reshape(x.shape[1], module.heads, -1).transpose(0, 1).float()
            q, k = split(module.to_q(states)), split(module.to_k(context))
            shares = (q @ k.transpose(-1, -2) * module.scale).softmax(-1).mean(0)
            found.append(shares.T.reshape(-1, *grids[states.shape[1]]).cpu())

        for block in (*self.net.down_blocks, self.net.mid_block, *self.net.up_blocks):
            for part in getattr(block, "attentions", None) or []:
                for transformer in getattr(part, "transformer_blocks", None) or []:
                    reader = transformer.attn1 if transformer.only_cross_attention else transformer.attn2
                    if reader is not None:
                        handles.append(reader.register_forward_pre_hook(take, with_kwargs=True))
        try:
            if handles and told is not None:
                self.evaluate(sample, [row], told)
        finally:
            for handle in handles:
                handle.remove()
        return word_maps(found, shape) if found else None


def halves(joined, width):
    """The first row's backbone and skip, [row, column, channel]."""
    return [part.permute(1, 2, 0).float().cpu() for part in (joined[0, :width], joined[0, width:])]


def guidance(strength, width):
    """Sines and cosines of 1000 (g - 1); Luo et al. 2023, arXiv:2310.04378."""
    half = width // 2
    angles = 1000.0 * (strength - 1) * torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float32) / (half - 1))
    return torch.nn.functional.pad(torch.cat([angles.sin(), angles.cos()]), (0, width % 2))
