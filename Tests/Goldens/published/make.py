"""Published U-ViTs for the tests: random weights under the authors' names, and what the reference makes of them.

python make.py REFERENCE, with torch, safetensors and the project's PyTorch reference of the architecture
(`reference.py`) in the folder REFERENCE. Writes beside itself: `<name>.pth`, as the authors save it, with numbers that
half precision holds; `<name>.safetensors`, cases of one evaluation, `case.i.*`, whose knobs are in the metadata.
"""
import json, os, sys
import torch
from safetensors.torch import save_file

sys.path.insert(0, sys.argv[1])
from reference import Config, Knobs, UViT  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))

# As cifar10_uvit_small, smaller; and with labels, without the last convolution, with layers behind the time.
MODELS = {
    "plain": Config(image_size=16, patch_size=4, width=64, depth=2, heads=1),
    "classes": Config(image_size=8, patch_size=2, width=24, depth=2, heads=3, classes=10, time_mlp=True, final_conv=False),
    # As imagenet256_uvit_huge: latents, and steps of Stable Diffusion, counted from 1.
    "latents": Config(image_size=8, patch_size=2, channels=4, width=64, depth=2, heads=1, classes=11, final_conv=False),
}
KNOBS = [{}, {"b": 1.3, "s": 0.8}, {"b": 1.2, "s": 0.5, "version": 1}]

for seed, (name, config) in enumerate(MODELS.items()):
    torch.manual_seed(seed)
    model = UViT(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + torch.randn_like(parameter) * 0.03).half().float())
    tensors = {}
    for index, knobs in enumerate(KNOBS):
        x = torch.randn(2, config.channels, config.image_size, config.image_size)
        t = 999 * torch.tensor([[1.0, 0.001], [0.5, 0.37], [0.123456, 0.9]][index])
        if name == "latents":
            t = torch.tensor([[1000.0, 1.0], [500.0, 37.0], [123.0, 900.5]][index])
        label = torch.tensor([3, 9]) if config.classes else None
        with torch.no_grad():
            out = model(x, t, label, Knobs(**knobs))
        tensors |= {f"case.{index}.x": x, f"case.{index}.t": t, f"case.{index}.out": out}
        if label is not None:
            tensors[f"case.{index}.label"] = label
    save_file(tensors, f"{HERE}/{name}.safetensors", metadata={"cases": json.dumps(KNOBS)})
    torch.save({key: value.half() for key, value in model.state_dict().items()}, f"{HERE}/{name}.pth")
