"""A small DETR in PyTorch whose state_dict has exactly the names of Hugging Face's DetrForObjectDetection.

Backbone: Hugging Face's ResNet with basic blocks and three stages (stride 16), without timm. Transformer: post-norm,
sine positions from the padding mask, added to queries and keys of the image; equations as in "End-to-End Object Detection
with Transformers" (Carion et al., 2020, arXiv:2005.12872). Training adds heads of its own, `Extra`, that are not exported.
Also here: a writer and a reader of safetensors. Needs PyTorch (1.13 or newer) and NumPy.
"""
import json
import math
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

CONFIG = {
    'embedding_size': 32, 'hidden_sizes': [32, 64, 128], 'depths': [2, 2, 2],
    'd_model': 128, 'heads': 8, 'encoder_layers': 3, 'decoder_layers': 3, 'ffn_dim': 512, 'num_queries': 16,
}


# ------------------------------------------------------------------ backbone
class ConvLayer(nn.Module):
    def __init__(self, cin, cout, kernel=3, stride=1, relu=True):
        super().__init__()
        self.convolution = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False)
        self.normalization = nn.BatchNorm2d(cout, eps=1e-5)
        self.relu = relu

    def forward(self, x):
        x = self.normalization(self.convolution(x))
        return F.relu(x) if self.relu else x


