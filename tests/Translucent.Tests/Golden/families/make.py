# Small DINOv3, BEiT, EVA, EVA-02, RoPE-ViT and Perception Encoder models with random weights, and what they and the methods compute, in PyTorch float64
# and from the equations alone (model.py, docs/models.md, docs/methods.md). Writes one folder for each beside this file; needs torch 1.13 or later and numpy:
# python3 make.py [NAME ..]
import json, os, struct, sys
import numpy as np
import torch
sys.dont_write_bytecode = True
from model import C, CLASSES, H, L, M, PATCH, SIDE, run, weights

HERE = os.path.dirname(os.path.abspath(__file__))

MODELS = {
    "dinov3": dict(layout="dinov3", reg=2, rope="centred", theta=100.0, eps=1e-5, scale=True, qv=True, grid=(4, 5), vectors=True),
    "dinov3_gated": dict(layout="dinov3", reg=1, rope="centred", theta=100.0, eps=1e-5, scale=True, gated=True, grid=(4, 4), vectors=True),
    "beit": dict(layout="beit", own=True, eps=1e-12, scale=True, qv=True, pool="avg", fc=True, grid=(3, 5)),
    "beit_shared": dict(layout="beit", shared=True, own=True, pos="all", eps=1e-12, qv=True, pool="token", grid=(4, 4)),
    "eva": dict(layout="eva", architecture="eva_giant_patch14_224", pos="all", eps=1e-6, qv=True, pool="avg", fc=True, grid=(4, 4)),
    "eva02": dict(layout="eva", architecture="eva02_base_patch14_448.mim_in22k_ft_in22k_in1k", split=True, pos="all", rope="stretched", theta=1e4, eps=1e-6,
                  qv=True, gated=True, inner=True, pool="avg", fc=True, grid=(5, 3)),
    "eva02_packed": dict(layout="eva", architecture="eva02_tiny_patch14_336", pos="all", rope="stretched", theta=1e4, eps=1e-6, qv=True, gated=True,
                         packed=True, pool="avg", fc=True, grid=(4, 4)),
    "rope_registers": dict(layout="eva", architecture="vit_medium_patch16_rope_reg1_gap_256", cls=False, reg=1, rope="stretched", theta=1e4, eps=1e-6, qv=True,
                           scale=True, pool="avg", fc=True, grid=(3, 4)),
    "rope_counted": dict(layout="eva", architecture="vit_base_patch16_rope_ape_224", pos="patches", rope="counted", theta=100.0, eps=1e-6, qv=True, key=True,
                         fused=True, scale=True, pool="token", grid=(4, 4)),
    "eva02_clip": dict(layout="eva", architecture="eva02_base_patch16_clip_224.merged2b", split=True, pos="all", rope="stretched", theta=1e4, eps=1e-6, qv=True,
                       gated=True, inner=True, context=True, pool="token", grid=(5, 3)),
    "pe_core": dict(layout="eva", architecture="vit_pe_core_base_patch16_224", pos="all", rope="across", first=14, place=1, theta=1e4, eps=1e-5, qv=True,
                    key=True, fused=True, pre=True, pool="map", grid=(5, 3)),
    "pe_core_patches": dict(layout="eva", architecture="vit_pe_core_gigantic_patch14_448.fb", cls=False, pos="patches", rope="across", first=32, theta=1e4,
                            eps=1e-5, qv=True, key=True, fused=True, pre=True, pool="map", grid=(4, 4)),
    "pe_lang": dict(layout="eva", architecture="vit_pe_lang_large_patch14_448.fb_tiling", pos="all", rope="across", first=32, place=1, theta=1e4, eps=1e-5,
                    qv=True, key=True, fused=True, scale=True, pre=True, bare=True, grid=(3, 5), vectors=True),
    "pe_spatial": dict(layout="eva", architecture="vit_pe_spatial_tiny_patch16_512.fb", pos="all", rope="across", first=32, place=1, theta=1e4, eps=1e-5,
                       qv=True, key=True, fused=True, pre=True, bare=True, grid=(4, 4), vectors=True),
    "rope_mixed": dict(layout="eva", architecture="vit_small_patch16_rope_mixed_224.naver_in1k", rope="mixed", eps=1e-6, qv=True, key=True, fused=True,
                       scale=True, pool="token", grid=(5, 3)),
    "rope_mixed_ape": dict(layout="eva", architecture="vit_base_patch16_rope_mixed_ape_224", pos="patches", rope="mixed", eps=1e-6, qv=True, key=True,
                           fused=True, scale=True, pool="token", grid=(4, 4)),
    "eva02_behind": dict(layout="eva", architecture="eva02_enormous_patch14_clip_224.laion2b_plus", pos="all", eps=1e-6, qv=True, behind=True, pool="token",
                         grid=(3, 5)),
}


