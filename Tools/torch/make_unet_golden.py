"""U-Nets that diffusers itself evaluates, from random weights: python make_unet_golden.py OUT [NAME ...]

OUT/<name>/config.json, weights.safetensors (in half precision, which these numbers fit into) and cases.safetensors: case.i.{x, t, out} and, where
the network takes them, label, context, cond, added.text_embeds and added.time_ids. The metadata's `cases` says each case's FreeU: a factor b and s
for each stage, version, skip filter, threshold and rule. FreeU is patched in front of every concatenation, as its authors have it.
Needs torch and diffusers.
"""
import json, os, sys, types
import torch
from diffusers import UNet2DConditionModel, UNet2DModel
from safetensors.torch import save_file

F = 4       # the first width


def low_frequencies(x, threshold, scale):
    f = torch.fft.fftshift(torch.fft.fftn(x, dim=(-2, -1)), dim=(-2, -1))
    h, w = x.shape[-2] // 2, x.shape[-1] // 2
    m = torch.ones_like(f.real)
    m[..., max(0, h - threshold):h + threshold, max(0, w - threshold):w + threshold] = scale
    return torch.fft.ifftn(torch.fft.ifftshift(f * m, dim=(-2, -1)), dim=(-2, -1)).real


def freeu(h, skip, b, s, fu):
    half = h.shape[1] // 2
    if b != 1:
        factor = b
        if fu["version"] == 2:
            m = h.mean(1, keepdim=True)
            low, high = m.amin((2, 3), keepdim=True), m.amax((2, 3), keepdim=True)
            factor = (b - 1) * (m - low) / (high - low) + 1
        h = torch.cat([h[:, :half] * factor, h[:, half:]], 1)
    if s != 1: skip = skip * s if fu["skip_filter"] == "uniform" else low_frequencies(skip, fu["threshold"], s)
    return h, skip


def install(unet, fu):
    """Every up block's concatenations take rescaled halves."""
    first = unet.config.block_out_channels[0]
    for index, block in enumerate(unet.up_blocks):
        plain = type(block).forward
        def forward(self, *a, index=index, plain=plain, **k):
            cat = torch.cat
            def patched(ts, dim=0, **kw):
                if dim != 1 or len(ts) != 2 or ts[0].dim() != 4: return cat(ts, dim=dim, **kw)
                stage = index if fu["rule"] == "blocks" else {4 * first: 0, 2 * first: 1}.get(ts[0].shape[1], -1)
                b, s = (fu["b"][stage], fu["s"][stage]) if 0 <= stage < len(fu["b"]) else (1, 1)
                torch.cat = cat
                try: pair = freeu(*ts, b, s, fu)
                finally: torch.cat = patched
                return cat(list(pair), dim=dim, **kw)
            torch.cat = patched
            try: return plain(self, *a, **k)
            finally: torch.cat = cat
        block.forward = types.MethodType(forward, block)


def knobs(b=(1, 1), s=(1, 1), version=2, skip_filter="fourier", threshold=1, rule="blocks"):
    return dict(b=list(b), s=list(s), version=version, skip_filter=skip_filter, threshold=threshold, rule=rule)


FREEUS = [knobs(), knobs((1.3, 1.4), (0.9, 0.2), 1), knobs((1.3, 1.4), (0.9, 0.2)), knobs((1.3, 1.4), (0.9, 0.2), rule="channels"),
          knobs((0.0, 1.0), (1.0, 0.0)), knobs(s=(0.5, 0.5), skip_filter="uniform"), knobs((1.2, 1.2), (0.6, 0.6), threshold=2)]
CROSS = dict(down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
             block_out_channels=(F, 2 * F, 4 * F), layers_per_block=1, norm_num_groups=2, cross_attention_dim=6, attention_head_dim=2, sample_size=8)
