"""Names of whole models in one file, Stable Diffusion 2 and XL: python make_single_files.py PIPELINES.

PIPELINES is the folder of pipelines that diffusers wrote. `sd2-names.json` and `sdxl-names.json` say of each tensor in the
first release's layout what it is made of: [part, names, shape], the named tensors one behind the other, "transposed"
where rows become columns; a tensor of no names is one that nobody reads. Whether it is right is asked of diffusers: its
own conversion of such a file has to come to the folder's numbers. With torch, safetensors and diffusers.
"""
import json, os, re, sys
from types import SimpleNamespace
import torch
from safetensors.torch import load_file
from diffusers.loaders import single_file_utils as diffusers

SOURCE, HERE = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
RESIDUAL = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
            "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
OPEN = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
        "self_attn.out_proj": "attn.out_proj"}


def network(name, config):
    """-> the first release's name of a U-Net's tensor."""
    period = config["layers_per_block"] + 1
    plain = {"time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2", "conv_in": "input_blocks.0.0",
             "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2", "conv_norm_out": "out.0", "conv_out": "out.2"}
    stem, kind = name.rsplit(".", 1)
    if stem in plain:
        return f"{plain[stem]}.{kind}"
    side, level, what, layer, rest = re.fullmatch(r"(down|up|mid)_blocks?\.?(\d*)\.(\w+)\.(\d+)\.(.*)", name).groups()
    level, layer = int(level or 0), int(layer)
    if what == "resnets":
        rest = f"{RESIDUAL[rest.rsplit('.', 1)[0]]}.{kind}"
    if side == "mid":
        return f"middle_block.{1 if what == 'attentions' else 2 * layer}.{rest}"
    if what == "downsamplers":
        return f"input_blocks.{period * (level + 1)}.0.op.{kind}"
    if what == "upsamplers":
        return f"output_blocks.{period * (level + 1) - 1}.{2 if 'Cross' in config['up_block_types'][level] else 1}.conv.{kind}"
    block = period * level + layer
    return f"{f'input_blocks.{block + 1}' if side == 'down' else f'output_blocks.{block}'}.{0 if what == 'resnets' else 1}.{rest}"


def autoencoder(name, config):
    last = len(config["block_out_channels"]) - 1
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda found: f"mid.block_{int(found[1]) + 1}", name)
    name = re.sub(r"mid_block\.attentions\.0\.(.*)\.", lambda found: f"mid.attn_1.{ATTENTION[found[1]]}.", name)
    name = re.sub(r"down_blocks\.(\d)", r"down.\1", name)
    name = re.sub(r"up_blocks\.(\d)", lambda found: f"up.{last - int(found[1])}", name)
    return re.sub(r"(down|up)samplers\.0", r"\1sample", name).replace(".resnets.", ".block.")


def open_clip(folder):
    """-> of each of open_clip's tensors the names that it is made of."""
    names = {"positional_embedding": ["embeddings.position_embedding.weight"],
             "token_embedding.weight": ["embeddings.token_embedding.weight"], "logit_scale": []}
    for kind in ("weight", "bias"):
        names[f"ln_final.{kind}"] = [f"final_layer_norm.{kind}"]
        for layer in range(folder["num_hidden_layers"]):
            front, old = f"encoder.layers.{layer}.", f"transformer.resblocks.{layer}."
            names[f"{old}attn.in_proj_{kind}"] = [f"{front}self_attn.{part}_proj.{kind}" for part in "qkv"]
            names.update({f"{old}{theirs}.{kind}": [f"{front}{ours}.{kind}"] for ours, theirs in OPEN.items()})
    return names


def single_file(name):
    """-> the entries, and the parts that they are made of."""
    parts, entries = {}, {}

    def add(single, part, names, shape=None, transposed=False):
        tensors = [parts[part][one] for one in names]
        shape = shape or ([sum(one.shape[0] for one in tensors), *tensors[0].shape[1:]] if names else [])
        entries[single] = [part, names, shape] + ["transposed"] * transposed

    def config(part):
        with open(f"{SOURCE}/{name}/{part}/config.json") as file:
            return json.load(file)

    for part, prefix, rename in (("unet", "model.diffusion_model.", network), ("vae", "first_stage_model.", autoencoder)):
        parts[part] = load_file(f"{SOURCE}/{name}/{part}/diffusion_pytorch_model.safetensors")
        for one, tensor in parts[part].items():
            single = rename(one, config(part))
            is_map = ".attn_1." in single and tensor.dim() == 2
            add(prefix + single, part, [one], list(tensor.shape) + [1, 1] * is_map)
    for part in ("text_encoder", "text_encoder_2") if name == "sdxl" else ("text_encoder",):
        weights = load_file(f"{SOURCE}/{name}/{part}/model.safetensors")
        parts[part] = weights
        full = {one.removeprefix("text_model."): one for one in weights}
        if part == "text_encoder" and name == "sdxl":
            for one in full:
                add(f"conditioner.embedders.0.transformer.text_model.{one}", part, [full[one]])
            add("conditioner.embedders.0.transformer.text_model.embeddings.position_ids", part, [], [1, 77])
            continue
        prefix = "cond_stage_model.model." if name == "sd2" else "conditioner.embedders.1.model."
        for single, names in open_clip(config(part)).items():
            add(prefix + single, part, [full[one] for one in names])
        # What SD 2 does not use is in its files nevertheless: a projection, and a last layer.
        projection = full.get("text_projection.weight", full["encoder.layers.0.self_attn.out_proj.weight"])
        add(f"{prefix}text_projection", part, [projection], transposed=True)
        if name == "sd2":
            last = config(part)["num_hidden_layers"] - 1
            for single in [one for one in entries if f".resblocks.{last}." in one]:
                entries[single.replace(f".resblocks.{last}.", f".resblocks.{last + 1}.")] = entries[single]
    return entries, parts, config


def check(name, entries, parts, config):
    def tensor(part, names, shape, transposed=None):
        whole = torch.cat([parts[part][one] for one in names]) if names else torch.zeros(shape)
        return (whole.T if transposed else whole).reshape(shape)

    def hold(part, found):
        wanted = {one.removeprefix("text_model."): tensor for one, tensor in parts[part].items()}
        found = {one.removeprefix("text_model."): tensor for one, tensor in found.items()}
        assert all(torch.equal(found[one], wanted[one]) for one in wanted), f"{name}, {part}"

    file = {single: tensor(*entry) for single, entry in entries.items()}
    hold("unet", diffusers.convert_ldm_unet_checkpoint(dict(file), config("unet")))
    hold("vae", diffusers.convert_ldm_vae_checkpoint(dict(file), config("vae")))
    prefix, part = ("cond_stage_model.model.", "text_encoder") if name == "sd2" else ("conditioner.embedders.1.model.", "text_encoder_2")
    size = SimpleNamespace(config=SimpleNamespace(hidden_size=config(part)["hidden_size"]))
    hold(part, diffusers.convert_open_clip_checkpoint(size, dict(file), prefix=prefix))
    if name == "sdxl":
        hold("text_encoder", diffusers.convert_ldm_clip_checkpoint(dict(file)))


for name in ("sd2", "sdxl"):
    entries, parts, config = single_file(name)
    check(name, entries, parts, config)
    with open(f"{HERE}/{name}-names.json", "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(entries[key])}" for key in sorted(entries)) + "\n}\n")
