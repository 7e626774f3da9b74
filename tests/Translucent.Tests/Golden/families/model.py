# The small models of make.py: random weights, and the forward pass from the equations alone (docs/models.md), in the precision of the weights.
import math
import torch
import torch.nn.functional as F

C, H, D, M, L, PATCH, SIDE, CLASSES = 16, 2, 8, 24, 3, 4, 4, 5   # trained on 16 x 16 pixels
POOLING = 8                                                      # heads of the attention that pools


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
        if m.get("context"): b["cn"], b["cn_b"] = r(C, std=0.2, mean=1), r(C, std=0.2)
        w.update({f"{i}.{k}": v for k, v in b.items()})
    w["norm"], w["norm_b"] = r(C, std=0.2, mean=1), r(C, std=0.2)
    w["head"], w["head_b"] = r(CLASSES, C), r(CLASSES, std=0.2)
    if m.get("rope") == "mixed": w["freqs"] = r(2, L, H, D // 2, std=0.6)
    if m.get("pre"):
        w["pre"], w["pre_b"] = r(C, std=0.2, mean=1), r(C, std=0.2)
        del w["patch_b"]
    if m.get("pool") == "map":
        w["p.latent"] = r(1, C)
        for n in "qkvo": w["p." + n], w[f"p.{n}_b"] = r(C, C, std=0.4), r(C, std=0.2)
        w["p.n"], w["p.n_b"] = r(C, std=0.2, mean=1), r(C, std=0.2)
        w["p.up"], w["p.up_b"], w["p.down"], w["p.down_b"] = r(2 * C, C, std=0.3), r(2 * C, std=0.2), r(C, 2 * C, std=0.3), r(C, std=0.2)
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
        stretched, place = m["rope"] in ("stretched", "across"), m.get("place", 0)
        y, x = [(torch.arange(n, dtype=torch.float64) + place) * (m.get("first", 16) / n if stretched else 1) for n in (rows, columns)]
    at = [(y[i], x[j]) if m["rope"] not in ("counted", "across") else (x[j], y[i]) for i in range(rows) for j in range(columns)]
    return torch.stack([torch.cat([a * f, b * f]) for a, b in at])


def mixed(freqs, rows, columns):
    """[H, n, D/2]: for every head and patch (i, j) the column j times the first frequencies and the row i times the second."""
    return torch.stack([j * freqs[0] + i * freqs[1] for i in range(rows) for j in range(columns)], 1)


def turned(x, m, angle, prefix):
    """Every pair as a complex number times exp(i angle)."""
    if angle is None: return x
    p, x = x[:, :prefix], x[:, prefix:]  # angle: [n, D/2], or of every head [H, n, D/2]
    pairs = (x[..., :D // 2], x[..., D // 2:]) if m["rope"] == "centred" else (x[..., 0::2], x[..., 1::2])
    kind = torch.complex128 if x.dtype == torch.float64 else torch.complex64
    z = torch.complex(*[v.contiguous() for v in pairs]) * torch.polar(torch.ones_like(angle), angle).to(kind)
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


def alone(v, head, gain):
    """[N, C]: the values of one head, zeros in the place of the others; normalised for a deviation of 1 where there is a gain."""
    x = torch.zeros(v.shape[1], C, dtype=v.dtype)
    x[:, head * v.shape[2]:(head + 1) * v.shape[2]] = v[head]
    return x if gain is None else (x - x.mean(-1, keepdim=True)) * gain


def pool(x, m, w, rule, half, act):
    """A learned query reads all tokens, and a feed-forward layer follows."""
    lin = lambda x, k: x @ w["p." + k].T + w[f"p.{k}_b"]
    q, k, v = [lin(y, n).reshape(len(y), POOLING, C // POOLING).transpose(0, 1) for n, y in (("q", w["p.latent"]), ("k", x), ("v", x))]
    a = (half(q) @ half(k).transpose(1, 2) / math.sqrt(C // POOLING)).softmax(-1)
    if rule == "conservative": a = a.detach()
    else: a.retain_grad()
    mid = lin((half(a) @ half(v)).transpose(0, 1).reshape(1, C), "o")
    mlp = lin(act(lin(norm(mid, w["p.n"], w["p.n_b"], m["eps"], rule is not None), "up")), "down")
    return {"probs": a, "values": torch.stack([alone(v, e, None) @ w["p.o"].T for e in range(POOLING)]), "mid": mid, "mlp": mlp, "out": (mid + mlp)[0]}


def run(m, w, pixels, rule=None):
    """The forward pass with everything that is looked at; rule: None, 'conservative' or 'attn_lrp' for the derivative that relevance is."""
    rows, columns = m["grid"]
    half = (lambda x: Scaled.apply(x, 0.5)) if rule == "attn_lrp" else (lambda x: x)
    frozen = rule is not None
    secant = lambda f: (lambda x: x * (f(x) / x).detach()) if rule == "attn_lrp" else f
    act = secant(F.silu if m.get("gated") else F.gelu)
    x = pixels[:, :, :rows * PATCH, :columns * PATCH]
    x = F.conv2d(x, w["patch"], w.get("patch_b"), stride=PATCH).flatten(2).transpose(1, 2)[0]
    front = [w[k] for k in ("cls", "reg") if k in w]
    prefix = sum(len(f) for f in front)
    x = torch.cat([*front, x])
    pos = torch.zeros_like(x)
    if m.get("pos"):
        stored = w["pos"][-SIDE * SIDE:].T.reshape(1, C, SIDE, SIDE)
        if (rows, columns) != (SIDE, SIDE): stored = F.interpolate(stored, size=(rows, columns), mode="bicubic", antialias=m["layout"] == "eva")
        pos = torch.cat([w["pos"][:1] if m["pos"] == "all" else torch.zeros(prefix, C, dtype=x.dtype), stored.flatten(2)[0].T])
        x = x + pos
    if m.get("pre"): x = norm(x, w["pre"], w["pre_b"], m["eps"], False)
    x = x.detach().requires_grad_()
    angle = angles(m, rows, columns).to(x.dtype) if m.get("rope") and m["rope"] != "mixed" else None
    t = {"hidden": [x], "mid": [], "attn": [], "mlp": [], "probs": [], "values": [], "deviations": [], "prefix": prefix, "pos": pos}
    for i in range(L):
        b = lambda k: w.get(f"{i}.{k}")
        lin = lambda x, k: x @ b(k).T + (b(k + "_b") if b(k + "_b") is not None else 0)
        h = x if m.get("behind") else norm(x, b("n1"), b("n1_b"), m["eps"], frozen)
        q, k, v = [lin(h, n).reshape(len(h), H, D).transpose(0, 1) for n in "qkv"]
        if m.get("rope") == "mixed": angle = mixed(w["freqs"][:, i], rows, columns)
        s = half(turned(q, m, angle, prefix)) @ half(turned(k, m, angle, prefix)).transpose(1, 2) / math.sqrt(D)
        if m.get("own"): s = s + biases(b("table"), rows, columns)
        if m.get("shared"): s = s + biases(w["shared"], rows, columns)
        a = s.softmax(-1)
        if rule == "conservative": a = a.detach()
        else: a.retain_grad()
        read = (half(a) @ half(v)).transpose(0, 1).reshape(len(h), C)
        deviation = (read.var(-1, unbiased=False) + m["eps"]).sqrt() if m.get("context") else torch.ones_like(read[:, 0])
        if m.get("context"): read = norm(read, b("cn"), b("cn_b"), m["eps"], frozen)
        out = lin(read, "o") * (b("s1") if m.get("scale") else 1)
        if m.get("behind"):
            deviation = (out.var(-1, unbiased=False) + m["eps"]).sqrt()
            out = norm(out, b("n1"), b("n1_b"), m["eps"], frozen)
        mid = x + out
        h = mid if m.get("behind") else norm(mid, b("n2"), b("n2_b"), m["eps"], frozen)
        h = half(act(lin(h, "gate"))) * half(lin(h, "up")) if m.get("gated") else act(lin(h, "up"))
        if m.get("inner"): h = norm(h, b("in"), b("in_b"), m["eps"], frozen)
        mlp = lin(h, "down") * (b("s2") if m.get("scale") else 1)
        if m.get("behind"): mlp = norm(mlp, b("n2"), b("n2_b"), m["eps"], frozen)
        x = mid + mlp
        x.retain_grad()
        for key, value in (("hidden", x), ("mid", mid), ("attn", out), ("mlp", mlp), ("probs", a)): t[key].append(value)
        t["values"].append(torch.stack([alone(v, e, b("cn")) @ b("o").T for e in range(H)]) * (b("s1") if m.get("scale") else 1))
        if m.get("behind"): t["values"][-1] = (t["values"][-1] - t["values"][-1].mean(-1, keepdim=True)) * b("n1")
        t["deviations"].append(deviation)
    final = x if m.get("fc") or m.get("bare") else norm(x, w["norm"], w["norm_b"], m["eps"], frozen)
    if m.get("pool") == "map": t["pool"] = pool(final, m, w, rule, half, secant(F.gelu))
    pooled = t["pool"]["out"] if m.get("pool") == "map" else final[prefix:].mean(0) if m.get("pool") == "avg" else final[0]
    if m.get("fc"): pooled = norm(pooled, w["norm"], w["norm_b"], m["eps"], frozen)
    t["final"], t["pooled"], t["logits"] = final, pooled, pooled @ w["head"].T + (0 if m.get("vectors") else w["head_b"])
    return t