# Of each network: its class, its configuration, the size of its last case.
NETWORKS = {
    # As the first published ones: tensors by their old names, one head, zeroes at the bottom and on the right.
    "pixels": (UNet2DModel, dict(block_out_channels=(F, 2 * F, 4 * F), layers_per_block=1, norm_num_groups=2, norm_eps=1e-6, downsample_padding=0, flip_sin_to_cos=False, freq_shift=1,
                                 attention_head_dim=None, down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), sample_size=8), (16, 8)),
    "labels": (UNet2DModel, dict(block_out_channels=(F, 2 * F), layers_per_block=2, norm_num_groups=2, attention_head_dim=F, num_class_embeds=5, resnet_time_scale_shift="scale_shift", time_embedding_dim=12,
                                 down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"), sample_size=[6, 10]), (12, 4)),
    "residual": (UNet2DModel, dict(block_out_channels=(F, 2 * F, 2 * F), layers_per_block=1, norm_num_groups=2, attention_head_dim=F, downsample_type="resnet", upsample_type="resnet", time_embedding_type="fourier",
                                   mid_block_scale_factor=1.4142, attn_norm_num_groups=4, center_input_sample=True, class_embed_type="timestep", in_channels=2, out_channels=5,
                                   down_block_types=("AttnDownBlock2D", "ResnetDownsampleBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "ResnetUpsampleBlock2D", "AttnUpBlock2D"), sample_size=8), (8, 12)),
    "learned": (UNet2DModel, dict(block_out_channels=(F, 2 * F), layers_per_block=1, norm_num_groups=2, time_embedding_type="learned", num_train_timesteps=20, add_attention=False,
                                  down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"), sample_size=8), (8, 4)),
    "prompts": (UNet2DConditionModel, CROSS, (11, 6)),
    # Every depth its own, heads by stage, sizes beside the prompt.
    "depths": (UNet2DConditionModel, CROSS | dict(use_linear_projection=True, attention_head_dim=[1, 2, 4], transformer_layers_per_block=[[2], [1], [1]], reverse_transformer_layers_per_block=[[1, 1], [0, 2], [1, 0]],
                                                  mid_block_type="UNetMidBlock2D", addition_embed_type="text_time", addition_time_embed_dim=6, projection_class_embeddings_input_dim=7 + 6 * 6), (8, 16)),
    "guided": (UNet2DConditionModel, CROSS | dict(time_cond_proj_dim=10, mid_block_type=None, only_cross_attention=[True, False, False], time_embedding_act_fn="silu", timestep_post_act="silu", conv_in_kernel=5,
                                                  conv_out_kernel=1, resnet_out_scale_factor=1.25, down_block_types=("CrossAttnDownBlock2D", "ResnetDownsampleBlock2D", "CrossAttnDownBlock2D"),
                                                  up_block_types=("CrossAttnUpBlock2D", "ResnetUpsampleBlock2D", "CrossAttnUpBlock2D")), (8, 12)),
}


def inputs(c, batch, side):
    x = torch.randn(batch, c.in_channels, *side)
    t = torch.randint(0, 20, (batch,)) if c.get("time_embedding_type") == "learned" else torch.rand(batch) * 999
    named, args = {"x": x, "t": t.float()}, {}
    if c.get("cross_attention_dim"): named["context"] = args["encoder_hidden_states"] = torch.randn(batch, 7, c.cross_attention_dim)
    if c.get("num_class_embeds") or c.class_embed_type: named["label"] = args["class_labels"] = torch.randint(1, c.get("num_class_embeds") or 9, (batch,))
    if c.get("time_cond_proj_dim"): named["cond"] = args["timestep_cond"] = torch.randn(batch, c.time_cond_proj_dim)
    if c.get("addition_embed_type"):
        args["added_cond_kwargs"] = {"text_embeds": torch.randn(batch, 7), "time_ids": torch.tensor([[64.0, 48, 0, 8, 64, 64]] * batch)}
        named |= {f"added.{k}": v for k, v in args["added_cond_kwargs"].items()}
    return named, args, t


def old_names(k):
    if ".attentions." not in k or ".transformer_blocks." in k: return k
    for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")): k = k.replace(f".{new}.", f".{old}.")
    return k


def make(name, out):
    cls, options, last = NETWORKS[name]
    unet = cls(**options).eval(); c = unet.config
    with torch.no_grad():
        for p in unet.parameters(): p.copy_((p + torch.randn_like(p) * 0.03).half().float())
    tensors = {}
    for i, fu in enumerate(FREEUS):
        size = c.sample_size if isinstance(c.sample_size, (list, tuple)) else (c.sample_size, c.sample_size)
        named, args, t = inputs(c, 1 + i % 2, last if i == len(FREEUS) - 1 else size)
        install(unet, fu)
        with torch.no_grad(): named["out"] = unet(named["x"], t, **args).sample
        tensors |= {f"case.{i}.{k}": v.contiguous() for k, v in named.items()}
    os.makedirs(f"{out}/{name}", exist_ok=True)
    save_file(tensors, f"{out}/{name}/cases.safetensors", metadata={"cases": json.dumps([{"freeu": f} for f in FREEUS])})
    weights = {old_names(k) if name == "pixels" else k: v.half().contiguous() for k, v in unet.state_dict().items()}
    save_file(weights, f"{out}/{name}/weights.safetensors")
    unet.save_config(f"{out}/{name}")


if __name__ == "__main__":
    out, *names = sys.argv[1:]
    for n, name in enumerate(NETWORKS):
        torch.manual_seed(n)
        if not names or name in names: make(name, out)
