# A small SigLIP with random weights, both towers, and what PyTorch in float64 makes of one image and some texts; derivatives by autograd.
#   python3 make.py            (numpy, torch; writes model, input and golden files beside itself)
# The pooling is torch.nn.MultiheadAttention, checked here against the plain form whose probabilities are differentiated. Written from
# Hugging Face's modeling_siglip.py and timm's attention_pool.py, not with them.
import json, math, struct
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
C, H, L, M, P, S, V, T = 32, 4, 2, 56, 8, 32, 47, 12   # width, heads, blocks, MLP, patch, image, vocabulary, longest text
N, EPS = (S // P) ** 2, 1e-6


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


rng = np.random.default_rng(20230327)
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
put("vision_model.embeddings.patch_embedding.weight", (C, 3, P, P), 1 / (3 * P * P) ** 0.5); put("vision_model.embeddings.patch_embedding.bias", (C,), 0.15)
put("vision_model.embeddings.position_embedding.weight", (N, C), 0.5)
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


def tower(x, name, act=tanh):
    t = dict(hidden=[x], attn=[], v=[], mid=[], mlp=[])
    for i in range(L):
        p = f"{name}.encoder.layers.{i}."
        y = ln(x, p + "layer_norm1")
        q, k, v = [split(lin(y, p + "self_attn." + m)) for m in ("q_proj", "k_proj", "v_proj")]
        a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(C / H), -1)
        mid = x + lin((a @ v).transpose(0, 1).reshape(len(x), C), p + "self_attn.out_proj")
        mlp = lin(act(lin(ln(mid, p + "layer_norm2"), p + "mlp.fc1")), p + "mlp.fc2")
        x = mid + mlp
        for key, value in (("hidden", x), ("attn", a), ("v", v), ("mid", mid), ("mlp", mlp)): t[key].append(value)
    return t


def pool(f, skip=0, act=tanh):
    wq, wk, wv = W["vision_model.head.attention.in_proj_weight"].chunk(3)
    bq, bk, bv = W["vision_model.head.attention.in_proj_bias"].chunk(3)
    q, k, v = split(F.linear(W["vision_model.head.probe"][0], wq, bq)), split(F.linear(f[skip:], wk, bk)), split(F.linear(f[skip:], wv, bv))
    a = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(C / H), -1)                    # [H, 1, N]
    mid = lin((a @ v).transpose(0, 1).reshape(1, C), "vision_model.head.attention.out_proj")
    mlp = lin(act(lin(ln(mid, "vision_model.head.layernorm"), "vision_model.head.mlp.fc1")), "vision_model.head.mlp.fc2")
    return dict(attn=a, v=v, mid=mid, mlp=mlp, out=(mid + mlp)[0])


def image(pixels, act=tanh, prefix=None):
    x = F.conv2d(pixels[None], W["vision_model.embeddings.patch_embedding.weight"], W["vision_model.embeddings.patch_embedding.bias"], stride=P)[0]
    x = x.flatten(1).T + W["vision_model.embeddings.position_embedding.weight"]
    if prefix is not None: x = torch.cat([prefix, x])
    x.requires_grad_(True)
    t = tower(x, "vision_model", act)
    t["final"] = ln(t["hidden"][-1], "vision_model.post_layernorm")
    t["pool"] = pool(t["final"], 0 if prefix is None else len(prefix), act)
    return t


pixels = torch.tensor(rng.standard_normal((3, S, S)).astype(np.float32)).double()
vectors = torch.tensor(rng.standard_normal((5, C)).astype(np.float32)).double()
t = image(pixels)
mha = torch.nn.MultiheadAttention(C, H, batch_first=True)
with torch.no_grad():
    mha.in_proj_weight.copy_(W["vision_model.head.attention.in_proj_weight"]); mha.in_proj_bias.copy_(W["vision_model.head.attention.in_proj_bias"])
    mha.out_proj.weight.copy_(W["vision_model.head.attention.out_proj.weight"]); mha.out_proj.bias.copy_(W["vision_model.head.attention.out_proj.bias"])
    assert torch.allclose(mha(W["vision_model.head.probe"], t["final"][None], t["final"][None])[0][0], t["pool"]["mid"], atol=1e-12)

