# Writes small files with torch.save, torch.jit.save, numpy.savez and numpy.savez_compressed, and expected.json with what is in them.
# Run in this folder: python3 make.py. The committed files were made with PyTorch 1.13.0 and NumPy 1.24.2.

import argparse
import collections
import json

import numpy as np
import torch

torch.manual_seed(0)
expected = {"versions": {"torch": torch.__version__, "numpy": np.__version__}, "files": {}}


def note(file, tensors):
    """Shape, type and values (exact as double or integer) of every tensor that a reader should find."""
    expected["files"][file] = {
        name: {"shape": list(t.shape), "type": str(t.dtype).replace("torch.", ""), "values": t.to(torch.float64).flatten().tolist()}
        for name, t in tensors.items()
    }


types = {
    "f64": torch.randn(2, 3, dtype=torch.float64),
    "f32": torch.randn(3, 2),
    "f16": torch.randn(4).half(),
    "bf16": torch.randn(4).bfloat16(),
    "i64": torch.tensor([[1, -2], [2**40, 4]]),
    "i32": torch.tensor([-7, 8], dtype=torch.int32),
    "i16": torch.tensor([-7, 8], dtype=torch.int16),
    "i8": torch.tensor([-7, 8], dtype=torch.int8),
    "u8": torch.tensor([7, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 3),
}
torch.save(types, "types.pt")
note("types.pt", types)
torch.save(types, "types-protocol-5.pt", pickle_protocol=5)
note("types-protocol-5.pt", types)

base = torch.arange(24, dtype=torch.float32)
views = {
    "whole": base,
    "offset": base[5:11],
    "rows": base.view(4, 6)[1:3],
    "columns": base.view(4, 6)[:, 2:5],
    "transposed": base.view(4, 6).t(),
    "steps": base[1::3],
    "permuted": base.view(2, 3, 4).permute(2, 0, 1),
    "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
    "channels_last": torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last),
    "one_row": base.view(4, 6)[2:3].t().t(),
}
torch.save(views, "views.pt")
note("views.pt", views)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)
        self.blocks = torch.nn.ModuleList([torch.nn.LayerNorm(3) for _ in range(2)])
        self.register_buffer("steps", torch.tensor(3))

    def forward(self, x):
        for b in self.blocks:
            x = b(x)
        return self.layer(x)


net = Net()
torch.save(net.state_dict(), "state_dict.pth")
note("state_dict.pth", net.state_dict())
torch.save(collections.OrderedDict((n, p) for n, p in net.named_parameters()), "parameters.bin")
note("parameters.bin", dict(net.named_parameters()))

# as main_dino.py writes its checkpoints: tables in tables, optimiser state with whole numbers as keys, Namespace, NumPy scalars
optimizer = torch.optim.AdamW(net.parameters())
net(torch.randn(2, 3)).sum().backward()
optimizer.step()
args = argparse.Namespace(arch="vit_small", patch_size=16, lr=5e-4)
training = {
    "student": {"module." + k: v for k, v in net.state_dict().items()},
    "teacher": net.state_dict(),
    "optimizer": optimizer.state_dict(),
    "epoch": np.float64(3.0),
    "args": args,
    "names": ["a", "b"],
    "ids": {1, 2},
    "huge": 2**200,
}
torch.save(training, "training.pth")
found = {f"student.module.{k}": v for k, v in net.state_dict().items()} | {f"teacher.{k}": v for k, v in net.state_dict().items()}
for i, state in optimizer.state_dict()["state"].items():
    found |= {f"optimizer.state.{i}.{k}": v for k, v in state.items() if isinstance(v, torch.Tensor)}
note("training.pth", found)

script = torch.jit.script(net.half())
torch.jit.save(script, "script.pt")
note("script.pt", {k: v for k, v in script.state_dict().items()})

tagged = torch.nn.Parameter(torch.randn(2))
tagged.origin = "a Python attribute, which makes torch.save use _rebuild_parameter_with_state or _rebuild_from_type_v2"
torch.save({"tagged": tagged}, "tagged.pt")
note("tagged.pt", {"tagged": tagged})

torch.save(torch.randn(2, 2), "alone.pt")
note("alone.pt", {"alone": torch.load("alone.pt")})

# what is refused
torch.save(net, "module.pt")
torch.save({"a": torch.randn(2)}, "legacy.pt", _use_new_zipfile_serialization=False)
torch.save([torch.randn(2)], "list.pt")
torch.save({"a": torch.randn(2, dtype=torch.complex64)}, "complex.pt")
torch.save({"a": torch.quantize_per_tensor(torch.randn(2), 0.1, 0, torch.qint8)}, "quantised.pt")
torch.save({"a": torch.eye(2).to_sparse()}, "sparse.pt")
torch.save({"epoch": 3}, "no_tensors.pt")

arrays = {
    "f32": np.arange(6, dtype=np.float32).reshape(2, 3),
    "f16": np.array([1.5, -2], dtype=np.float16),
    "i64": np.array([[1, -5]]),
    "scalar": np.array(2.5),
    "Transformer/block_0/kernel": np.ones((2, 2), dtype=np.float32),
    "bool": np.array([True, False]),
    "empty": np.zeros((0, 2), dtype=np.float32),
}
np.savez("stored.npz", **arrays)
np.savez_compressed("compressed.npz", **arrays)
for file in ("stored.npz", "compressed.npz"):
    note(file, {k: torch.from_numpy(np.ascontiguousarray(v)).reshape(v.shape) for k, v in arrays.items()})

with open("expected.json", "w") as f:
    json.dump(expected, f, indent=0)