class BasicBlock(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.shortcut = ConvLayer(cin, cout, 1, stride, relu=False) if cin != cout or stride != 1 else None
        self.layer = nn.Sequential(ConvLayer(cin, cout, 3, stride), ConvLayer(cout, cout, relu=False))

    def forward(self, x):
        y = self.layer(x)
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class Stage(nn.Module):
    def __init__(self, cin, cout, depth, stride):
        super().__init__()
        self.layers = nn.Sequential(*[BasicBlock(cin if b == 0 else cout, cout, stride if b == 0 else 1) for b in range(depth)])

    def forward(self, x):
        return self.layers(x)


class ResNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        widths = [c['embedding_size']] + c['hidden_sizes']
        self.embedder = nn.Module()
        self.embedder.embedder = ConvLayer(3, widths[0], 7, 2)
        self.encoder = nn.Module()
        self.encoder.stages = nn.ModuleList(
            [Stage(widths[s], widths[s + 1], c['depths'][s], 1 if s == 0 else 2) for s in range(len(c['depths']))])

    def forward(self, x):
        x = F.max_pool2d(self.embedder.embedder(x), 3, 2, 1)
        for stage in self.encoder.stages:
            x = stage(x)
        return x


# ------------------------------------------------------------------ transformer
def sine_positions(mask, width):
    """[B, h, w] of 1 and 0 -> [B, h*w, width]: first half from the row, second from the column."""
    y, x = mask.cumsum(1), mask.cumsum(2)
    y = y / (y[:, -1:, :] + 1e-6) * 2 * math.pi
    x = x / (x[:, :, -1:] + 1e-6) * 2 * math.pi
    half = width // 2
    j = torch.arange(half, dtype=mask.dtype)
    f = 10000 ** (2 * torch.div(j, 2, rounding_mode='floor') / half)

    def waves(c):
        c = c[..., None] / f
        return torch.stack((c[..., 0::2].sin(), c[..., 1::2].cos()), -1).flatten(-2)

    return torch.cat((waves(y), waves(x)), -1).flatten(1, 2)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        for n in ('k_proj', 'v_proj', 'q_proj', 'out_proj'):
            setattr(self, n, nn.Linear(width, width))
            nn.init.xavier_uniform_(getattr(self, n).weight)
            nn.init.zeros_(getattr(self, n).bias)

    def forward(self, q, k, v):
        b, n, d = q.shape
        split = lambda x: x.view(b, -1, self.heads, d // self.heads).transpose(1, 2)
        q, k, v = split(self.q_proj(q)), split(self.k_proj(k)), split(self.v_proj(v))
        a = torch.softmax(q @ k.transpose(-1, -2) * (d // self.heads) ** -0.5, -1)
        return self.out_proj((a @ v).transpose(1, 2).reshape(b, n, d))


class EncoderLayer(nn.Module):
    def __init__(self, d, heads, ffn):
        super().__init__()
        self.self_attn = Attention(d, heads)
        self.self_attn_layer_norm = nn.LayerNorm(d)
        self.fc1, self.fc2 = nn.Linear(d, ffn), nn.Linear(ffn, d)
        self.final_layer_norm = nn.LayerNorm(d)

    def forward(self, x, pos):
        x = self.self_attn_layer_norm(x + self.self_attn(x + pos, x + pos, x))
        return self.final_layer_norm(x + self.fc2(F.relu(self.fc1(x))))


class DecoderLayer(nn.Module):
    def __init__(self, d, heads, ffn):
        super().__init__()
        self.self_attn = Attention(d, heads)
        self.self_attn_layer_norm = nn.LayerNorm(d)
        self.encoder_attn = Attention(d, heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(d)
        self.fc1, self.fc2 = nn.Linear(d, ffn), nn.Linear(ffn, d)
        self.final_layer_norm = nn.LayerNorm(d)

    def forward(self, t, slots, memory, pos):
        t = self.self_attn_layer_norm(t + self.self_attn(t + slots, t + slots, t))
        t = self.encoder_attn_layer_norm(t + self.encoder_attn(t + slots, memory + pos, memory))
        return self.final_layer_norm(t + self.fc2(F.relu(self.fc1(t))))


class Mlp(nn.Module):
    def __init__(self, *widths):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(widths, widths[1:])])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class Detr(nn.Module):
    def __init__(self, classes, c=CONFIG):
        super().__init__()
        d = c['d_model']
        m = self.model = nn.Module()
        m.backbone = nn.Module()
        m.backbone.conv_encoder = nn.Module()
        m.backbone.conv_encoder.model = ResNet(c)
        m.input_projection = nn.Conv2d(c['hidden_sizes'][-1], d, 1)
        m.query_position_embeddings = nn.Embedding(c['num_queries'], d)
        m.encoder, m.decoder = nn.Module(), nn.Module()
        m.encoder.layers = nn.ModuleList([EncoderLayer(d, c['heads'], c['ffn_dim']) for _ in range(c['encoder_layers'])])
        m.decoder.layers = nn.ModuleList([DecoderLayer(d, c['heads'], c['ffn_dim']) for _ in range(c['decoder_layers'])])
        m.decoder.layernorm = nn.LayerNorm(d)
        self.class_labels_classifier = nn.Linear(d, classes + 1)
        self.bbox_predictor = Mlp(d, d, d, 4)
        self.look_where_you_are()

    def look_where_you_are(self):
        """Start: queries sit on a square grid of places, and cross-attention compares places (shared projection, sharp ones weighted)."""
        m, d = self.model, self.model.query_position_embeddings.weight.shape[1]
        side = round(len(m.query_position_embeddings.weight) ** 0.5)
        with torch.no_grad():
            at = (torch.arange(side) + 0.5) / side * 2 * math.pi
            y, x = at.repeat_interleave(side), at.repeat(side)
            half = d // 2
            j = torch.arange(half)
            f = 10000 ** (2 * torch.div(j, 2, rounding_mode='floor') / half)
            waves = lambda c: torch.where(j % 2 == 0, (c[:, None] / f).sin(), (c[:, None] / f).cos())
            m.query_position_embeddings.weight[:side * side] = torch.cat((waves(y), waves(x)), 1)
            weight = torch.where(j < half // 4, 4.0, 1.0).repeat(2)
            for layer in m.decoder.layers:
                layer.encoder_attn.q_proj.weight.mul_(weight)
                layer.encoder_attn.k_proj.weight.copy_(layer.encoder_attn.q_proj.weight)

    def forward(self, images, low=False):
        """[B, 3, H, W], no padding -> states of every decoder layer (normed), projected features and memory [B, N, D]; low: backbone in bfloat16."""
        m = self.model
        with torch.autocast('cpu', torch.bfloat16, enabled=low):
            f = m.backbone.conv_encoder.model(images)
        f = m.input_projection(f.to(m.input_projection.weight.dtype))
        b, _, h, w = f.shape
        pos = sine_positions(torch.ones(1, h, w, dtype=f.dtype), f.shape[1])
        x = tokens = f.flatten(2).transpose(1, 2)
        for layer in m.encoder.layers:
            x = layer(x, pos)
        slots = m.query_position_embeddings.weight[None]
        t, states = torch.zeros_like(slots).expand(b, -1, -1), []
        for layer in m.decoder.layers:
            t = layer(t, slots, x, pos)
            states.append(m.decoder.layernorm(t))
        return states, tokens, x

    def boxes(self, state):
        return self.bbox_predictor(state).sigmoid()


def pixels(images):
    """[B, H, W, 3] uint8 -> [B, 3, H, W] float32, as DetrImageProcessor makes it."""
    x = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float()
    return (x / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


# ------------------------------------------------------------------ files
KINDS_OF_NUMBERS = {'float16': 'F16', 'float32': 'F32', 'float64': 'F64', 'uint8': 'U8', 'int64': 'I64'}


def write_safetensors(path, arrays, metadata=None):
    """arrays: name -> NumPy array."""
    head, at = ({'__metadata__': metadata} if metadata else {}), 0
    for n, v in arrays.items():
        head[n] = {'dtype': KINDS_OF_NUMBERS[str(v.dtype)], 'shape': list(v.shape), 'data_offsets': [at, at + v.nbytes]}
        at += v.nbytes
    h = json.dumps(head, separators=(',', ':')).encode()
    h += b' ' * (-len(h) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(h)) + h)
        for v in arrays.values():
            f.write(np.ascontiguousarray(v).tobytes())


def read_safetensors(path):
    with open(path, 'rb') as f:
        head = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
        data = f.read()
    head.pop('__metadata__', None)
    kinds = {v: k for k, v in KINDS_OF_NUMBERS.items()}
    return {n: np.frombuffer(data[v['data_offsets'][0]:v['data_offsets'][1]], kinds[v['dtype']]).reshape(v['shape'])
            for n, v in head.items()}
