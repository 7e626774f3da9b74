# Small DINOv3, BEiT, EVA, EVA-02 and RoPE-ViT models with random weights, and what they and the methods compute, in PyTorch float64 and from the equations
# alone (docs/models.md, docs/methods.md). Writes one folder for each beside this file; needs torch 1.13 or later and numpy: python3 make.py [NAME ..]
import json, math, os, struct, sys
import numpy as np
import torch
import torch.nn.functional as F

C, H, D, M, L, PATCH, SIDE, CLASSES = 16, 2, 8, 24, 3, 4, 4, 5   # trained on 16 x 16 pixels
HERE = os.path.dirname(os.path.abspath(__file__))

MODELS = {
    "dinov3": dict(layout="dinov3", reg=2, rope="centred", theta=100.0, eps=1e-5, scale=True, qv=True, grid=(4, 5), vectors=True),
    "dinov3_gated": dict(layout="dinov3", reg=1, rope="centred", theta=100.0, eps=1e-5, scale=True, gated=True, grid=(4, 4), vectors=True),
    "beit": dict(layout="beit", own=True, eps=1e-12, scale=True, qv=True, pool="avg", fc=True, grid=(3, 5)),
    "beit_shared": dict(layout="beit", shared=True, own=True, pos="all", eps=1e-12, qv=True, pool="token", grid=(4, 4)),
    "eva": dict(layout="eva", architecture="eva_giant_patch14_224", pos="all", eps=1e-6, qv=True, pool="avg", fc=True, grid=(4, 4)),
    "eva02": dict(layout="eva", architecture="eva02_base_patch14_448.mim_in22k_ft_in22k_in1k", split=True, pos="all", rope="stretched", theta=1e4, eps=1e-6, qv=True,
                  gated=True, inner=True, pool="avg", fc=True, grid=(5, 3)),
    "eva02_packed": dict(layout="eva", architecture="eva02_tiny_patch14_336", pos="all", rope="stretched", theta=1e4, eps=1e-6, qv=True, gated=True, packed=True,
                         pool="avg", fc=True, grid=(4, 4)),
    "rope_registers": dict(layout="eva", architecture="vit_medium_patch16_rope_reg1_gap_256", cls=False, reg=1, rope="stretched", theta=1e4, eps=1e-6, qv=True,
                           scale=True, pool="avg", fc=True, grid=(3, 4)),
    "rope_counted": dict(layout="eva", architecture="vit_base_patch16_rope_ape_224", pos="patches", rope="counted", theta=100.0, eps=1e-6, qv=True, key=True,
                         fused=True, scale=True, pool="token", grid=(4, 4)),
}


# --- weights ----------------------------------------------------------------------------------------------------------------------------------------------
def weights(m, seed):
    g = torch.Generator().manual_seed(seed)
    r = lambda *shape, std=1.0, mean=0.0: (torch.randn(*shape, generator=g) * std + mean).float()
    w = {"patch": r(C, 3, PATCH, PATCH, std=0.2), "patch_b": r(C, std=0.2)}
    if m.get("cls", True): w["cls"] = r(1, C)
    if m.get("reg"): w["reg"] = r(m["reg"], C)
    if m.get("pos"): w["pos"] = r(SIDE * SIDE + (0 if m["pos"] == "patches" else 1), C, std=0.5)
    entries = (2 * SIDE - 1) ** 2 + 3
    if m.get("shared"): w["shared"] = r(entries, H, std=0.7)
    for i in range(L):
        b = {"n1": r(C, std=0.2, mean=1), "n1_b": r(C, std=0.2), "n2": r(C, std=0.2, mean=1), "n2_b": r(C, std=0.2)}
        for n in "qkv":
            b[n] = r(C, C, std=0.4)
            if m.get("qv") and (n != "k" or m.get("key")): b[n + "_b"] = r(C, std=0.3)
        b["o"], b["o_b"] = r(C, C, std=0.3), r(C, std=0.2)
        b["up"], b["up_b"], b["down"], b["down_b"] = r(M, C, std=0.3), r(M, std=0.2), r(C, M, std=0.3), r(C, std=0.2)
        if m.get("gated"): b["gate"], b["gate_b"] = r(M, C, std=0.3), r(M, std=0.2)
        if m.get("inner"): b["in"], b["in_b"] = r(M, std=0.2, mean=1), r(M, std=0.2)
        if m.get("scale"): b["s1"], b["s2"] = r(C, std=0.2, mean=0.7), r(C, std=0.2, mean=0.7)
        if m.get("own"): b["table"] = r(entries, H, std=0.7)
        w.update({f"{i}.{k}": v for k, v in b.items()})
    w["norm"], w["norm_b"] = r(C, std=0.2, mean=1), r(C, std=0.2)
    w["head"], w["head_b"] = r(CLASSES, C), r(CLASSES, std=0.2)
    return w, r(1, 3, m["grid"][0] * PATCH + 1, m["grid"][1] * PATCH)  # one row of pixels beyond the last patch


