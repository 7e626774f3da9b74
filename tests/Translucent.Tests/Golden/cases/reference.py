# The ViT of plain/ in numpy, float64, with timm's variants of it: logits of p40.png that CaseModels and TimmFormTests hold.
import json, math, struct, sys
import numpy as np
from PIL import Image

raw = open("plain/model.safetensors", "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
W = {n: np.frombuffer(raw[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]], "<f4").reshape(t["shape"]).astype(np.float64)
     for n, t in json.loads(raw[8:8 + size]).items() if n != "__metadata__"}
heads, width = 4, 48
erf = np.vectorize(math.erf)
gelu = lambda v: v * (1 + erf(v / math.sqrt(2))) / 2
quick = lambda v: v / (1 + np.exp(-1.702 * v))
norm = lambda v, w, b, eps: (v - v.mean(-1, keepdims=True)) / np.sqrt(v.var(-1, keepdims=True) + eps) * w + b


# Photographs of other channels: grey; red and green; red, green, blue and red negated; each resized by itself. Weights: those of red, green, blue, red.
def channels(count):
    photo = Image.open("p40.png").convert("RGB")
    r, g, b = photo.split()
    bands = {1: [photo.convert("L")], 2: [r, g], 3: [r, g, b], 4: [r, g, b, Image.eval(r, lambda v: 255 - v)]}[count]
    img = np.stack([np.asarray(band.resize((32, 32), Image.BILINEAR), dtype=np.float64) / 255 for band in bands])
    return (img - 0.5) / 0.5, W["vit.embeddings.patch_embeddings.projection.weight"][:, [0, 1, 2, 0][:count]]


def logits(act=gelu, cls=True, pos_cls=True, pool="token", fc=False, pre=False, bias=True, scale=False, registers=0, eps=1e-6, count=3):
    p = "vit.embeddings."
    x, projection = channels(count)
    patches = x.reshape(count, 4, 8, 4, 8).transpose(1, 3, 0, 2, 4).reshape(16, -1)
    y = patches @ projection.reshape(width, -1).T + (W[p + "patch_embeddings.projection.bias"] if bias else 0)
    pos = W[p + "position_embeddings"][0]
    y = y + pos[1:]
    first = [W[p + "cls_token"][0] + (pos[:1] if pos_cls else 0)] if cls else []
    reg = [np.tile(pos[1:2], (registers, 1))] if registers else []
    y = np.concatenate([*first, *reg, y])
    k = (1 if cls else 0) + registers
    n = (W["vit.layernorm.weight"], W["vit.layernorm.bias"], eps)
    if pre: y = norm(y, *n)
    for i in range(2):
        w = lambda name: W[f"vit.encoder.layer.{i}.{name}"]
        lin = lambda v, name: v @ w(name + ".weight").T + w(name + ".bias")
        h = norm(y, w("layernorm_before.weight"), w("layernorm_before.bias"), eps)
        q, kk, v = [lin(h, f"attention.attention.{m}").reshape(len(y), heads, -1).transpose(1, 0, 2) for m in ("query", "key", "value")]
        s = q @ kk.transpose(0, 2, 1) / math.sqrt(width / heads)
        a = np.exp(s - s.max(-1, keepdims=True))
        a /= a.sum(-1, keepdims=True)
        out = lin((a @ v).transpose(1, 0, 2).reshape(len(y), -1), "attention.output.dense")
        y = y + out * (w("layernorm_before.weight") if scale else 1)
        h = norm(y, w("layernorm_after.weight"), w("layernorm_after.bias"), eps)
        out = lin(act(lin(h, "intermediate.dense")), "output.dense")
        y = y + out * (w("layernorm_after.weight") if scale else 1)
    if not fc: y = norm(y, *n)
    y = y[0] if pool == "token" else y[k:].mean(0)
    if fc: y = norm(y, *n)
    return y @ W["classifier.weight"].T + W["classifier.bias"]


for name, settings in {
    "plain": {}, "quick": dict(act=quick), "average": dict(pool="avg"), "average, norm behind": dict(pool="avg", fc=True),
    "no class token": dict(cls=False, pool="avg"), "no class token, norm behind": dict(cls=False, pool="avg", fc=True),
    "clip": dict(pre=True, bias=False, act=quick, eps=1e-5), "scale": dict(scale=True, pos_cls=False), "registers": dict(registers=2, pos_cls=False),
    "one channel": dict(count=1), "two channels": dict(count=2), "four channels": dict(count=4),
}.items():
    print(name, np.round(logits(**settings), 6).tolist())
