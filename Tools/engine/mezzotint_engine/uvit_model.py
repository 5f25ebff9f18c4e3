"""Own U-ViTs."""
import json

import torch
from safetensors import safe_open

from . import uvit
from .inside import lattice, statistics
from .knobs import added_mixture, mixture_mask
from .messages import Refused
from .watch import Found


class UViTModel:
    """One copy of the network on one device."""

    def __init__(self, path, device, dtype, watch):
        with safe_open(path, "pt") as file:
            # Older files say less; what they leave out is as the class has it, newer ones' fields are not known here.
            said = json.loads(file.metadata()["mezzotint"])
            known = set(uvit.Config.__dataclass_fields__)
            if set(said) - known:
                raise Refused(f"{path}: its configuration says what this engine does not know; take a newer one")
            state = {name: file.get_tensor(name) for name in file.keys()}
        self.build(uvit.Config(**said), state, path, device, dtype, watch)

    def build(self, config, state, path, device, dtype, watch):
        """- state: tensors by name; path: for messages."""
        self.c, self.net, self.factor, self.offset = config, uvit.UViT(config), 1, 0
        try:
            self.net.load_state_dict({name: tensor.float() for name, tensor in state.items()})
        except RuntimeError as error:
            raise Refused(f"{path}: its tensors are not those of such a U-ViT ({str(error)[:200]}); download it again") from None
        self.parameters = sum(tensor.numel() for tensor in state.values())
        self.net.eval().requires_grad_(False)
        self.device, self.dtype = device, dtype
        self.blocks = [*self.net.in_blocks, self.net.mid_block, *self.net.out_blocks]
        # Learned, or to be laid over: [kernel, head] in single precision whatever the network is in.
        self.mixtures = []
        for block in self.blocks:
            mask = block.attn.mask
            self.mixtures.append((mask.alpha.detach().clone(), mask.sigma.detach().clone()) if mask else tuple(added_mixture(self.c.heads)))
            block.attn.mask = None
        self.net.to(device, dtype)
        # Sines and cosines in single precision, then as the network is.
        self.net.time_token = lambda t: uvit.UViT.time_token(self.net, t).to(dtype)
        self.masks, self.rows, self.features, self.attention = {}, [], None, None
        for stage, block in enumerate(self.net.out_blocks):
            block.register_forward_pre_hook(self.joining(stage))
        watch.attach(self.blocks)

    @property
    def is_learned(self):
        return self.c.mask_kernels > 0

    def description(self):
        c, half = self.c, self.c.depth // 2
        labels = None
        if c.classes:
            named = min(len(c.label_names), c.classes) if c.label_names else max(1, c.classes - 1)
            labels = {
                "names": [c.label_names[i] if i < len(c.label_names) else f"label {i}" for i in range(named)],
                "areNamed": bool(c.label_names),
                "rows": c.classes,
                "none": None if len(c.label_names) == c.classes else c.classes - 1,
            }
        grid = [c.grid, c.grid]
        names = [f"in {i}" for i in range(half)] + ["mid"] + [f"out {i}" for i in range(half)]
        return {
            "family": "U-ViT", "parameters": self.parameters,
            "sample": [c.channels, c.image_size, c.image_size], "picture": [c.channels, c.image_size, c.image_size],
            "takesSizes": False, "schedule": {"kind": c.schedule, "timesteps": c.timesteps},
            "prediction": c.prediction, "labels": labels, "previews": ["full"],
            "stages": [{"name": f"out {i}", "grid": grid, "concatenations": [{"stage": i}]} for i in range(half)],
            "attention": [{"name": name, "heads": c.heads, "grid": grid} for name in names],
        }

    def mask_tensors(self):
        if not self.is_learned:
            return {}
        return {f"{what}.{i}": pair[place] for i, pair in enumerate(self.mixtures) for place, what in enumerate(("alpha", "sigma"))}

    def lay_masks(self, rows):
        """Gives each attention its factors for the batch: [row, head, token, token] with the scale in it, or none."""
        said = [row.knobs.mask_said(self.is_learned) for row in rows]
        for place, block in enumerate(self.blocks):
            factors = None
            if self.is_learned or any(said):
                factors = torch.stack([self.mask(place, one) for one in said])
            block.attn.factors = lambda factors=factors: factors

    def mask(self, place, said):
        """[head, token, token], 1 and the scale for the extra tokens; kept for the steps to come."""
        key = (place, said)
        if key not in self.masks:
            if len(self.masks) >= 64 * len(self.blocks):
                self.masks.clear()
            c, extras = self.c, self.c.extras
            whole = torch.ones(c.heads, extras + c.grid**2, extras + c.grid**2)
            if said is not None:
                whole[:, extras:, extras:] = mixture_mask(said, *self.mixtures[place], place, c.grid, c.grid)
            self.masks[key] = (whole * (c.width // c.heads) ** -0.5).to(self.device)
        return self.masks[key]

    def joining(self, stage):
        def change(block, inputs):
            backbone, skip = inputs
            factors = [row.knobs.freeu(stage) for row in self.rows]
            wanted = self.features is not None and [stage, 0] in self.features[0]
            before = [self.map(inputs[0]), self.map(inputs[1])] if wanted else None
            if any(pair != (1, 1) for pair in factors):
                backbone, skip = backbone.clone(), skip.clone()
                for place, (row, pair) in enumerate(zip(self.rows, factors)):
                    maps = [self.view(tensor[place]) for tensor in (backbone, skip)]
                    row.knobs.scale(*maps, pair)
            if wanted:
                self.features[1].append(([stage, 0], before, [self.map(backbone), self.map(skip)]))
                if len(self.features[1]) == len(self.features[0]):
                    raise Found()
            return backbone, skip

        return change

    def view(self, tokens):
        """[token, channel] of one row as a map [channel, row, column] of the same memory."""
        return tokens[self.c.extras :].reshape(self.c.grid, self.c.grid, -1).permute(2, 0, 1)

    def map(self, tokens):
        """The first row's map, [row, column, channel]."""
        return self.view(tokens[0]).permute(1, 2, 0).float().cpu()

    @torch.inference_mode()
    def evaluate(self, samples, rows):
        if list(samples.shape[1:]) != self.description()["sample"]:
            raise Refused(f"samples of {list(samples.shape)}")
        labels = None
        if self.c.classes:
            if any(row.label is None or not 0 <= row.label < self.c.classes for row in rows):
                raise Refused("a label that the model does not have")
            labels = torch.tensor([row.label for row in rows], device=self.device)
        self.rows = rows
        self.lay_masks(rows)
        times = torch.tensor([self.factor * (row.timestep + self.offset) for row in rows], dtype=torch.float32, device=self.device)
        return self.net(samples.to(self.device, self.dtype), times, labels).float().cpu()

    def probe(self, sample, row, question):
        if question.get("features") is not None:
            self.features = ([place for place in question["features"] if place[1] == 0 and 0 <= place[0] < len(self.net.out_blocks)], [])
            try:
                if self.features[0]:
                    self.evaluate(sample, [row])
            except Found:
                pass
            finally:
                seen, self.features = self.features[1], None
            return seen
        if question.get("whole") is not None:
            return self.statistics(sample, row) if question["whole"] == "statistics" else None
        place = question["attention"]
        block, patch = (int(place[name]) for name in ("block", "patch"))
        if not (0 <= block < len(self.blocks) and 0 <= patch < self.c.grid**2):
            return None
        names = ["label", "time"] if self.c.classes else ["time"]
        return (names, *self.look(sample, row, block, patch))

    def look(self, sample, row, block, patch):
        """-> what a patch looks at, without and with the mask: [head, token] twice."""
        attention, seen = self.blocks[block].attn, []

        def take(module, inputs):
            x = inputs[0]
            size = x.shape[2] // module.heads
            q, k, _ = module.qkv(x).reshape(1, x.shape[1], 3, module.heads, size).permute(2, 0, 3, 1, 4).float()
            scores = torch.einsum("hkd,hd->hk", k[0], q[0, :, self.c.extras + patch])
            factors = module.factors()
            row = scores * size**-0.5 if factors is None else scores * factors[0, :, self.c.extras + patch]
            seen.extend(torch.softmax(values, -1).cpu() for values in (scores * size**-0.5, row))
            raise Found()

        handle = attention.register_forward_pre_hook(take)
        try:
            self.evaluate(sample, [row])
        except Found:
            pass
        finally:
            handle.remove()
        return seen

    def statistics(self, sample, row):
        """-> of each attention and head [entropy, distance, entropy, distance]."""
        extras, side, found = self.c.extras, self.c.grid, []
        places = [extras + place for place in lattice(side, side)]

        def take(module, inputs):
            x = inputs[0]
            size = x.shape[2] // module.heads
            q, k, _ = module.qkv(x).reshape(1, x.shape[1], 3, module.heads, size).permute(2, 0, 3, 1, 4).float()
            scores = q[0, :, places] @ k[0].transpose(-1, -2) * size**-0.5
            # The scale is in the factors.
            factors = module.factors()
            factors = None if factors is None else factors[0, :, places] * size**0.5
            found.append(statistics(scores, factors, extras, side, side))

        handles = [block.attn.register_forward_pre_hook(take) for block in self.blocks]
        try:
            self.evaluate(sample, [row])
        finally:
            for handle in handles:
                handle.remove()
        return found

    def pictures(self, samples, way):
        return samples

    def windows(self, prompt):
        return None

    def size(self, rows, columns):
        raise Refused("this model draws in one size alone")
