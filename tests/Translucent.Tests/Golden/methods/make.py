"""Goldens of saliency, SmoothGrad, integrated gradients and LeGrad: PyTorch autograd in float64, one class and one image at a time.

A second implementation of the vision families for images of the size their positions were trained on. Weights, images and classes are
those of ../vision and ../trained; <name>.safetensors holds, for class k = 0, 1 of "classes" (float32 but for these):

    gradient/c<k>                [3, H, W]  d logit / d pixel;  gradient/prob/c0: of the softmax probability
    integrated_gradients/c0      [3, H, W]  12 steps, middles, from "baseline" [3, H, W]
    smoothgrad/c0                [3, H, W]  3 copies, noise 0.15, seed 7: SplitMix64 and Marsaglia's polar method
    legrad/<mean|own>/c<k>       [L, N]     per block: mean over heads and queries of (d score of the block / d attention)+

Run: python3 make.py
"""
import json
import math
import struct

import numpy as np
import torch
import torch.nn.functional as F

ROOT = "../../../../"
STEPS, COPIES, NOISE, SEED = 12, 3, 0.15, 7
MASK = (1 << 64) - 1


def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    return {name: np.frombuffer(data[8 + size:][slice(*t["data_offsets"])], kinds[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items() if t["dtype"] in kinds}


def write(path, tensors):
    kinds, header, body = {"float32": "F32", "int64": "I64"}, {"__metadata__": {"torch": torch.__version__}}, b""
    for name, t in sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        data = np.ascontiguousarray(t).tobytes()
        header[name] = {"dtype": kinds[str(t.dtype)], "shape": list(t.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)


class Model:
    """Names of tensors differ between the families; the arithmetic hardly does."""

    def __init__(self, config, tensors, given):
        self.w = {name: torch.tensor(t).double() for name, t in tensors.items()}
        self.given = {name: torch.tensor(t).double() for name, t in given.items()}
        self.kind, self.patch = config["model_type"], config["patch_size"]
        self.depth, self.heads, self.eps = config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"]
        self.registers = self.get("embeddings.register_tokens", None)
        self.prefix = (2 if self.kind == "deit" else 1) + (0 if self.registers is None else self.registers.shape[1])

    def get(self, *names):
        for name in names:
            if name is None:
                return None
            for full, t in self.w.items():
                if full == name or full.endswith("." + name):
                    return t
        raise KeyError(names)

    def linear(self, x, *names):
        return F.linear(x, self.get(*[n + ".weight" for n in names]), self.get(*[n + ".bias" for n in names], None))

    def norm(self, x, *names):
        weight, bias = self.get(*[n + ".weight" for n in names]), self.get(*[n + ".bias" for n in names])
        return F.layer_norm(x, weight.shape, weight, bias, self.eps)

    def embed(self, pixels):
        weight = self.get("embeddings.patch_embeddings.projection.weight", "embeddings.patch_embedding.weight")
        bias = self.get("embeddings.patch_embeddings.projection.bias", None)
        patches = F.conv2d(pixels[None], weight, bias, stride=self.patch)[0].flatten(1).T
        width = patches.shape[1]
        front = [self.get("embeddings.cls_token", "embeddings.class_embedding").reshape(1, width)]
        if self.kind == "deit":
            front.append(self.get("embeddings.distillation_token").reshape(1, width))
        positions = self.get("embeddings.position_embeddings", "embeddings.position_embedding.weight").reshape(-1, width)
        x = torch.cat(front + [patches]) + positions
        if self.registers is not None:
            x = torch.cat([x[:1], self.registers[0], x[1:]])
        return self.norm(x, "pre_layrnorm") if "clip" in self.kind else x

    def block(self, x, b):
        """Tokens behind block b, and its attention probabilities [H, N, N]."""
        s = f"layer.{b}." if "clip" not in self.kind else f"layers.{b}."
        scale = lambda y, name: y * self.get(s + name) if "dinov2" in self.kind else y
        y = self.norm(x, s + "layernorm_before", s + "norm1", s + "layer_norm1")
        split = lambda names: self.linear(y, *[s + n for n in names]).reshape(len(x), self.heads, -1).transpose(0, 1)
        q, k, v = (split((f"attention.attention.{n}", f"self_attn.{n[0]}_proj")) for n in ("query", "key", "value"))
        a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[2]), -1)
        y = self.linear((a @ v).transpose(0, 1).reshape(x.shape), s + "attention.output.dense", s + "self_attn.out_proj")
        x = x + scale(y, "layer_scale1.lambda1")
        y = self.linear(self.norm(x, s + "layernorm_after", s + "norm2", s + "layer_norm2"), s + "intermediate.dense", s + "mlp.fc1")
        y = y * torch.sigmoid(1.702 * y) if "clip" in self.kind else F.gelu(y)
        return x + scale(self.linear(y, s + "output.dense", s + "mlp.fc2"), "layer_scale2.lambda1"), a

    def read(self, tokens):
        """What the head reads of normalised tokens: class token, second token, mean of the patches."""
        return tokens[0], tokens[1], tokens[self.prefix:].mean(0)

    def score(self, first, second, patches):
        if self.kind == "deit":
            return (self.linear(first, "cls_classifier") + self.linear(second, "distillation_classifier")) / 2
        if "dinov2" in self.kind:
            return self.linear(torch.cat([first, patches]), "classifier")
        if "clip" in self.kind:
            e, t = F.linear(first, self.get("visual_projection.weight")), self.given["target_vectors"]
            return torch.exp(self.given["logit_scale"]) * F.cosine_similarity(e[None], t, dim=-1, eps=0)
        return self.linear(first, "classifier")

    def final(self, x):
        return self.norm(x, "vit.layernorm", "deit.layernorm", f"{self.kind}.layernorm", "post_layernorm")

    def logits(self, pixels):
        x = self.embed(pixels)
        for b in range(self.depth):
            x, _ = self.block(x, b)
        return self.score(*self.read(self.final(x)))


def gradient(model, pixels, c, probability=False):
    x = pixels.clone().requires_grad_(True)
    y = model.logits(x)
    return torch.autograd.grad((torch.softmax(y, -1) if probability else y)[c], x)[0]


def legrad(model, pixels, c, pooling):
    x, rows = model.embed(pixels), []
    for b in range(model.depth):
        out, a = model.block(x.detach().requires_grad_(True), b)
        if pooling == "mean":
            s = model.score(*3 * [model.final(out.mean(0))])
        else:
            s = model.score(*model.read(model.final(out)))
        rows.append(torch.autograd.grad(s[c], a)[0].clamp(min=0).mean(0).mean(0))
        x = out
    return torch.stack(rows)


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def normals(seed, copy, count):
    state, values = mix(seed + (copy + 1) * 0x9E3779B97F4A7C15 & MASK), []

    def uniform():
        nonlocal state
        state = state + 0x9E3779B97F4A7C15 & MASK
        return -1 + 2 * ((mix(state) >> 11) / 2 ** 53)

    while len(values) < count:
        x, y = uniform(), uniform()
        s = x * x + y * y
        if 0 < s < 1:
            values.append(x * math.sqrt(-2 * math.log(s) / s))
    return torch.tensor(values, dtype=torch.float64)


for name, folder, weights in [(n, f"../vision/{n}", f"../vision/{n}") for n in ("vit", "deit", "dinov2_reg", "clip_vision")] + [
        ("cifar10-vit-chelsea", "../trained/cifar10-vit-chelsea", ROOT + "models/cifar10-vit")]:
    given = read(f"{folder}/input.safetensors")
    model = Model(json.load(open(f"{weights}/config.json")), read(f"{weights}/model.safetensors"), given)
    golden = read(f"{folder}/golden.safetensors")
    pixels, classes = torch.tensor(given["pixel_values"][0]).double(), [int(c) for c in golden["classes"]]
    assert np.abs(model.logits(pixels).numpy() - golden["logits"]).max() < 1e-5

    generator = np.random.default_rng(1)
    baseline = generator.normal(size=pixels.shape).astype(np.float32)
    from_ = torch.tensor(baseline).double()
    path = [gradient(model, from_ + (k + 0.5) / STEPS * (pixels - from_), classes[0]) for k in range(STEPS)]
    deviation = NOISE * (pixels.max() - pixels.min())
    noisy = [gradient(model, pixels + deviation * normals(SEED, k, pixels.numel()).reshape(pixels.shape), classes[0]) for k in range(COPIES)]
    found = {"gradient/prob/c0": gradient(model, pixels, classes[0], True),
             "integrated_gradients/c0": (pixels - from_) * sum(path) / STEPS, "smoothgrad/c0": sum(noisy) / COPIES}
    for k, c in enumerate(classes):
        found[f"gradient/c{k}"] = gradient(model, pixels, c)
        for pooling in ("mean", "own"):
            found[f"legrad/{pooling}/c{k}"] = legrad(model, pixels, c, pooling)
    write(f"{name}.safetensors", {k: t.numpy().astype(np.float32) for k, t in found.items()} | {"baseline": baseline, "classes": np.array(classes, np.int64)})
    print(name, {k: float(t.abs().max()) for k, t in found.items()})
