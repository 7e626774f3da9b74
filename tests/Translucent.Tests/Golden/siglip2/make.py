# A small SigLIP 2 with flexible patches (NaFlex) and random weights, both towers, and what PyTorch in float64 makes of pictures of three shapes.
#   python3 make.py            (numpy, torch >= 1.11; writes model, input and golden files beside itself)
# Written from Hugging Face's modeling_siglip2.py and image_processing_siglip2.py, not with them. Every picture is computed twice: alone, and filled up to
# the longest with a mask, as Hugging Face makes batches; both must agree.
import json, math, struct
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
C, H, L, M, P, SIDE, V, T = 32, 4, 2, 56, 8, 4, 47, 12   # width, heads, blocks, MLP, patch, side of the table of positions, vocabulary, longest text
EPS, GRIDS = 1e-6, {"wide": (2, 7), "tall": (5, 3), "square": (4, 4)}


def save(path, tensors):
    head, at, body = {}, 0, b""
    for name in sorted(tensors):
        t = np.ascontiguousarray(tensors[name])
        t = t.astype("<i8") if t.dtype.kind == "i" else t.astype("<f4")
        head[name] = {"dtype": "I64" if t.dtype.kind == "i" else "F32", "shape": list(t.shape), "data_offsets": [at, at + t.nbytes]}
        at += t.nbytes
        body += t.tobytes()
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)


rng = np.random.default_rng(20250220)
W = {}
put = lambda name, shape, std, mean=0.0: W.__setitem__(name, torch.tensor((mean + std * rng.standard_normal(shape)).astype(np.float32)).double())


def linear(name, out, ins, std): put(name + ".weight", (out, ins), std); put(name + ".bias", (out,), 0.15)
def norm(name): put(name + ".weight", (C,), 0.15, 1.0); put(name + ".bias", (C,), 0.15)


for tower in ("vision_model", "text_model"):
    for i in range(L):
        p = f"{tower}.encoder.layers.{i}."
        norm(p + "layer_norm1"); norm(p + "layer_norm2")
        for m, std in (("q_proj", 0.26), ("k_proj", 0.26), ("v_proj", 0.22), ("out_proj", 0.22)): linear(p + "self_attn." + m, C, C, std)
        linear(p + "mlp.fc1", M, C, 0.2); linear(p + "mlp.fc2", C, M, 0.2)
linear("vision_model.embeddings.patch_embedding", C, P * P * 3, 1 / (3 * P * P) ** 0.5)   # a linear layer over [row, column, channel]
put("vision_model.embeddings.position_embedding.weight", (SIDE * SIDE, C), 0.5)
norm("vision_model.post_layernorm")
put("vision_model.head.probe", (1, 1, C), 0.8)
put("vision_model.head.attention.in_proj_weight", (3 * C, C), 0.3); put("vision_model.head.attention.in_proj_bias", (3 * C,), 0.15)
linear("vision_model.head.attention.out_proj", C, C, 0.25)
norm("vision_model.head.layernorm")
linear("vision_model.head.mlp.fc1", M, C, 0.2); linear("vision_model.head.mlp.fc2", C, M, 0.2)
put("text_model.embeddings.token_embedding.weight", (V, C), 0.6); put("text_model.embeddings.position_embedding.weight", (T, C), 0.5)
norm("text_model.final_layer_norm"); linear("text_model.head", C, C, 0.3)
W["logit_scale"], W["logit_bias"] = torch.tensor([np.float32(1.1)]).double(), torch.tensor([np.float32(-0.7)]).double()
save("model.safetensors", {k: v.numpy() for k, v in W.items()})

tanh = lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))
lin = lambda x, name: F.linear(x, W[name + ".weight"], W[name + ".bias"])
ln = lambda x, name: F.layer_norm(x, (C,), W[name + ".weight"], W[name + ".bias"], EPS)
split = lambda x: x.reshape(len(x), H, C // H).transpose(0, 1)


def tower(x, name, seen=None):                                  # seen: which tokens are none of the filling
    mask = 0 if seen is None else torch.where(seen, 0.0, -math.inf)
    t = dict(hidden=[x], attn=[])
    for i in range(L):
        p = f"{name}.encoder.layers.{i}."
        y = ln(x, p + "layer_norm1")
        q, k, v = [split(lin(y, p + "self_attn." + m)) for m in ("q_proj", "k_proj", "v_proj")]
        a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(C / H) + mask, -1)
        mid = x + lin((a @ v).transpose(0, 1).reshape(len(x), C), p + "self_attn.out_proj")
        x = mid + lin(tanh(lin(ln(mid, p + "layer_norm2"), p + "mlp.fc1")), p + "mlp.fc2")
        t["hidden"].append(x); t["attn"].append(a)
    return t


