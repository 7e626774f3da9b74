"""A small LXMERT in PyTorch whose state_dict has exactly the names of Hugging Face's LxmertForQuestionAnswering.

Equations as in "LXMERT: Learning Cross-Modality Encoder Representations from Transformers" (Tan, Bansal, 2019, arXiv:1908.07490):
a language encoder, an encoder of object relationships, cross-modality layers whose attention both ways shares its weights, answers
from the first word. Needs PyTorch (1.13 or newer).
"""
import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {'hidden': 128, 'heads': 4, 'intermediate': 256, 'l_layers': 3, 'r_layers': 2, 'x_layers': 2, 'positions': 40, 'features': 128}
EPS = 1e-12
SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']


def norm(width):
    return nn.LayerNorm(width, eps=EPS)


class Attend(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)

    def forward(self, x, context, mask):
        b, n, d = x.shape
        split = lambda t: t.view(b, -1, self.heads, d // self.heads).transpose(1, 2)
        q, k, v = split(self.query(x)), split(self.key(context)), split(self.value(context))
        a = torch.softmax(q @ k.transpose(-1, -2) * (d // self.heads) ** -0.5 + mask, -1)
        return (a @ v).transpose(1, 2).reshape(b, n, d)


class Output(nn.Module):
    def __init__(self, cin, d):
        super().__init__()
        self.dense, self.LayerNorm = nn.Linear(cin, d), norm(d)

    def forward(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Inner(nn.Module):
    def __init__(self, d, width):
        super().__init__()
        self.dense = nn.Linear(d, width)

    def forward(self, x):
        return F.gelu(self.dense(x))


class SelfAttention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.self, self.output = Attend(d, heads), Output(d, d)

    def forward(self, x, mask):
        return self.output(self.self(x, x, mask), x)


class CrossAttention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.att, self.output = Attend(d, heads), Output(d, d)

    def forward(self, x, context, mask):
        return self.output(self.att(x, context, mask), x)


class Layer(nn.Module):
    def __init__(self, d, heads, width):
        super().__init__()
        self.attention, self.intermediate, self.output = SelfAttention(d, heads), Inner(d, width), Output(width, d)

    def forward(self, x, mask):
        x = self.attention(x, mask)
        return self.output(self.intermediate(x), x)


class CrossLayer(nn.Module):
    def __init__(self, d, heads, width):
        super().__init__()
        self.visual_attention = CrossAttention(d, heads)
        self.lang_self_att, self.visn_self_att = SelfAttention(d, heads), SelfAttention(d, heads)
        self.lang_inter, self.lang_output = Inner(d, width), Output(width, d)
        self.visn_inter, self.visn_output = Inner(d, width), Output(width, d)

    def forward(self, text, text_mask, image, image_mask):
        t, i = self.visual_attention(text, image, image_mask), self.visual_attention(image, text, text_mask)
        t, i = self.lang_self_att(t, text_mask), self.visn_self_att(i, image_mask)
        return self.lang_output(self.lang_inter(t), t), self.visn_output(self.visn_inter(i), i)


class Lxmert(nn.Module):
    def __init__(self, words, answers, c=CONFIG):
        super().__init__()
        d, sizes = c['hidden'], (c['hidden'], c['heads'], c['intermediate'])
        m = self.lxmert = nn.Module()
        e = m.embeddings = nn.Module()
        e.word_embeddings, e.position_embeddings, e.token_type_embeddings = nn.Embedding(words, d), nn.Embedding(c['positions'], d), nn.Embedding(2, d)
        e.LayerNorm = norm(d)
        m.encoder = nn.Module()
        v = m.encoder.visn_fc = nn.Module()
        v.visn_fc, v.visn_layer_norm = nn.Linear(c['features'], d), norm(d)
        v.box_fc, v.box_layer_norm = nn.Linear(4, d), norm(d)
        m.encoder.layer = nn.ModuleList([Layer(*sizes) for _ in range(c['l_layers'])])
        m.encoder.r_layers = nn.ModuleList([Layer(*sizes) for _ in range(c['r_layers'])])
        m.encoder.x_layers = nn.ModuleList([CrossLayer(*sizes) for _ in range(c['x_layers'])])
        m.pooler = nn.Module()
        m.pooler.dense = nn.Linear(d, d)
        self.answer_head = nn.Module()
        self.answer_head.logit_fc = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), norm(2 * d), nn.Linear(2 * d, answers))
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def start_from_names(self, directions, numbers):
        """
        Start: what the detector's heads read from a region and the words that name it share a number of the hidden state, branches beside the
        residual are small, and cross-attention compares like with like. directions [N, F], a row for each of N names; numbers: word -> name.
        """
        n = len(directions)
        with torch.no_grad():
            for name, p in self.named_parameters():
                if name.endswith('output.dense.weight'):
                    p.mul_(0.2)
            self.lxmert.encoder.visn_fc.visn_fc.weight[:n] = 0.3 * directions
            for word, k in numbers.items():
                self.lxmert.embeddings.word_embeddings.weight[word, k] = 0.3
            for layer in self.lxmert.encoder.x_layers:
                att = layer.visual_attention.att
                att.query.weight[:, :n] *= 2
                att.key.weight.copy_(att.query.weight)

    def forward(self, ids, features, boxes, regions):
        """[B, T] tokens (0: padding), [B, R, F], [B, R, 4] x1, y1, x2, y2 in 0..1, [B, R] true where there is a region -> [B, answers], [B, R, D]."""
        m, e = self.lxmert, self.lxmert.embeddings
        text = e.LayerNorm(e.word_embeddings(ids) + e.position_embeddings.weight[:ids.shape[1]] + e.token_type_embeddings.weight[0])
        v = m.encoder.visn_fc
        image = (v.visn_layer_norm(v.visn_fc(features)) + v.box_layer_norm(v.box_fc(boxes))) / 2
        text_mask, image_mask = [((~x).to(text.dtype) * -10000)[:, None, None] for x in (ids != 0, regions)]
        for layer in m.encoder.layer:
            text = layer(text, text_mask)
        for layer in m.encoder.r_layers:
            image = layer(image, image_mask)
        for layer in m.encoder.x_layers:
            text, image = layer(text, text_mask, image, image_mask)
        return self.answer_head.logit_fc(torch.tanh(m.pooler.dense(text[:, 0]))), image
