# A small NaFlexViT of timm with random weights: registers without class token, LayerScale, the mean of the patches normalised behind the mean, and what
# PyTorch in float64 makes of pictures of three shapes with positions of three kinds.
#   python3 make.py            (numpy, torch >= 1.11; writes model, input and golden files beside itself)
# Written from timm/models/naflexvit.py, not with it.
import math, struct, json
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
C, H, L, M, P, SIDE, R, K = 24, 4, 2, 40, 4, 4, 2, 5     # width, heads, blocks, MLP, patch, side of the table of positions, registers, classes
EPS, GRIDS = 1e-6, {"wide": (2, 7), "tall": (6, 5), "square": (4, 4)}


def save(path, tensors):
    head, at, body = {}, 0, b""
    for name in sorted(tensors):
        t = np.ascontiguousarray(tensors[name]).astype("<f4")
        head[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [at, at + t.nbytes]}
        at += t.nbytes
        body += t.tobytes()
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)


rng = np.random.default_rng(20250605)
W = {}
put = lambda name, shape, std, mean=0.0: W.__setitem__(name, torch.tensor((mean + std * rng.standard_normal(shape)).astype(np.float32)).double())


def linear(name, out, ins, std): put(name + ".weight", (out, ins), std); put(name + ".bias", (out,), 0.15)
def norm(name): put(name + ".weight", (C,), 0.15, 1.0); put(name + ".bias", (C,), 0.15)


linear("embeds.proj", C, P * P * 3, 1 / (3 * P * P) ** 0.5)   # a linear layer over [row, column, channel]
put("embeds.pos_embed", (1, SIDE, SIDE, C), 0.5)
put("embeds.pos_embed_y", (1, SIDE, C), 0.4); put("embeds.pos_embed_x", (1, SIDE, C), 0.4)
put("embeds.reg_token", (1, R, C), 0.8)
for i in range(L):
    p = f"blocks.{i}."
    norm(p + "norm1"); norm(p + "norm2")
    linear(p + "attn.qkv", 3 * C, C, 0.25); linear(p + "attn.proj", C, C, 0.25)
    linear(p + "mlp.fc1", M, C, 0.2); linear(p + "mlp.fc2", C, M, 0.2)
    put(p + "ls1.gamma", (C,), 0.3, 0.8); put(p + "ls2.gamma", (C,), 0.3, 0.8)
norm("fc_norm"); linear("head", K, C, 0.5)
save("model.safetensors", {k: v.numpy() for k, v in W.items()})

lin = lambda x, name: F.linear(x, W[name + ".weight"], W[name + ".bias"])
ln = lambda x, name: F.layer_norm(x, (C,), W[name + ".weight"], W[name + ".bias"], EPS)
split = lambda x: x.reshape(len(x), H, C // H).transpose(0, 1)


def learned(rows, columns, keeps):
    if (rows, columns) == (SIDE, SIDE): return W["embeds.pos_embed"].reshape(-1, C)
    to = (max(rows, columns),) * 2 if keeps else (rows, columns)
    table = W["embeds.pos_embed"].permute(0, 3, 1, 2)
    return F.interpolate(table, size=to, mode="bicubic", align_corners=False, antialias=True)[0, :, :rows, :columns].flatten(1).T


def factorised(rows, columns):                                  # each line enlarged to the longer side, and cut
    line = lambda t, n: F.interpolate(t.permute(0, 2, 1), size=max(rows, columns), mode="linear", align_corners=False)[0].T[:n]
    return (line(W["embeds.pos_embed_y"], rows)[:, None] + line(W["embeds.pos_embed_x"], columns)[None]).reshape(-1, C)


def cut(pixels, rows, columns):                                 # [3, H, W] -> [rows * columns, P * P * 3], channels innermost
    return pixels.permute(1, 2, 0).reshape(rows, P, columns, P, 3).permute(0, 2, 1, 3, 4).reshape(rows * columns, P * P * 3)


def model(pixels, where, rows, columns):
    x = torch.cat([W["embeds.reg_token"][0], lin(cut(pixels, rows, columns), "embeds.proj") + where]).requires_grad_(True)
    attn = []
    for i in range(L):
        p = f"blocks.{i}."
        q, k, v = [split(t) for t in lin(ln(x, p + "norm1"), p + "attn.qkv").chunk(3, -1)]
        a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(C / H), -1)
        attn.append(a)
        x = x + W[p + "ls1.gamma"] * lin((a @ v).transpose(0, 1).reshape(len(x), C), p + "attn.proj")
        x = x + W[p + "ls2.gamma"] * lin(F.gelu(lin(ln(x, p + "norm2"), p + "mlp.fc1")), p + "mlp.fc2")
    return lin(ln(x[R:].mean(0), "fc_norm"), "head"), attn


G, X = {}, {}
for shape, (rows, columns) in GRIDS.items():
    pixels = torch.tensor(rng.standard_normal((3, rows * P, columns * P)).astype(np.float32)).double()
    X[f"pixels/{shape}"] = pixels[None].numpy()
    for kind, where in (("gap", learned(rows, columns, False)), ("par_gap", learned(rows, columns, True)), ("parfac_gap", factorised(rows, columns))):
        logits, attn = model(pixels, where, rows, columns)
        grads = torch.autograd.grad(logits[1], attn)
        n = R + rows * columns
        row = torch.cat([torch.zeros(R), torch.full((n - R,), 1 / (n - R))])   # a class starts from the mean of the patches
        for i in reversed(range(L)): row = row + row @ (grads[i].clamp(min=0) * attn[i]).mean(0)
        G |= {f"positions/{kind}/{shape}": where, f"logits/{kind}/{shape}": logits, f"attentions/{kind}/{shape}": torch.stack(attn),
              f"gae/{kind}/{shape}": row}
save("golden.safetensors", {k: v.detach().numpy() for k, v in G.items()})
save("input.safetensors", X)
