#!/usr/bin/env python3
"""AttnLRP (Achtibat et al. 2024, arXiv:2402.05602) of the Llama in this folder, in its gradient x input form, with PyTorch in float64.
usage: python3 attn_lrp.py        writes attn_lrp.json beside this file. Needs torch and nothing else.

Rules, as detached factors: a norm multiplies by the constant 1/rms, silu by the constant silu(x)/x, and a product of two values gives
half of the gradient to each factor: A v, q k, and the gate. Softmax keeps its own derivative.
"""
import json, math, os, struct
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def read(name):
    with open(os.path.join(HERE, name), "rb") as f:
        head = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    out = {}
    for k, v in head.items():
        if k != "__metadata__":
            a, b = v["data_offsets"]
            t = torch.frombuffer(bytearray(data[a:b]), dtype=KINDS[v["dtype"]]).reshape(v["shape"])
            out[k] = t.double() if t.is_floating_point() else t
    return out


def norm(x, g, eps):
    return x * (1 / torch.sqrt((x * x).mean(-1, keepdim=True) + eps)).detach() * g


def product(a, b, f):
    return (f(a, b.detach()) + f(a.detach(), b)) / 2


def turn(x, cos, sin):
    h = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., h:], x[..., :h]], -1) * sin


c, w, i = json.load(open(os.path.join(HERE, "config.json"))), read("model.safetensors"), read("input.safetensors")
ids, summary = i["input_ids"], i["summary_positions"]
n, H, K, eps = len(ids), c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
e = c["hidden_size"] // H
angle = torch.arange(n).double()[:, None] * (1.0 / c["rope_theta"] ** (torch.arange(0, e, 2).double() / e))[None]
cos, sin = torch.cat([angle, angle], -1).cos(), torch.cat([angle, angle], -1).sin()
hidden = torch.triu(torch.ones(n, n, dtype=torch.bool), 1)
x = start = w["model.embed_tokens.weight"][ids].clone().requires_grad_(True)
for b in range(c["num_hidden_layers"]):
    p = "model.layers.%d." % b
    u = norm(x, w[p + "input_layernorm.weight"], eps)
    heads = lambda name, h: (u @ w[p + "self_attn.%s_proj.weight" % name].t()).reshape(n, h, e).transpose(0, 1)
    q, k, v = turn(heads("q", H), cos, sin), turn(heads("k", K), cos, sin), heads("v", K)
    k, v = k.repeat_interleave(H // K, 0), v.repeat_interleave(H // K, 0)
    s = product(q, k, lambda a, d: a @ d.transpose(1, 2)) / math.sqrt(e)
    a = torch.softmax(s.masked_fill(hidden, float("-inf")), -1)
    m = product(a, v, lambda f, d: f @ d)
    x = x + m.transpose(0, 1).reshape(n, H * e) @ w[p + "self_attn.o_proj.weight"].t()
    u = norm(x, w[p + "post_attention_layernorm.weight"], eps)
    gate, up = u @ w[p + "mlp.gate_proj.weight"].t(), u @ w[p + "mlp.up_proj.weight"].t()
    x = x + product(gate * torch.sigmoid(gate).detach(), up, lambda f, d: f * d) @ w[p + "mlp.down_proj.weight"].t()
logits = norm(x, w["model.norm.weight"], eps) @ w["lm_head.weight"].t()
golden = read("golden.safetensors")
assert (logits - golden["logits"]).abs().max() < 1e-9 * golden["logits"].abs().max()    # the rules change no value
token = int(logits[n - 1].argmax())
scalars = {"next": logits[n - 1, token], "summary": sum(torch.log_softmax(logits, -1)[t - 1, ids[t]] for t in summary)}
rows = {k: (torch.autograd.grad(v, start, retain_graph=True)[0] * start).sum(-1).tolist() for k, v in scalars.items()}
json.dump(dict(rows, token=token, torch=torch.__version__), open(os.path.join(HERE, "attn_lrp.json"), "w"), indent=1)
print({k: sum(v) for k, v in rows.items()}, scalars)