score = lambda pooled: torch.exp(W["logit_scale"]) * F.normalize(pooled, dim=-1) @ F.normalize(vectors, dim=-1).T + W["logit_bias"]
logits = score(t["pool"]["out"])
G = {"hidden_states": torch.stack(t["hidden"]), "final_norm": t["final"], "attentions": torch.stack(t["attn"]), "pool_attn": t["pool"]["attn"],
     "pooled": t["pool"]["out"], "logits": logits, "probs": torch.sigmoid(logits), "mean_pooled": t["final"].mean(0)}

eye = torch.eye(N)
grads = lambda y: torch.autograd.grad(y, t["attn"] + [t["pool"]["attn"]] + t["hidden"], retain_graph=True, allow_unused=True)
C_of = lambda g, a: (g.clamp(min=0) * a).mean(0)


def down(row, gs, weights=None):
    for i in reversed(range(L)):
        if weights is not None: row = row * weights[i][1]
        row = row + row @ ((gs[i].clamp(min=0) * t["attn"][i]) * (1 if weights is None else weights[i][0][:, None, :])).mean(0)
    return row


# TokenTM (arXiv:2403.14552): lengths and directions before and behind every attention and MLP; the pooling is one more of both.
def transformed(v, e, w):  # [H, K] weights: |E~|/|E| * softmax over tokens of the cosine
    out = torch.einsum("hnd,chd->hnc", v, w.reshape(C, H, C // H))
    return out.norm(dim=-1) / e.norm(dim=-1) * torch.softmax(F.cosine_similarity(out, e[None].expand_as(out), dim=-1), -1)


blocks = []
for i in range(L):
    mlp, mid = t["mlp"][i], t["mid"][i]
    ffn = 1 + mlp.norm(dim=-1) / mid.norm(dim=-1) * torch.softmax(F.cosine_similarity(mid, mlp, dim=-1), -1)
    blocks.append((transformed(t["v"][i], t["hidden"][i], W[f"vision_model.encoder.layers.{i}.self_attn.out_proj.weight"]), ffn))
pool_w = transformed(t["pool"]["v"], t["hidden"][L], W["vision_model.head.attention.out_proj.weight"])
pool_ffn = 1 + t["pool"]["mlp"].norm() / t["pool"]["mid"].norm()
for c in (0, 3):
    gs = grads(logits[c])
    ga, gp, gh = gs[:L], gs[L], gs[L + 1:]
    G[f"attn_grad/c{c}"], G[f"pool_grad/c{c}"] = torch.stack(ga), gp
    G[f"gae/c{c}"] = down(C_of(gp, t["pool"]["attn"]), ga)[0]
    G[f"tokentm/c{c}"] = (down(pool_ffn * (gp.clamp(min=0) * t["pool"]["attn"] * pool_w[:, None, :]).mean(0), ga, blocks) * t["hidden"][0].norm(dim=-1))[0]
    G[f"gradcam/c{c}"] = (gp.mean(-1, keepdim=True) * t["pool"]["attn"]).mean(0).clamp(min=0)[0]
    G[f"attcat/c{c}"] = sum((gh[i] * t["hidden"][i]).sum(-1) * t["attn"][i].mean(0).mean(0) for i in range(L))
    G[f"gradient_x_input/c{c}"] = (gh[0] * t["hidden"][0]).sum(-1)
    legrad = []
    for b in range(1, L + 1):                                                           # the pooling reads the tokens of each block
        p = pool(ln(t["hidden"][b].detach(), "vision_model.post_layernorm").requires_grad_(True))
        legrad.append(torch.autograd.grad(score(p["out"])[c], p["attn"])[0].clamp(min=0).mean(0)[0])
    G[f"legrad/c{c}"] = torch.stack(legrad).mean(0)
G["raw"] = t["pool"]["attn"].mean(0)[0]
row = t["pool"]["attn"].mean(0)
for i in reversed(range(L)): row = row @ ((t["attn"][i].mean(0) + eye) / 2)
G["rollout"] = row[0]
gs = grads(t["pool"]["out"].sum())
G["ultra_pooled"] = down(C_of(gs[L], t["pool"]["attn"]), gs[:L])[0]
for f, fn in (("s", lambda z: z.sum()), ("e", lambda z: (z ** 2).sum())):
    rows = []
    for n in range(N):
        gs = grads(fn(t["hidden"][L][n]))
        rows.append(down(eye[n:n + 1], gs[:L])[0])
    G[f"ultra_{f}"] = torch.stack(rows)


def alone(x):  # what the pooling makes of each token by itself, scored
    f = ln(x, "vision_model.post_layernorm")
    wv, bv = W["vision_model.head.attention.in_proj_weight"][2 * C:], W["vision_model.head.attention.in_proj_bias"][2 * C:]
    m = lin(F.linear(f, wv, bv), "vision_model.head.attention.out_proj")
    return score(m + lin(tanh(lin(ln(m, "vision_model.head.layernorm"), "vision_model.head.mlp.fc1")), "vision_model.head.mlp.fc2"))


G["class_projection"] = torch.stack([alone(t["hidden"][b]) for b in range(1, L + 1)])
gelu = lambda x: F.gelu(x)
G["pooled_gelu"] = image(pixels, gelu)["pool"]["out"]
prefix = torch.tensor(rng.standard_normal((3, C)).astype(np.float32)).double()
G["pooled_prefix"] = image(pixels, tanh, prefix)["pool"]["out"]

# texts: filled up to T with id 1, every token sees all, the last one is read
ids = np.array([[5, 9, 14, 1] + [1] * (T - 4), [3, 40, 22, 7, 7, 31, 1] + [1] * (T - 7)])
embeds, with_gelu = [], []                                                              # open_clip's first SigLIP has erf GELU
for row in ids:
    x = W["text_model.embeddings.token_embedding.weight"][row] + W["text_model.embeddings.position_embedding.weight"]
    f = ln(tower(x, "text_model")["hidden"][-1], "text_model.final_layer_norm")
    embeds.append(lin(f[-1], "text_model.head"))
    with_gelu.append(lin(ln(tower(x, "text_model", gelu)["hidden"][-1], "text_model.final_layer_norm")[-1], "text_model.head"))
    G[f"text_final/{len(embeds) - 1}"] = f
G["text_embeds"], G["text_embeds_gelu"] = torch.stack(embeds), torch.stack(with_gelu)
G["zero_shot_gelu"] = torch.exp(W["logit_scale"]) * F.normalize(G["pooled_gelu"], dim=-1) @ F.normalize(G["text_embeds_gelu"], dim=-1).T + W["logit_bias"]
G["zero_shot"] = torch.exp(W["logit_scale"]) * F.normalize(t["pool"]["out"], dim=-1) @ F.normalize(G["text_embeds"], dim=-1).T + W["logit_bias"]
save("golden.safetensors", {k: v.detach().numpy() for k, v in G.items()})
save("input.safetensors", {"pixel_values": pixels[None].numpy(), "target_vectors": vectors.numpy(), "prefix": prefix.numpy(), "ids": ids})
shared = dict(hidden_size=C, num_attention_heads=H, num_hidden_layers=L, intermediate_size=M)
json.dump(dict(model_type="siglip", architectures=["SiglipModel"], initializer_factor=1.0,
               vision_config=dict(shared, model_type="siglip_vision_model", image_size=S, patch_size=P),
               text_config=dict(shared, model_type="siglip_text_model", vocab_size=V, max_position_embeddings=T)), open("config.json", "w"), indent=1)

# A tokenizer of as many tokens as the text tower has: signs of one letter, and some words.
words = ["\u2581" + w for w in "a photo of cat dog the this is two birds no one".split()] + ["at", "og", "er", "in", "on"]
pieces = ["<pad>", "</s>", "<unk>", "\u2581", *"abcdefghijklmnopqrstuvwxyz", *words][:V]
special = lambda i: dict(id=i, content=pieces[i], single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
sign = dict(type="Metaspace", replacement="\u2581", prepend_scheme="always", split=True)
json.dump(dict(version="1.0", truncation=None, padding=None, added_tokens=[special(i) for i in range(3)],
    normalizer=dict(type="Lowercase"), pre_tokenizer=sign, decoder=sign,
    post_processor=dict(type="TemplateProcessing", single=[dict(Sequence=dict(id="A", type_id=0)), dict(SpecialToken=dict(id="</s>", type_id=0))],
                        pair=[dict(Sequence=dict(id="A", type_id=0)), dict(Sequence=dict(id="B", type_id=0))],
                        special_tokens={"</s>": dict(id="</s>", ids=[1], tokens=["</s>"])}),
    model=dict(type="Unigram", unk_id=2, vocab=[[p, 0 if i < 3 else -10 if len(p) == 1 else -2] for i, p in enumerate(pieces)], byte_fallback=False)),
    open("tokenizer.json", "w"))
json.dump(dict(tokenizer_class="SiglipTokenizer", pad_token="</s>", eos_token="</s>", unk_token="<unk>", model_max_length=64), open("tokenizer_config.json", "w"))
