"""Published U-ViTs for the tests: random weights under the authors' names, and what the reference makes of them.

python make.py REFERENCE, with torch, safetensors and the project's PyTorch reference of the architecture
(`reference.py`) in the folder REFERENCE. Writes beside itself: `<name>.pth`, as the authors save it, with numbers that
half precision holds; `<name>.safetensors`, cases of one evaluation, `case.i.*`, whose knobs are in the metadata.
"""
import json, os, sys
import torch
from safetensors.torch import save_file

sys.path.insert(0, sys.argv[1])
from reference import Config, Knobs, UViT, timestep_embedding  # noqa: E402


class TextConfig(Config):
    """As mscoco_uvit_small: the time's token, then 77 of a prompt, each of 16 numbers."""
    extras, context = 78, 16


class TextUViT(UViT):
    """U-ViT's uvit_t2i.py: a prompt's tokens stand between the time's and the patches."""
    def __init__(self, c):
        super().__init__(c)
        self.context_embed = torch.nn.Linear(c.context, c.width)

    def forward(self, x, t, context, knobs):
        c, B = self.c, x.shape[0]
        h = self.patch_embed["proj"](x).flatten(2).transpose(1, 2)
        time = timestep_embedding(t, c.width)[:, None]
        h = torch.cat([time, self.context_embed(context), h], 1) + self.pos_embed
        skips = []
        for block in self.in_blocks:
            h = block(h, knobs)
            skips.append(h)
        h = self.mid_block(h, knobs)
        for block in self.out_blocks:
            h, skip = self.rescale(h, skips.pop(), knobs)
            h = block(h, knobs, skip)
        h = self.decoder_pred(self.norm(h))[:, c.extras:]
        p, g = c.patch_size, c.grid
        h = h.reshape(B, g, g, p, p, c.channels).permute(0, 5, 1, 3, 2, 4).reshape(B, c.channels, g * p, g * p)
        return self.final_layer(h)


HERE = os.path.dirname(os.path.abspath(__file__))

# As cifar10_uvit_small, smaller; and with labels, without the last convolution, with layers behind the time.
MODELS = {
    "plain": Config(image_size=16, patch_size=4, width=64, depth=2, heads=1),
    "classes": Config(image_size=8, patch_size=2, width=24, depth=2, heads=3, classes=10, time_mlp=True, final_conv=False),
    # As imagenet256_uvit_huge: latents, and steps of Stable Diffusion, counted from 1.
    "latents": Config(image_size=8, patch_size=2, channels=4, width=64, depth=2, heads=1, classes=11, final_conv=False),
    # As mscoco_uvit_small.
    "text": TextConfig(image_size=8, patch_size=2, channels=4, width=32, depth=2, heads=2),
}
KNOBS = [{}, {"b": 1.3, "s": 0.8}, {"b": 1.2, "s": 0.5, "version": 1}]

for seed, (name, config) in enumerate(MODELS.items()):
    torch.manual_seed(seed)
    reads = isinstance(config, TextConfig)
    model = (TextUViT if reads else UViT)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + torch.randn_like(parameter) * 0.03).half().float())
    tensors = {}
    for index, knobs in enumerate(KNOBS):
        x = torch.randn(2, config.channels, config.image_size, config.image_size)
        t = 999 * torch.tensor([[1.0, 0.001], [0.5, 0.37], [0.123456, 0.9]][index])
        if name in ("latents", "text"):
            t = torch.tensor([[1000.0, 1.0], [500.0, 37.0], [123.0, 900.5]][index])
        label = torch.tensor([3, 9]) if config.classes else None
        if reads:
            label = torch.randn(2, 77, config.context)
        with torch.no_grad():
            out = model(x, t, label, Knobs(**knobs))
        tensors |= {f"case.{index}.x": x, f"case.{index}.t": t, f"case.{index}.out": out}
        if label is not None:
            tensors[f"case.{index}.context" if reads else f"case.{index}.label"] = label
    save_file(tensors, f"{HERE}/{name}.safetensors", metadata={"cases": json.dumps(KNOBS)})
    torch.save({key: value.half() for key, value in model.state_dict().items()}, f"{HERE}/{name}.pth")
