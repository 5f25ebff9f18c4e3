"""Low-rank additions to a model: python make.py PIPELINES, with torch, diffusers, transformers, peft and safetensors.

PIPELINES is the folder of the project's golden pipelines. A LoRA of rank 3 is laid over `sd1` by diffusers and PEFT and
saved in their names (`peft.safetensors`) and in those of kohya's scripts (`kohya.safetensors`). `fused.safetensors` holds
what becomes of some weights with 0.7 of it, the network's by diffusers.
"""
import os, sys
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

SOURCE, HERE = sys.argv[1], os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(11)
pipe = StableDiffusionPipeline.from_pretrained(f"{SOURCE}/sd1")
unet, text = pipe.unet, pipe.text_encoder
unet.add_adapter(LoraConfig(r=3, lora_alpha=2, init_lora_weights=False, target_modules=["to_q", "to_out.0", "proj_in", "conv1"]))
text.add_adapter(LoraConfig(r=3, lora_alpha=2, init_lora_weights=False, target_modules=["q_proj", "fc2"]))
for module in (unet, text):
    for name, parameter in module.named_parameters():
        if "lora_" in name: torch.nn.init.normal_(parameter, std=0.2)
        if "lora_" in name: parameter.data = parameter.data.half().float()
StableDiffusionPipeline.save_lora_weights(
    HERE, unet_lora_layers=get_peft_model_state_dict(unet),
    text_encoder_lora_layers=get_peft_model_state_dict(text),
    unet_lora_adapter_metadata={"r": 3, "lora_alpha": 2}, text_encoder_lora_adapter_metadata={"r": 3, "lora_alpha": 2},
    weight_name="peft.safetensors")
saved = load_file(f"{HERE}/peft.safetensors")

kohya = {}
for name, tensor in saved.items():
    part, rest = name.split(".", 1)
    half = "down" if ".lora_A." in rest else "up"
    stem = rest.replace(".lora_A.weight", "").replace(".lora_B.weight", "").replace("text_model.", "").replace(".", "_")
    front = {"unet": "lora_unet_", "text_encoder": "lora_te_text_model_"}[part] + stem
    kohya[f"{front}.lora_{half}.weight"] = tensor.half()
    kohya[f"{front}.alpha"] = torch.tensor(2.0)
save_file(kohya, f"{HERE}/kohya.safetensors")

plain = StableDiffusionPipeline.from_pretrained(f"{SOURCE}/sd1")
plain.load_lora_weights(HERE, weight_name="kohya.safetensors")
plain.fuse_lora(lora_scale=0.7)
plain.unload_lora_weights()
fused, before = {}, StableDiffusionPipeline.from_pretrained(f"{SOURCE}/sd1")
kept = ["down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight", "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0.weight",
        "up_blocks.3.attentions.2.proj_in.weight", "up_blocks.1.resnets.0.conv1.weight"]
for name in kept:
    fused[f"unet.{name}"] = plain.unet.state_dict()[name].contiguous()
    assert not torch.equal(fused[f"unet.{name}"], before.unet.state_dict()[name]), name
# diffusers passes over a text encoder's queries in this version of transformers: here by the definition.
for name in ("encoder.layers.1.self_attn.q_proj", "encoder.layers.0.mlp.fc2"):
    state = before.text_encoder.state_dict()
    old = next(state[key] for key in state if key.endswith(f"{name}.weight"))
    down, up = (saved[f"text_encoder.{name}.lora_{half}.weight"].double() for half in "AB")
    fused[f"text_encoder.{name}.weight"] = (old + 0.7 * 2 / 3 * up @ down).float()
save_file(fused, f"{HERE}/fused.safetensors")
