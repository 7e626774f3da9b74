# Makes the ONNX files of families whose exports lose parameters, and of DINOv3, which loses none: small models with random weights, written by hand
# with the names of Hugging Face and timm, exported by PyTorch 1.13.1.
#   python3 families.py            (Debian 12: apt-get install python3-torch)
import math
import torch
from torch import nn
torch.manual_seed(3)
C, H, M, D, P, S = 16, 4, 24, 2, 4, 12  # width, heads, MLP, depth, patch, image
N = (S // P) ** 2


def att(q, k, v, bias=None, rope=None):
    q, k, v = (x.view(x.shape[0], x.shape[1], H, C // H).permute(0, 2, 1, 3) for x in (q, k, v))
    if rope is not None:
        q, k = rope(q), rope(k)
    s = q @ k.transpose(-1, -2) / math.sqrt(C // H)
    if bias is not None:
        s = s + bias
    return (s.softmax(-1) @ v).permute(0, 2, 1, 3).reshape(q.shape[0], -1, C)
# --- SigLIP vision, HF names


class SA(nn.Module):
    def __init__(s): super().__init__(); s.q_proj, s.k_proj, s.v_proj, s.out_proj = [nn.Linear(C, C) for _ in range(4)]
    def forward(s, x): return s.out_proj(att(s.q_proj(x), s.k_proj(x), s.v_proj(x)))


class MLP(nn.Module):
    def __init__(s): super().__init__(); s.fc1, s.fc2 = nn.Linear(C, M), nn.Linear(M, C)
    def forward(s, x): return s.fc2(nn.functional.gelu(s.fc1(x), approximate='tanh'))


class SL(nn.Module):
    def __init__(s): super().__init__(); s.self_attn = SA(); s.layer_norm1 = nn.LayerNorm(
        C, eps=1e-6); s.mlp = MLP(); s.layer_norm2 = nn.LayerNorm(C, eps=1e-6)

    def forward(s, x): x = x + s.self_attn(s.layer_norm1(x)); return x + s.mlp(s.layer_norm2(x))


class Enc(nn.Module):
    def __init__(s): super().__init__(); s.layers = nn.ModuleList([SL() for _ in range(D)])

    def forward(s, x):
        for l in s.layers:
            x = l(x)
        return x


class Emb(nn.Module):
    def __init__(s): super().__init__(); s.patch_embedding = nn.Conv2d(
        3, C, P, P); s.position_embedding = nn.Embedding(
        N, C); s.register_buffer(
            'position_ids', torch.arange(N).expand(
                (1, -1)), persistent=False)

    def forward(s, x): return s.patch_embedding(x).flatten(2).transpose(1, 2) + s.position_embedding(s.position_ids)


class Head(nn.Module):
    def __init__(s): super().__init__(); s.probe = nn.Parameter(
        torch.randn(
            1, 1, C)); s.attention = nn.MultiheadAttention(
        C, H, batch_first=True); s.layernorm = nn.LayerNorm(
                C, eps=1e-6); s.mlp = MLP()

    def forward(s, x):
        p = s.probe.repeat(x.shape[0], 1, 1)
        h = s.attention(p, x, x)[0]
        r = h
        return (r + s.mlp(s.layernorm(h)))[:, 0]


class SV(nn.Module):
    def __init__(s): super().__init__(); s.embeddings = Emb(); s.encoder = Enc(); s.post_layernorm = nn.LayerNorm(C, eps=1e-6); s.head = Head()
    def forward(s, x): return s.head(s.post_layernorm(s.encoder(s.embeddings(x))))


class Sig(nn.Module):
    def __init__(s): super().__init__(); s.vision_model = SV()
    def forward(s, pixel_values): return s.vision_model(pixel_values)


class TEmb(nn.Module):
    def __init__(s): super().__init__(); s.token_embedding = nn.Embedding(
        47, C); s.position_embedding = nn.Embedding(
        12, C); s.register_buffer(
            'position_ids', torch.arange(12).expand(
                (1, -1)), persistent=False)

    def forward(s, x): return s.token_embedding(x) + s.position_embedding(s.position_ids[:, :x.shape[1]])


class ST(nn.Module):
    def __init__(s): super().__init__(); s.embeddings = TEmb(); s.encoder = Enc(
    ); s.final_layer_norm = nn.LayerNorm(C, eps=1e-6); s.head = nn.Linear(C, C)
    def forward(s, x): return s.head(s.final_layer_norm(s.encoder(s.embeddings(x)))[:, -1])


class Sig2(nn.Module):
    def __init__(s): super().__init__(); s.vision_model = SV(); s.text_model = ST(
    ); s.logit_scale = nn.Parameter(torch.randn(1)); s.logit_bias = nn.Parameter(torch.randn(1))

    def forward(s, input_ids, pixel_values):
        a = s.vision_model(pixel_values)
        b = s.text_model(input_ids)
        a = a / a.norm(dim=-1, keepdim=True)
        b = b / b.norm(dim=-1, keepdim=True)
        return a @ b.t() * s.logit_scale.exp() + s.logit_bias
# --- BEiT HF


class BA(nn.Module):
    def __init__(s, rel):
        super().__init__()
        s.query, s.value = nn.Linear(C, C), nn.Linear(C, C)
        s.key = nn.Linear(C, C, bias=False)
        if rel:
            s.relative_position_bias = RB()

    def forward(s, x): return att(s.query(x), s.key(x), s.value(x), s.relative_position_bias() if hasattr(s, 'relative_position_bias') else None)


class RB(nn.Module):
    def __init__(s): super().__init__(); s.relative_position_bias_table = nn.Parameter(torch.randn(28, H)); s.idx = torch.randint(0, 28, (100,))
    def forward(s): return s.relative_position_bias_table[s.idx].view(10, 10, -1).permute(2, 0, 1).contiguous().unsqueeze(0)


class Den(nn.Module):
    def __init__(s, i=C, o=C): super().__init__(); s.dense = nn.Linear(i, o)
    def forward(s, x): return s.dense(x)


class BAt(nn.Module):
    def __init__(s, rel): super().__init__(); s.attention = BA(rel); s.output = Den()
    def forward(s, x): return s.output(s.attention(x))


class BL(nn.Module):
    def __init__(s, rel): super().__init__(); s.attention = BAt(rel); s.intermediate = Den(C, M); s.output = Den(M, C); s.layernorm_before, s.layernorm_after = nn.LayerNorm(
        C, eps=1e-12), nn.LayerNorm(C, eps=1e-12); s.lambda_1 = nn.Parameter(torch.randn(C)); s.lambda_2 = nn.Parameter(torch.randn(C))

    def forward(s, x): x = x + s.lambda_1 * s.attention(s.layernorm_before(x)); return x + \
        s.lambda_2 * s.output(nn.functional.gelu(s.intermediate(s.layernorm_after(x))))


class BE(nn.Module):
    def __init__(s, rel): super().__init__(); s.layer = nn.ModuleList([BL(rel) for _ in range(D)])

    def forward(s, x):
        for l in s.layer:
            x = l(x)
        return x


class PE(nn.Module):
    def __init__(s): super().__init__(); s.projection = nn.Conv2d(3, C, P, P)
    def forward(s, x): return s.projection(x).flatten(2).transpose(1, 2)


class BEm(nn.Module):
    def __init__(s): super().__init__(); s.cls_token = nn.Parameter(torch.randn(1, 1, C)); s.patch_embeddings = PE()
    def forward(s, x): y = s.patch_embeddings(x); return torch.cat([s.cls_token.expand(y.shape[0], -1, -1), y], 1)


class Pool(nn.Module):
    def __init__(s): super().__init__(); s.layernorm = nn.LayerNorm(C, eps=1e-12)
    def forward(s, x): return s.layernorm(x[:, 1:].mean(1))


class BM(nn.Module):
    def __init__(s, rel): super().__init__(); s.embeddings = BEm(); s.encoder = BE(rel); s.pooler = Pool()
    def forward(s, x): return s.pooler(s.encoder(s.embeddings(x)))


class Beit(nn.Module):
    def __init__(s, name="beit", rel=True): super().__init__(); setattr(s, name, BM(rel)); s.n = name; s.classifier = nn.Linear(C, 5)
    def forward(s, pixel_values): return s.classifier(getattr(s, s.n)(pixel_values))
# --- DINOv3 HF


class V3A(nn.Module):
    def __init__(s): super().__init__(); s.k_proj = nn.Linear(
        C, C, bias=False); s.q_proj, s.v_proj, s.o_proj = nn.Linear(
        C, C), nn.Linear(
            C, C), nn.Linear(
                C, C)

    def forward(s, x, cos, sin):
        def rope(t):
            a, b = t[:, :, :3], t[:, :, 3:]
            h = b.shape[-1] // 2
            r = torch.cat([-b[..., h:], b[..., :h]], -1)
            return torch.cat([a, b * cos + r * sin], 2)
        return s.o_proj(att(s.q_proj(x), s.k_proj(x), s.v_proj(x), rope=rope))


class LS(nn.Module):
    def __init__(s): super().__init__(); s.lambda1 = nn.Parameter(torch.randn(C))
    def forward(s, x): return x * s.lambda1


class V3M(nn.Module):
    def __init__(s): super().__init__(); s.up_proj, s.down_proj = nn.Linear(C, M), nn.Linear(M, C)
    def forward(s, x): return s.down_proj(nn.functional.gelu(s.up_proj(x)))


class V3L(nn.Module):
    def __init__(s): super().__init__(); s.norm1, s.norm2 = nn.LayerNorm(C, eps=1e-5), nn.LayerNorm(C,
                                                                                                    eps=1e-5); s.attention = V3A(); s.layer_scale1, s.layer_scale2 = LS(), LS(); s.mlp = V3M()

    def forward(s, x, c, n): x = x + s.layer_scale1(s.attention(s.norm1(x), c, n)); return x + s.layer_scale2(s.mlp(s.norm2(x)))


class V3E(nn.Module):
    def __init__(s): super().__init__(); s.cls_token = nn.Parameter(
        torch.randn(
            1,
            1,
            C)); s.register_tokens = nn.Parameter(
        torch.randn(
            1,
            2,
            C)); s.mask_token = nn.Parameter(
        torch.randn(
            1,
            1,
            C)); s.patch_embeddings = nn.Conv2d(
        3,
        C,
        P,
        P)
    def forward(s, x): y = s.patch_embeddings(x).flatten(2).transpose(1, 2); b = y.shape[0]; return torch.cat(
        [s.cls_token.expand(b, -1, -1), s.register_tokens.expand(b, -1, -1), y], 1)


class V3(nn.Module):
    def __init__(s): super().__init__(); s.embeddings = V3E(); s.layer = nn.ModuleList([V3L() for _ in range(D)]); s.norm = nn.LayerNorm(
        C, eps=1e-5); s.register_buffer('inv_freq', 1 / 100**torch.arange(0, 1, 4 / (C // H)), persistent=False)

    def forward(s, pixel_values):
        h = w = S // P
        y = (torch.arange(.5, h) / h) * 2 - 1
        g = torch.stack(torch.meshgrid(y, y, indexing='ij'), -1).flatten(0, 1)
        a = (2 * math.pi * g[:, :, None] * s.inv_freq).flatten(1, 2).tile(2)
        c, n = a.cos(), a.sin()
        x = s.embeddings(pixel_values)
        for l in s.layer:
            x = l(x, c, n)
        x = s.norm(x)
        return x, x[:, 0]
# --- timm EVA names (q_bias)


class EA(nn.Module):
    def __init__(s): super().__init__(); s.qkv = nn.Linear(C, 3 * C, bias=False); s.q_bias, s.v_bias = nn.Parameter(torch.randn(C)
                                                                                                                    ), nn.Parameter(torch.randn(C)); s.register_buffer('k_bias', torch.zeros(C), persistent=False); s.proj = nn.Linear(C, C)

    def forward(s, x):
        q, k, v = nn.functional.linear(x, s.qkv.weight, torch.cat((s.q_bias, s.k_bias, s.v_bias))).chunk(3, -1)
        return s.proj(att(q, k, v))


class EB(nn.Module):
    def __init__(s): super().__init__(); s.norm1, s.norm2 = nn.LayerNorm(C, eps=1e-6), nn.LayerNorm(C, eps=1e-6); s.attn = EA(); s.mlp = MLP2()
    def forward(s, x): x = x + s.attn(s.norm1(x)); return x + s.mlp(s.norm2(x))


class MLP2(nn.Module):
    def __init__(s): super().__init__(); s.fc1, s.fc2 = nn.Linear(C, M), nn.Linear(M, C)
    def forward(s, x): return s.fc2(nn.functional.gelu(s.fc1(x)))


class PE2(nn.Module):
    def __init__(s): super().__init__(); s.proj = nn.Conv2d(3, C, P, P)
    def forward(s, x): return s.proj(x).flatten(2).transpose(1, 2)


class Eva(nn.Module):
    def __init__(s): super().__init__(); s.cls_token = nn.Parameter(torch.randn(1, 1, C)); s.pos_embed = nn.Parameter(torch.randn(
        1, N + 1, C)); s.patch_embed = PE2(); s.blocks = nn.ModuleList([EB() for _ in range(D)]); s.fc_norm = nn.LayerNorm(C, eps=1e-6); s.head = nn.Linear(C, 5)

    def forward(s, x):
        y = s.patch_embed(x)
        x = torch.cat([s.cls_token.expand(y.shape[0], -1, -1), y], 1) + s.pos_embed
        for b in s.blocks:
            x = b(x)
        return s.head(s.fc_norm(x[:, 1:].mean(1)))


px = torch.randn(2, 3, S, S)


def export(model, name, inputs=None, outputs=("y",)):
    model.eval()
    for p in model.parameters():
        p.data.add_(torch.randn_like(p) * 0.1)  # the exporter stores equal parameters once
    inputs = inputs or dict(pixel_values=px)
    with torch.no_grad():
        torch.onnx.export(model, tuple(inputs.values()), name, input_names=list(inputs), output_names=list(outputs), opset_version=14)


export(Sig(), "siglip-images.onnx")
export(Sig2(), "siglip.onnx", dict(input_ids=torch.randint(0, 47, (2, 12)), pixel_values=px))
export(Beit(), "beit.onnx")
export(Eva(), "eva.onnx")
export(V3(), "dinov3.onnx", outputs=("last_hidden_state", "pooler_output"))
