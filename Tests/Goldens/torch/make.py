"""Small files as torch.save writes them, and what their tensors are: python make.py (torch, numpy, safetensors).

expected.safetensors has the contiguous tensors of types.*, ema.* those of trainer.pth's average.
"""
import argparse, collections, json, os
import numpy as np, torch
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
at = lambda name: os.path.join(here, name)
generator = torch.Generator().manual_seed(5)
shared = torch.randn(24, generator=generator)
picture = torch.randn(4, 6, 5, generator=generator)
types = collections.OrderedDict({
    "f32": torch.randn(2, 3, generator=generator), "f16": torch.randn(2, 3, generator=generator).half(),
    "bf16": torch.randn(2, 3, generator=generator).bfloat16(), "f64": torch.randn(2, 3, generator=generator).double(),
    "i64": torch.tensor([0, -1, 2**62]), "i32": torch.tensor([[7, -8]], dtype=torch.int32), "i16": torch.tensor([-300], dtype=torch.int16),
    "i8": torch.tensor([-128, 127], dtype=torch.int8), "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(0.25), "empty": torch.zeros(0, 3),
    "transposed": torch.randn(5, 3, generator=generator).t(), "steps": torch.arange(20.)[1::3], "channels_last": torch.randn(2, 3, 4, 5, generator=generator).to(memory_format=torch.channels_last),
    "window": picture[1:3, 2:6:2, 1:4], "permuted": picture.half().permute(2, 0, 1), "bytes_t": torch.arange(12, dtype=torch.uint8).view(3, 4).t(), "f64_t": torch.arange(6.).double().view(2, 3).t(),
    "shared.a": shared[:12].view(3, 4), "shared.b": shared[6:].view(2, 9), "shared.c": shared.view(4, 6).t(), "parameter": torch.nn.Parameter(torch.randn(3, generator=generator)),
})
types._metadata = {"": {"version": 1}}
torch.save(types, at("types.pth"))
torch.save(types, at("types-legacy.pth"), _use_new_zipfile_serialization=False)
torch.save(types, at("types-protocol4.pth"), pickle_protocol=4)
expected = {k: v.detach().clone().contiguous() for k, v in types.items()}

# What a trainer leaves: the weights under a wrapper's name, their average, an optimiser's state, settings, NumPy's numbers.
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
torch.manual_seed(3)
for parameter in model.parameters(): torch.nn.init.normal_(parameter)
optimizer = torch.optim.AdamW(model.parameters())
model(torch.ones(1, 3)).sum().backward(); optimizer.step()
weights = {"module." + k: v for k, v in model.state_dict().items()}
average = {"module." + k: v * 0.5 for k, v in model.state_dict().items()}
torch.save({
    "epoch": 3, "best": np.float64(0.25), "history": np.arange(3.), "settings": argparse.Namespace(lr=1e-3, name="é"), "kinds": {"a", "b"}, "device": torch.device("cpu"),
    "counts": collections.Counter("abca"), "defaults": collections.defaultdict(list, {"x": [1, 2.5, None, (True, False)]}), "large": 2**80, "type": torch.float16, "size": torch.Size([2, 3]),
    "model": weights, "ema": average, "optimizer": optimizer.state_dict(),
}, at("trainer.pth"))
expected |= {"weights." + k: v.clone() for k, v in model.state_dict().items()} | {"ema." + k: v * 0.5 for k, v in model.state_dict().items()}
save_file(expected, at("expected.safetensors"))

# Shards of both formats.
parts = [{"a.weight": expected["f32"], "b.weight": expected["f16"]}, {"model.c": expected["scalar"]}]
for ending in ("bin", "safetensors"):
    names = [f"part-{i + 1}-of-2.{ending}" for i in range(2)]
    for name, part in zip(names, parts): torch.save(part, at(name)) if ending == "bin" else save_file(part, at(name), metadata={"format": "pt"})
    with open(at(f"part.{ending}.index.json"), "w") as f: json.dump({"metadata": {"total_size": 40}, "weight_map": {k: n for n, part in zip(names, parts) for k in part}}, f, indent=2)

# Not tensors alone.
torch.save(model, at("whole-model.pth"))
class Evil:
    def __reduce__(self): return os.system, ("touch mezzotint-ran-code",)
torch.save({"a": torch.ones(1), "b": Evil()}, at("code.pth"))
torch.save({"a": torch.ones(1), "b": Evil()}, at("code-legacy.pth"), _use_new_zipfile_serialization=False)
torch.save({"a": torch.ones(2).to(torch.complex64)}, at("complex.pth"))
torch.save({"a": torch.ones(1, 3).expand(1000, 3)}, at("expanded.pth"))
torch.save({"a": torch.ones(4).to(torch.float8_e4m3fn)}, at("float8.pth"))
torch.save({"a": torch.ones(4).to(torch.uint16), "b": torch.ones(2)}, at("uint16.pth"))
torch.jit.save(torch.jit.script(model), at("script.pt"))
