"""A small Llama in PyTorch, with the names of Hugging Face's `LlamaForCausalLM` (PyTorch 1.13 or newer)."""
import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {'hidden': 128, 'layers': 5, 'heads': 4, 'groups': 2, 'intermediate': 256, 'positions': 256, 'theta': 10000.0, 'eps': 1e-5}


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + CONFIG['eps']))


def rotation(length, size, dtype):
    """cos and sin [length, size], halves alike, of every place."""
    frequency = 1.0 / CONFIG['theta'] ** (torch.arange(0, size, 2, dtype=torch.float64) / size)
    angle = torch.arange(length, dtype=torch.float64)[:, None] * frequency[None]
    angle = torch.cat((angle, angle), -1)
    return angle.cos().to(dtype), angle.sin().to(dtype)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat((-b, a), -1) * sin


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        d, self.heads, self.groups = CONFIG['hidden'], CONFIG['heads'], CONFIG['groups']
        self.size = d // self.heads
        self.q_proj = nn.Linear(d, d, bias=False)
        self.k_proj = nn.Linear(d, self.groups * self.size, bias=False)
        self.v_proj = nn.Linear(d, self.groups * self.size, bias=False)
        self.o_proj = nn.Linear(d, d, bias=False)

    def forward(self, x, cos, sin, hidden):
        n, t, d = x.shape
        share = self.heads // self.groups
        q = rotate(self.q_proj(x).view(n, t, self.heads, self.size).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(n, t, self.groups, self.size).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(n, t, self.groups, self.size).transpose(1, 2)
        # The heads of a group, one below the other, read its keys together.
        q = (q * self.size ** -0.5).reshape(n, self.groups, share * t, self.size)
        score = (q @ k.transpose(-1, -2)).view(n, self.groups, share, t, t) + hidden
        out = score.softmax(-1).view(n, self.groups, share * t, t) @ v
        return self.o_proj(out.view(n, self.heads, t, self.size).transpose(1, 2).reshape(n, t, d))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_proj = nn.Linear(CONFIG['hidden'], CONFIG['intermediate'], bias=False)
        self.up_proj = nn.Linear(CONFIG['hidden'], CONFIG['intermediate'], bias=False)
        self.down_proj = nn.Linear(CONFIG['intermediate'], CONFIG['hidden'], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn, self.mlp = Attention(), Mlp()
        self.input_layernorm, self.post_attention_layernorm = Norm(CONFIG['hidden']), Norm(CONFIG['hidden'])

    def forward(self, x, cos, sin, hidden, kept=None):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, hidden)
        if kept is not None:
            x = x[kept]
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embed_tokens = nn.Embedding(words, CONFIG['hidden'])
        self.layers = nn.ModuleList(Layer() for _ in range(CONFIG['layers']))
        self.norm = Norm(CONFIG['hidden'])

    def forward(self, ids, kept=None, between=None):
        """between: a list for what comes out of every layer but the last."""
        t = ids.shape[1]
        x = self.embed_tokens(ids)
        cos, sin = rotation(t, CONFIG['hidden'] // CONFIG['heads'], x.dtype)
        hidden = torch.full((t, t), -1e9, dtype=x.dtype).triu(1)
        for layer in self.layers:
            if between is not None and layer is not self.layers[0]:
                between.append(x)
            x = layer(x, cos, sin, hidden, kept if layer is self.layers[-1] else None)
        return self.norm(x)


class Llama(nn.Module):
    """The matrix of the embedding is that of the answers too."""
    def __init__(self, words):
        super().__init__()
        self.model = Decoder(words)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                # Branches start small, so that a state is first of all the word itself.
                nn.init.normal_(p, std=0.1 if 'embed' in name else 0.006 if 'o_proj' in name or 'down_proj' in name else p.shape[1] ** -0.5)

    @torch.no_grad()
    def start_from_words(self, pairs, topics):
        """Lets the model start with words of one name near each other, `pairs` of tokens, and with heads of the first two layers that look
        at the word before, at the one before that, and at the words of `topics`."""
        d, size = CONFIG['hidden'], CONFIG['hidden'] // CONFIG['heads']
        word = self.model.embed_tokens.weight
        for one, many in pairs:
            word[many] = 0.8 * word[one] + 0.6 * word[many]
        always = F.normalize(torch.randn(d), dim=0)             # a direction that all words share
        word -= (word @ always)[:, None] * always
        topic = F.normalize(word[topics].mean(0), dim=0)
        word[topics] += 0.4 * topic
        word[:] = F.normalize(word, dim=-1) + 0.5 * always
        scale = (d / 1.25) ** 0.5                               # by what the first norm multiplies
        cos, sin = rotation(3, size, torch.float32)
        fast, slow = torch.zeros(size), torch.zeros(size)
        for half in (0, size // 2):
            fast[half:half + size // 8], slow[half + size // 2 - 4:half + size // 2] = 1, 1
        for layer in self.model.layers[:2]:
            a = layer.self_attn
            if layer is self.model.layers[0]:
                # q = R(-back) k, so that q R(n - m) k is largest where n = m - back.
                key = fast * (80 / fast.sum()) ** 0.5
                a.k_proj.weight[:size] = key[:, None] * always / (0.5 * scale)
                for head, back in ((0, 1), (1, 2)):
                    query = rotate(key, cos[back], -sin[back]) * 2
                    a.q_proj.weight[head * size:(head + 1) * size] = query[:, None] * always / (0.5 * scale)
            key = slow / slow.norm()
            a.k_proj.weight[size:2 * size] = key[:, None] * topic * (12 / (0.6 * scale))
            a.q_proj.weight[2 * size:3 * size] = key[:, None] * always * (size ** 0.5 / (0.5 * scale))
            for group in range(CONFIG['groups']):
                a.v_proj.weight[group * size:(group + 1) * size] = torch.linalg.qr(torch.randn(d, size))[0].t()
            a.o_proj.weight[:, :3 * size] = 0.12 * torch.linalg.qr(torch.randn(d, 3 * size))[0]

    def forward(self, ids, kept=None, between=None):
        """Logits [B, T, words] of ids [B, T]; with kept [B, T] only of those places, [places, words]."""
        return self.model(ids, kept, between) @ self.model.embed_tokens.weight.t()