# --- the methods ------------------------------------------------------------------------------------------------------------------------------------------
def goldens(m, w, pixels):
    t = run(m, w, pixels)
    n, p = len(t["hidden"][0]), t["prefix"]
    eye = torch.eye(n, dtype=pixels.dtype)
    a = [x.detach() for x in t["probs"]]
    product = lambda cs: eye if not cs else cs[-1] @ product(cs[:-1])
    read = (lambda r: r[p:].mean(0)) if m.get("pool") == "avg" else (lambda r: r[0])
    pooling = t.get("pool")  # its attention is the last of all: the row that it reads with is carried down
    along = lambda row: (lambda r: (row.mean(0) @ r)[0]) if pooling else read
    order = t["logits"].argsort(descending=True)
    classes = [int(order[0]), int(order[CLASSES // 2])]
    g = {"logits": t["logits"], "probs": t["logits"].softmax(0), "pooled": t["pooled"], "final_norm": t["final"], "hidden_states": torch.stack(t["hidden"]),
         "hidden_states_mid": torch.stack(t["mid"]), "attn_out": torch.stack(t["attn"]), "mlp_out": torch.stack(t["mlp"]), "attentions": torch.stack(a),
         "value_transformed": torch.stack(t["values"]), "position_embeddings_used": t["pos"]}

    for i in range(L):  # what attention adds is the values as every query takes them, and biases
        taken, deviation = sum(x @ v for x, v in zip(a[i], t["values"][i])), t["deviations"][i][:, None]
        rest = (t["attn"][i] - w[f"{i}.n1_b"]) * deviation - taken if m.get("behind") else t["attn"][i] - taken / deviation
        assert (rest - rest[0]).abs().max() < (1e-12 if rest.dtype == torch.float64 else 1e-4)

    def matrix(name, r, read=read):
        g[name + "/matrix"], g[name + "/map"] = r, read(r)[p:]

    ap = pooling["probs"].detach() if pooling else None
    matrix("raw_attention", a[-1].mean(0), (lambda r: ap.mean(0)[0]) if pooling else read)
    matrix("rollout/start0", product([0.5 * (x.mean(0) + eye) / (0.5 * (x.mean(0) + eye)).sum(-1, keepdim=True) for x in a]), along(ap))

    def derivatives(scalar):
        for x in t["probs"] + t["hidden"] + ([pooling["probs"]] if pooling else []): x.grad = None
        scalar.backward(retain_graph=True)
        return [x.grad.clone() if x.grad is not None else None for x in t["probs"]], [x.grad for x in t["hidden"]]

    lengths = lambda x: x.norm(dim=-1)
    def weigh(before, after):
        cosine = (before * after).sum(-1) / (lengths(before) * lengths(after)).clamp_min(1e-12)
        return lengths(after) / lengths(before) * cosine.softmax(-1)

    for c, index in enumerate(classes):
        da, dh = derivatives(t["logits"][index])
        g[f"attn_grad/logit/c{c}"], g[f"hidden_grad/logit/c{c}"] = torch.stack(da), torch.stack(dh)
        top = pooling["probs"].grad.clamp_min(0) * ap if pooling else None
        matrix(f"gae/c{c}", product([eye + (x * d).clamp_min(0).mean(0) for x, d in zip(a, da)]), along(top))
        steps = []
        for i in range(L):
            taken = [t["values"][i] / d for d in t["deviations"][i]]  # what every query takes of the values
            weight = torch.stack([weigh(t["hidden"][i][None], v) for v in taken], 1).detach()
            steps.append(eye + (da[i].clamp_min(0) * a[i] * weight).mean(0))
            steps.append(eye + torch.diag(weigh(t["mid"][i], t["mlp"][i]).detach()))
        if pooling: top = (1 + weigh(pooling["mid"], pooling["mlp"])).detach() * top * weigh(t["hidden"][L][None], pooling["values"])[:, None].detach()
        matrix(f"tokentm/c{c}/full", product(steps) @ torch.diag(lengths(t["hidden"][0]).detach()), along(top))
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
           "embeddings.patch_embeddings.weight": w["patch"], "embeddings.patch_embeddings.bias": w["patch_b"],
           "norm.weight": w["norm"], "norm.bias": w["norm_b"]}
    for i in range(L):
        p = f"layer.{i}."
        out.update(block(w, i, {"n1": p + "norm1", "q": p + "attention.q_proj", "k": p + "attention.k_proj", "v": p + "attention.v_proj",
                                "o": p + "attention.o_proj", "s1": p + "layer_scale1.lambda1", "n2": p + "norm2", "gate": p + "mlp.gate_proj",
                                "up": p + "mlp.up_proj", "down": p + "mlp.down_proj", "s2": p + "layer_scale2.lambda1"}))
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
                                "v": p + "attention.attention.value", "table": p + "attention.attention." + t, "o": p + "attention.output.dense",
                                "s1": p + "lambda_1", "n2": p + "layernorm_after", "up": p + "intermediate.dense", "down": p + "output.dense",
                                "s2": p + "lambda_2"}))
    config = dict(model_type="beit", architectures=["BeitForImageClassification"], hidden_size=C, intermediate_size=M, num_hidden_layers=L,
                  num_attention_heads=H, patch_size=PATCH, image_size=SIDE * PATCH, hidden_act="gelu", layer_norm_eps=m["eps"],
                  use_relative_position_bias=True, use_mask_token=False,
                  use_shared_relative_position_bias=bool(m.get("shared")), use_absolute_position_embeddings=bool(m.get("pos")),
                  layer_scale_init_value=0.1 if m.get("scale") else 0.0, use_mean_pooling=bool(m.get("fc")), num_channels=3, vocab_size=8192,
                  id2label={str(i): f"LABEL_{i}" for i in range(CLASSES)})
    return out, config