def pool(f, seen=None):
    mask = 0 if seen is None else torch.where(seen, 0.0, -math.inf)
    wq, wk, wv = W["vision_model.head.attention.in_proj_weight"].chunk(3)
    bq, bk, bv = W["vision_model.head.attention.in_proj_bias"].chunk(3)
    q, k, v = split(F.linear(W["vision_model.head.probe"][0], wq, bq)), split(F.linear(f, wk, bk)), split(F.linear(f, wv, bv))
    a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(C / H) + mask, -1)                    # [H, 1, N]
    mid = lin((a @ v).transpose(0, 1).reshape(1, C), "vision_model.head.attention.out_proj")
    return a, (mid + lin(tanh(lin(ln(mid, "vision_model.head.layernorm"), "vision_model.head.mlp.fc1")), "vision_model.head.mlp.fc2"))[0]


def positions(rows, columns):
    table = W["vision_model.embeddings.position_embedding.weight"].reshape(1, SIDE, SIDE, C).permute(0, 3, 1, 2)
    return F.interpolate(table, size=(rows, columns), mode="bilinear", align_corners=False, antialias=True)[0].flatten(1).T


def cut(pixels, rows, columns):                                 # [3, H, W] -> [rows * columns, P * P * 3], channels innermost
    return pixels.permute(1, 2, 0).reshape(rows, P, columns, P, 3).permute(0, 2, 1, 3, 4).reshape(rows * columns, P * P * 3)


texts = np.array([[5, 9, 14, 1] + [1] * (T - 4), [3, 40, 22, 7, 7, 31, 1] + [1] * (T - 7)])
embeds = []
for row in texts:
    x = W["text_model.embeddings.token_embedding.weight"][row] + W["text_model.embeddings.position_embedding.weight"]
    embeds.append(lin(ln(tower(x, "text_model")["hidden"][-1], "text_model.final_layer_norm")[-1], "text_model.head"))
embeds = torch.stack(embeds)
score = lambda pooled: torch.exp(W["logit_scale"]) * F.normalize(pooled, dim=-1) @ F.normalize(embeds, dim=-1).T + W["logit_bias"]

G, X = {"text_embeds": embeds}, {"ids": texts}
longest = max(r * c for r, c in GRIDS.values())
for name, (rows, columns) in GRIDS.items():
    pixels = torch.tensor(rng.standard_normal((3, rows * P, columns * P)).astype(np.float32)).double()
    where = positions(rows, columns)
    x = (lin(cut(pixels, rows, columns), "vision_model.embeddings.patch_embedding") + where).requires_grad_(True)
    t = tower(x, "vision_model")
    attn, pooled = pool(ln(t["hidden"][-1], "vision_model.post_layernorm"))
    logits = score(pooled)

    seen = torch.arange(longest) < rows * columns
    filled = torch.cat([x.detach(), torch.ones(longest - rows * columns, C)])
    again = pool(ln(tower(filled, "vision_model", seen)["hidden"][-1], "vision_model.post_layernorm"), seen)[1]
    assert torch.allclose(again, pooled, atol=1e-12)

    grads = torch.autograd.grad(logits[1], t["attn"] + [attn])
    row = (grads[L].clamp(min=0) * attn).mean(0)
    for i in reversed(range(L)): row = row + row @ (grads[i].clamp(min=0) * t["attn"][i]).mean(0)
    X[f"pixels/{name}"] = pixels[None].numpy()
    G |= {f"positions/{name}": where, f"hidden_states/{name}": torch.stack(t["hidden"]), f"attentions/{name}": torch.stack(t["attn"]),
          f"pool_attn/{name}": attn, f"pooled/{name}": pooled, f"logits/{name}": logits, f"gae/{name}": row[0]}
save("golden.safetensors", {k: v.detach().numpy() for k, v in G.items()})
save("input.safetensors", X)
shared = dict(hidden_size=C, num_attention_heads=H, num_hidden_layers=L, intermediate_size=M)
json.dump(dict(model_type="siglip2", architectures=["Siglip2Model"], initializer_factor=1.0,
               vision_config=dict(shared, model_type="siglip2_vision_model", num_patches=SIDE * SIDE, patch_size=P),
               text_config=dict(shared, model_type="siglip2_text_model", vocab_size=V, max_position_embeddings=T)), open("config.json", "w"), indent=1)
json.dump(dict(image_processor_type="Siglip2ImageProcessor", do_convert_rgb=None, do_resize=True, do_rescale=True, do_normalize=True, resample=2,
               rescale_factor=1 / 255, image_mean=[0.5] * 3, image_std=[0.5] * 3, patch_size=P, max_num_patches=16), open("preprocessor_config.json", "w"),
          indent=1)
