"""One optimiser step of the twin, for the test that the Swift trainer takes the same one.

    python3 Tools/torch/make_step_golden.py Tests/Goldens/labelled
"""
import sys

import torch
from optimizer import MovingAverage, learning_rate, make_optimizer, train_step
from safetensors.torch import load_file, save_file
from uvit import alpha_bar, denoising_loss, load

folder = sys.argv[1]
model, case = load(f"{folder}/model.safetensors").train(), load_file(f"{folder}/grads.safetensors")
optimizer, average, bars = make_optimizer(model), MovingAverage(model), alpha_bar(model.c)
losses, result = [], {}
# Two steps: the second has moments that are not zero.
for step in (1, 2):
    loss = denoising_loss(model, case["images"], case["noise"], case["t"], case.get("y"), bars)
    norm = train_step(loss, model, optimizer, average, step, learning_rate(8e-4, step + 100, 0.0))
    losses += [loss.detach(), norm.detach()]
for name in ("pos_embed", "label_emb.weight", "in_blocks.0.attn.qkv.weight", "in_blocks.0.attn.mask.sigma",
             "mid_block.norm1.bias", "out_blocks.1.skip_linear.weight", "final_layer.weight"):
    result[f"weights.{name}"] = dict(model.named_parameters())[name].detach().contiguous()
    result[f"average.{name}"] = average.state()[name].contiguous()
save_file({"losses": torch.stack(losses), **result}, f"{folder}/steps.safetensors")