def eva(m, w):
    out = {"patch_embed.proj.weight": w["patch"]}
    layer = lambda name, mine: out.update({name + ".weight": w[mine], name + ".bias": w[mine + "_b"]})
    if not m.get("vectors"): layer("head", "head")
    if not m.get("bare"): layer("fc_norm" if m.get("fc") else "norm", "norm")
    if m.get("pre"): layer("norm_pre", "pre")
    else: out["patch_embed.proj.bias"] = w["patch_b"]
    if m.get("pool") == "map":
        out["attn_pool.latent"] = w["p.latent"][None]
        for name, mine in (("q", "q"), ("proj", "o"), ("norm", "n"), ("mlp.fc1", "up"), ("mlp.fc2", "down")): layer("attn_pool." + name, "p." + mine)
        for end, mine in (("weight", ""), ("bias", "_b")): out["attn_pool.kv." + end] = torch.cat([w["p.k" + mine], w["p.v" + mine]])
    for key, name in (("cls", "cls_token"), ("reg", "reg_token"), ("pos", "pos_embed")):
        if key in w: out[name] = w[key][None]
    if "freqs" in w: out["rope.freqs"] = w["freqs"]
    for i in range(L):
        p, b = f"blocks.{i}.", lambda k: w[f"{i}.{k}"]
        gated = m.get("gated") and not m.get("packed")
        names = {"n1": p + "norm1", "o": p + "attn.proj", "n2": p + "norm2", "up": p + ("mlp.fc1_x" if gated else "mlp.fc1"), "down": p + "mlp.fc2",
                 "s1": p + "gamma_1", "s2": p + "gamma_2", "in": p + "mlp.norm", "cn": p + "attn.norm"}
        if gated: names["gate"] = p + "mlp.fc1_g"
        if m.get("split"): names.update({n: p + f"attn.{n}_proj" for n in "qkv"})
        out.update(block(w, i, names))
        if m.get("packed"):
            for end, mine in (("weight", ""), ("bias", "_b")): out[p + "mlp.fc1." + end] = torch.cat([b("gate" + mine), b("up" + mine)])
        if not m.get("split"):
            out[p + "attn.qkv.weight"] = torch.cat([b("q"), b("k"), b("v")])
            if m.get("fused"): out[p + "attn.qkv.bias"] = torch.cat([b("q_b"), b("k_b"), b("v_b")])
            else: out[p + "attn.q_bias"], out[p + "attn.v_bias"] = b("q_b"), b("v_b")
    config = dict(architecture=m["architecture"], num_classes=0 if m.get("vectors") else CLASSES, num_features=C, num_attention_heads=H,
                  global_pool=m.get("pool", "avg"), pretrained_cfg=dict(
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
