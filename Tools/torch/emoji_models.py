"""The networks of train_emoji.py, small enough for a processor, and the folder that holds them.

Pictures are 64 x 64, latents 16 x 16 x 4. All of it in half precision is about 20 MB.
"""
import copy
import json
import os
import shutil
import tempfile

import emoji_tokenizer
import torch
from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer


def autoencoder():
    return AutoencoderTiny(
        encoder_block_out_channels=(32, 32, 32), decoder_block_out_channels=(32, 32, 32),
        num_encoder_blocks=(1, 2, 2), num_decoder_blocks=(2, 2, 1), latent_channels=4)


def make_tokenizer(words, cache):
    with tempfile.TemporaryDirectory() as folder:
        emoji_tokenizer.write(folder, words, cache)
        return CLIPTokenizer.from_pretrained(folder)


def scheduler():
    return DPMSolverMultistepScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
        steps_offset=1)


class Painter(nn.Module):
    """Text encoder and U-Net, trained as one: latents [B, 4, 16, 16], t [B], tokens [B, 77] -> velocity."""

    def __init__(self, vocabulary):
        super().__init__()
        self.text = CLIPTextModel(CLIPTextConfig(
            vocab_size=vocabulary, hidden_size=128, intermediate_size=384, num_hidden_layers=2, num_attention_heads=4,
            hidden_act="quick_gelu", bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1))
        # The widths are those in which FreeU's rule by channels finds its two stages: 4 x and 2 x the first.
        self.unet = UNet2DConditionModel(
            sample_size=16, block_out_channels=(48, 96, 192), layers_per_block=1, norm_num_groups=16,
            cross_attention_dim=128, attention_head_dim=(2, 3, 6),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"))

    def forward(self, x, t, tokens):
        return self.unet(x, t, self.text(tokens)[0], return_dict=False)[0]


def pipeline(vae, painter, tokenizer):
    """Of these very networks, in whatever precision they are."""
    made = StableDiffusionPipeline(
        vae, painter.text, tokenizer, painter.unet, scheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False)
    made.set_progress_bar_config(disable=True)
    # What mezzotint draws with where nothing is said.
    made.register_to_config(mezzotint={"steps": 15, "guidance": 3.0})
    return made


def save(folder, vae, painter, tokenizer, words, cache):
    """Stable Diffusion's layout in half precision; the tokenizer as vocab.json and merges.txt, which all tools read."""
    pipeline(copy.deepcopy(vae).half(), painter.half(), tokenizer).save_pretrained(folder)
    text = os.path.join(folder, "text_encoder", "config.json")
    with open(text, encoding="utf8") as file:
        config = json.load(file)
    with open(text, "w", encoding="utf8") as file:
        # Transformers computes in what stands here, diffusers in float32: opened without a type they would not fit.
        json.dump(config | {"dtype": "float32"}, file, indent=2)
    shutil.rmtree(os.path.join(folder, "tokenizer"))
    emoji_tokenizer.write(os.path.join(folder, "tokenizer"), words, cache)


@torch.no_grad()
def draw(vae, painter, tokenizer, prompts, guidance=3.0, steps=15):
    """-> [prompts, 3, 64, 64] in -1..1, each from the same noise every time."""
    made = pipeline(vae, painter, tokenizer)
    images = made(
        prompts, num_inference_steps=steps, guidance_scale=guidance, height=64, width=64, output_type="pt",
        generator=torch.Generator().manual_seed(0)).images
    return images.float() * 2 - 1