# --- the model --------------------------------------------------------------------------------------------------------------------------------------------
def norm(x, w, b, eps, frozen):
    x = x - x.mean(-1, keepdim=True)
    deviation = (x.pow(2).mean(-1, keepdim=True) + eps).sqrt()
    return x / (deviation.detach() if frozen else deviation) * w + b


def angles(m, rows, columns):
    """[n, D/2]: for every patch, angles of the first half of the pairs (one axis), then of the second (the other axis)."""
    f = torch.tensor([m["theta"] ** (-i / (D / 4)) for i in range(D // 4)], dtype=torch.float64)
    if m["rope"] == "centred":
        y, x, f = [(2 * torch.arange(n, dtype=torch.float64) + 1) / n - 1 for n in (rows, columns)] + [2 * math.pi * f]
    else:
        y, x = [torch.arange(n, dtype=torch.float64) * (16 / n if m["rope"] == "stretched" else 1) for n in (rows, columns)]
    at = [(y[i], x[j]) if m["rope"] != "counted" else (x[j], y[i]) for i in range(rows) for j in range(columns)]
    return torch.stack([torch.cat([a * f, b * f]) for a, b in at])


def turned(x, m, angle, prefix):
    """Every pair as a complex number times exp(i angle)."""
    if angle is None: return x
    p, x = x[:, :prefix], x[:, prefix:]
    pairs = (x[..., :D // 2], x[..., D // 2:]) if m["rope"] == "centred" else (x[..., 0::2], x[..., 1::2])
    z = torch.complex(*[v.contiguous() for v in pairs]) * torch.polar(torch.ones_like(angle), angle).to(torch.complex128 if x.dtype == torch.float64 else torch.complex64)
    back = torch.cat([z.real, z.imag], -1) if m["rope"] == "centred" else torch.stack([z.real, z.imag], -1).flatten(-2)
    return torch.cat([p, back], 1)


def biases(table, rows, columns):
    """[H, N, N] by looking at every pair of patches."""
    inner, rest = table[:-3].T.reshape(1, H, 2 * SIDE - 1, 2 * SIDE - 1), table[-3:]
    inner = F.interpolate(inner, size=(2 * rows - 1, 2 * columns - 1), mode="bilinear", align_corners=False)[0]
    n = rows * columns
    b = torch.zeros(H, n + 1, n + 1, dtype=table.dtype)
    b[:, 0, 1:], b[:, 1:, 0], b[:, 0, 0] = rest[0][:, None], rest[1][:, None], rest[2]
    for i in range(n):
        for j in range(n):
            b[:, 1 + i, 1 + j] = inner[:, i // columns - j // columns + rows - 1, i % columns - j % columns + columns - 1]
    return b


class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, share):
        ctx.share = share
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g): return g * ctx.share, None


def run(m, w, pixels, rule=None):
    """The forward pass with everything that is looked at; rule: None, 'conservative' or 'attn_lrp' for the derivative that relevance is."""
    rows, columns = m["grid"]
    half = (lambda x: Scaled.apply(x, 0.5)) if rule == "attn_lrp" else (lambda x: x)
    frozen = rule is not None
    secant = lambda f: (lambda x: x * (f(x) / x).detach()) if rule == "attn_lrp" else f
    act = secant(F.silu if m.get("gated") else F.gelu)
    x = pixels[:, :, :rows * PATCH, :columns * PATCH]
    x = F.conv2d(x, w["patch"], w["patch_b"], stride=PATCH).flatten(2).transpose(1, 2)[0]
    front = [w[k] for k in ("cls", "reg") if k in w]
    prefix = sum(len(f) for f in front)
    x = torch.cat([*front, x])
    pos = torch.zeros_like(x)
    if m.get("pos"):
        stored = w["pos"][-SIDE * SIDE:].T.reshape(1, C, SIDE, SIDE)
        if (rows, columns) != (SIDE, SIDE): stored = F.interpolate(stored, size=(rows, columns), mode="bicubic", antialias=m["layout"] == "eva")
        pos = torch.cat([w["pos"][:1] if m["pos"] == "all" else torch.zeros(prefix, C, dtype=x.dtype), stored.flatten(2)[0].T])
        x = x + pos
    x = x.detach().requires_grad_()
    angle = angles(m, rows, columns).to(x.dtype) if m.get("rope") else None
    t = {"hidden": [x], "mid": [], "attn": [], "mlp": [], "probs": [], "values": [], "prefix": prefix, "pos": pos}
    for i in range(L):
        b = lambda k: w.get(f"{i}.{k}")
        lin = lambda x, k: x @ b(k).T + (b(k + "_b") if b(k + "_b") is not None else 0)
        h = norm(x, b("n1"), b("n1_b"), m["eps"], frozen)
        q, k, v = [lin(h, n).reshape(len(h), H, D).transpose(0, 1) for n in "qkv"]
        s = half(turned(q, m, angle, prefix)) @ half(turned(k, m, angle, prefix)).transpose(1, 2) / math.sqrt(D)
        if m.get("own"): s = s + biases(b("table"), rows, columns)
        if m.get("shared"): s = s + biases(w["shared"], rows, columns)
        a = s.softmax(-1)
        if rule == "conservative": a = a.detach()
        else: a.retain_grad()
        out = lin((half(a) @ half(v)).transpose(0, 1).reshape(len(h), C), "o") * (b("s1") if m.get("scale") else 1)
        mid = x + out
        h = norm(mid, b("n2"), b("n2_b"), m["eps"], frozen)
        h = half(act(lin(h, "gate"))) * half(lin(h, "up")) if m.get("gated") else act(lin(h, "up"))
        if m.get("inner"): h = norm(h, b("in"), b("in_b"), m["eps"], frozen)
        mlp = lin(h, "down") * (b("s2") if m.get("scale") else 1)
        x = mid + mlp
        x.retain_grad()
        for key, value in (("hidden", x), ("mid", mid), ("attn", out), ("mlp", mlp), ("probs", a)): t[key].append(value)
        t["values"].append(torch.stack([v[e] @ b("o")[:, e * D:(e + 1) * D].T for e in range(H)]) * (b("s1") if m.get("scale") else 1))
    final = x if m.get("fc") else norm(x, w["norm"], w["norm_b"], m["eps"], frozen)
    pooled = final[prefix:].mean(0) if m.get("pool") == "avg" else final[0]
    if m.get("fc"): pooled = norm(pooled, w["norm"], w["norm_b"], m["eps"], frozen)
    t["final"], t["pooled"], t["logits"] = final, pooled, pooled @ w["head"].T + (0 if m.get("vectors") else w["head_b"])
    return t


# --- the methods ------------------------------------------------------------------------------------------------------------------------------------------
def goldens(m, w, pixels):
    t = run(m, w, pixels)
    n, p = len(t["hidden"][0]), t["prefix"]
    eye = torch.eye(n, dtype=pixels.dtype)
    a = [x.detach() for x in t["probs"]]
    product = lambda cs: eye if not cs else cs[-1] @ product(cs[:-1])
    read = (lambda r: r[p:].mean(0)) if m.get("pool") == "avg" else (lambda r: r[0])
    order = t["logits"].argsort(descending=True)
    classes = [int(order[0]), int(order[CLASSES // 2])]
    g = {"logits": t["logits"], "probs": t["logits"].softmax(0), "pooled": t["pooled"], "final_norm": t["final"], "hidden_states": torch.stack(t["hidden"]),
         "hidden_states_mid": torch.stack(t["mid"]), "attn_out": torch.stack(t["attn"]), "mlp_out": torch.stack(t["mlp"]), "attentions": torch.stack(a),
         "value_transformed": torch.stack(t["values"]), "position_embeddings_used": t["pos"]}

    def matrix(name, r):
        g[name + "/matrix"], g[name + "/map"] = r, read(r)[p:]

    matrix("raw_attention", a[-1].mean(0))
    matrix("rollout/start0", product([0.5 * (x.mean(0) + eye) / (0.5 * (x.mean(0) + eye)).sum(-1, keepdim=True) for x in a]))

    def derivatives(scalar):
        for x in t["probs"] + t["hidden"]: x.grad = None
        scalar.backward(retain_graph=True)
        return [x.grad.clone() if x.grad is not None else None for x in t["probs"]], [x.grad for x in t["hidden"]]

    lengths = lambda x: x.norm(dim=-1)
    def weigh(before, after):
        cosine = (before * after).sum(-1) / (lengths(before) * lengths(after)).clamp_min(1e-12)
        return lengths(after) / lengths(before) * cosine.softmax(-1)

    for c, index in enumerate(classes):
        da, dh = derivatives(t["logits"][index])
        g[f"attn_grad/logit/c{c}"], g[f"hidden_grad/logit/c{c}"] = torch.stack(da), torch.stack(dh)
        matrix(f"gae/c{c}", product([eye + (x * d).clamp_min(0).mean(0) for x, d in zip(a, da)]))
        steps = []
        for i in range(L):
            column = weigh(t["hidden"][i][None], t["values"][i]).detach()
            steps.append(eye + (da[i].clamp_min(0) * a[i] * column[:, None]).mean(0))
            steps.append(eye + torch.diag(weigh(t["mid"][i], t["mlp"][i]).detach()))
        matrix(f"tokentm/c{c}/full", product(steps) @ torch.diag(lengths(t["hidden"][0]).detach()))
        for states, first in (("input", 0), ("output", 1)):
            g[f"attcat/c{c}/{states}"] = sum((dh[i + first] * t["hidden"][i + first]).sum(-1) * a[i].mean((0, 1)) for i in range(L))
        for rule, name in (("conservative", f"conservative_lrp/c{c}/std"), ("attn_lrp", f"attn_lrp/c{c}")):
            u = run(m, w, pixels, rule)
            u["logits"][index].backward()
            g[name] = (u["hidden"][0].grad * u["hidden"][0]).sum(-1)

    for kind, layer in (("s", L + 1), ("e", 3)):
        z = t["hidden"][layer - 1]
        r, maps = [], []
        for i in range(n):
            da, _ = derivatives((z[i] if kind == "s" else z[i] ** 2).sum())
            row = product([eye + (x * d).clamp_min(0).mean(0) for x, d in list(zip(a, da))[:layer - 1]])[i]
            r.append(row)
            row = row[p:].clone()
            if i >= p: row[i - p] = torch.cat([row[:i - p], row[i - p + 1:]]).max()
            maps.append(row)
        g[f"ultra/{kind}/l{layer}/rows"], g[f"ultra/{kind}/l{layer}/maps"] = torch.stack(r), torch.stack(maps)
    return {k: v.detach() for k, v in g.items()}, classes


# --- files ------------------------------------------------------------------------------------------------------------------------------------------------
def write(path, tensors):
    names = {np.dtype(np.float32): "F32", np.dtype(np.int64): "I64"}
    tensors = {k: np.ascontiguousarray(v) for k, v in sorted(tensors.items(), key=lambda kv: (-np.asarray(kv[1]).itemsize, kv[0]))}
    head, at = {}, 0
    for k, v in tensors.items():
        head[k] = {"dtype": names[v.dtype], "shape": list(v.shape), "data_offsets": [at, at + v.nbytes]}
        at += v.nbytes
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f: f.write(struct.pack("<Q", len(text)) + text + b"".join(v.tobytes() for v in tensors.values()))


def block(w, i, names):
    """Tensors of one block under other names; values of names are {kind: name}, biases following."""
    out = {}
    for k, name in names.items():
        if f"{i}.{k}" in w: out[name + ("" if k in ("s1", "s2", "table") else ".weight")] = w[f"{i}.{k}"]
        if f"{i}.{k}_b" in w: out[name + ".bias"] = w[f"{i}.{k}_b"]
    return out


def dinov3(m, w):
    out = {"embeddings.cls_token": w["cls"][None], "embeddings.mask_token": torch.zeros(1, 1, C), "embeddings.register_tokens": w["reg"][None],
           "embeddings.patch_embeddings.weight": w["patch"], "embeddings.patch_embeddings.bias": w["patch_b"], "norm.weight": w["norm"], "norm.bias": w["norm_b"]}
    for i in range(L):
        p = f"layer.{i}."
        out.update(block(w, i, {"n1": p + "norm1", "q": p + "attention.q_proj", "k": p + "attention.k_proj", "v": p + "attention.v_proj", "o": p + "attention.o_proj",
                                "s1": p + "layer_scale1.lambda1", "n2": p + "norm2", "gate": p + "mlp.gate_proj", "up": p + "mlp.up_proj", "down": p + "mlp.down_proj",
                                "s2": p + "layer_scale2.lambda1"}))
    config = dict(model_type="dinov3_vit", architectures=["DINOv3ViTModel"], hidden_size=C, intermediate_size=M, num_hidden_layers=L, num_attention_heads=H,
                  patch_size=PATCH, image_size=SIDE * PATCH, hidden_act="silu" if m.get("gated") else "gelu", layer_norm_eps=m["eps"], rope_theta=m["theta"],
                  query_bias=bool(m.get("qv")), key_bias=False, value_bias=bool(m.get("qv")), proj_bias=True, mlp_bias=True, use_gated_mlp=bool(m.get("gated")),
                  num_register_tokens=m["reg"], layerscale_value=1.0, drop_path_rate=0.0, attention_dropout=0.0, initializer_range=0.02, pos_embed_rescale=2.0,
                  num_channels=3)
    return out, config


def beit(m, w):
    t = "relative_position_bias.relative_position_bias_table"
    out = {"beit.embeddings.cls_token": w["cls"][None], "beit.embeddings.patch_embeddings.projection.weight": w["patch"],
           "beit.embeddings.patch_embeddings.projection.bias": w["patch_b"], "classifier.weight": w["head"], "classifier.bias": w["head_b"]}
    last = "beit.pooler.layernorm" if m.get("fc") else "beit.layernorm"
    out[last + ".weight"], out[last + ".bias"] = w["norm"], w["norm_b"]
    if m.get("pos"): out["beit.embeddings.position_embeddings"] = w["pos"][None]
    if m.get("shared"): out["beit.encoder." + t] = w["shared"]
    for i in range(L):
        p = f"beit.encoder.layer.{i}."
        out.update(block(w, i, {"n1": p + "layernorm_before", "q": p + "attention.attention.query", "k": p + "attention.attention.key",
                                "v": p + "attention.attention.value", "table": p + "attention.attention." + t, "o": p + "attention.output.dense", "s1": p + "lambda_1",
                                "n2": p + "layernorm_after", "up": p + "intermediate.dense", "down": p + "output.dense", "s2": p + "lambda_2"}))
    config = dict(model_type="beit", architectures=["BeitForImageClassification"], hidden_size=C, intermediate_size=M, num_hidden_layers=L, num_attention_heads=H,
                  patch_size=PATCH, image_size=SIDE * PATCH, hidden_act="gelu", layer_norm_eps=m["eps"], use_relative_position_bias=True, use_mask_token=False,
                  use_shared_relative_position_bias=bool(m.get("shared")), use_absolute_position_embeddings=bool(m.get("pos")),
                  layer_scale_init_value=0.1 if m.get("scale") else 0.0, use_mean_pooling=bool(m.get("fc")), num_channels=3, vocab_size=8192,
                  id2label={str(i): f"LABEL_{i}" for i in range(CLASSES)})
    return out, config


def eva(m, w):
    out = {"patch_embed.proj.weight": w["patch"], "patch_embed.proj.bias": w["patch_b"], "head.weight": w["head"], "head.bias": w["head_b"]}
    last = "fc_norm" if m.get("fc") else "norm"
    out[last + ".weight"], out[last + ".bias"] = w["norm"], w["norm_b"]
    for key, name in (("cls", "cls_token"), ("reg", "reg_token"), ("pos", "pos_embed")):
        if key in w: out[name] = w[key][None]
    for i in range(L):
        p, b = f"blocks.{i}.", lambda k: w[f"{i}.{k}"]
        gated = m.get("gated") and not m.get("packed")
        names = {"n1": p + "norm1", "o": p + "attn.proj", "n2": p + "norm2", "up": p + ("mlp.fc1_x" if gated else "mlp.fc1"), "down": p + "mlp.fc2",
                 "s1": p + "gamma_1", "s2": p + "gamma_2", "in": p + "mlp.norm"}
        if gated: names["gate"] = p + "mlp.fc1_g"
        if m.get("split"): names.update({n: p + f"attn.{n}_proj" for n in "qkv"})
        out.update(block(w, i, names))
        if m.get("packed"):
            for end, mine in (("weight", ""), ("bias", "_b")): out[p + "mlp.fc1." + end] = torch.cat([b("gate" + mine), b("up" + mine)])
        if not m.get("split"):
            out[p + "attn.qkv.weight"] = torch.cat([b("q"), b("k"), b("v")])
            if m.get("fused"): out[p + "attn.qkv.bias"] = torch.cat([b("q_b"), b("k_b"), b("v_b")])
            else: out[p + "attn.q_bias"], out[p + "attn.v_bias"] = b("q_b"), b("v_b")
    config = dict(architecture=m["architecture"], num_classes=CLASSES, num_features=C, num_attention_heads=H, global_pool=m["pool"], pretrained_cfg=dict(
        input_size=[3, SIDE * PATCH, SIDE * PATCH], interpolation="bicubic", crop_pct=1.0, crop_mode="center", mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5]))
    return out, config


for number, (name, m) in enumerate(MODELS.items()):
    if sys.argv[1:] and name not in sys.argv[1:]: continue
    w, pixels = weights(m, 100 + number)
    exact, classes = goldens(m, {k: v.double() for k, v in w.items()}, pixels.double())
    rough, _ = goldens(m, w, pixels)
    error = {k: {"relative": float(f"{((rough[k].double() - v).abs().max() / v.abs().max().clamp_min(1e-300)).item():.3e}")} for k, v in exact.items()}
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    tensors, config = {"dinov3": dinov3, "beit": beit, "eva": eva}[m["layout"]](m, w)
    inputs = {"pixel_values": pixels.numpy()}
    if m.get("vectors"): inputs["target_vectors"] = w["head"].numpy()
    write(os.path.join(folder, "model.safetensors"), {k: v.numpy() for k, v in tensors.items()})
    write(os.path.join(folder, "input.safetensors"), inputs)
    write(os.path.join(folder, "golden.safetensors"), {**{k: v.float().numpy() for k, v in exact.items()}, "classes": np.array(classes, dtype=np.int64)})
    with open(os.path.join(folder, "config.json"), "w") as f: f.write(json.dumps(config, indent=1) + "\n")
    with open(os.path.join(folder, "float32_error.json"), "w") as f: f.write(json.dumps(error, separators=(",", ":")).replace("},", "},\n") + "\n")
    print(name, "classes", classes, "logits", np.round(exact["logits"].numpy(), 4).tolist(), "worst float32", max(v["relative"] for v in error.values()))
