"""Class maps in PyTorch as one would write them: autograd over one forward pass, one class at a time.

    methods_torch.py SHAPE [--classes 16] [--threads T] [--rounds R]

Weights are random, because time does not depend on them. Each method is timed for one class and for several; the forward pass, which
all share, is timed by itself (conservative LRP and AttnLRP, which need a pass of their own with some values detached, are given theirs
for nothing). One line of JSON goes to standard output: median seconds by method.
"""
import argparse
import json
import statistics
import time

import torch
from torch.nn import functional as F

from ultra_torch import SHAPES, Block

CLASSES = 1000


class TracedBlock(Block):
    """A block that also hands out what TokenTM and AttCAT look at; with `frozen`, attention and denominators are constants."""

    frozen = False

    def norm(self, x):
        if not self.frozen:
            return super().norm(x)
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-6).sqrt().detach()

    def __call__(self, x):
        tokens, depth = x.shape[1], self.width // self.heads
        q, k, v = F.linear(self.norm(x), self.qkv, self.qkv_bias).reshape(1, tokens, 3, self.heads, depth).permute(2, 0, 3, 1, 4)
        attention = torch.softmax(q @ k.transpose(-1, -2) / depth**0.5, dim=-1)
        if self.frozen:
            attention = attention.detach()
        mixed = (attention @ v).transpose(1, 2).reshape(1, tokens, self.width)
        middle = x + F.linear(mixed, self.out, self.out_bias)
        added = F.linear(F.gelu(F.linear(self.norm(middle), self.up, self.up_bias)), self.down, self.down_bias)
        return middle + added, {"in": x, "attention": attention, "v": v, "middle": middle, "added": added}


def forward(blocks, head, x):
    traces = []
    for block in blocks:
        x, trace = block(x)
        traces.append(trace)
    return F.linear(F.layer_norm(x, (x.shape[-1],))[:, 0], head)[0], traces


def carry(factors, size):
    """The class token's row of the product of all factors."""
    row = torch.zeros(size)
    row[0] = 1
    for factor in factors:
        row = row @ factor
    return row


def gae(logit, traces, blocks):
    attentions = [t["attention"] for t in traces]
    gradients = torch.autograd.grad(logit, attentions, retain_graph=True)
    size = attentions[0].shape[-1]
    return carry((torch.eye(size) + (g.clamp(min=0) * a)[0].mean(0) for g, a in zip(reversed(gradients), reversed(attentions))), size)


def transformation(before, after):
    """Ratio of lengths times the softmax over tokens of the cosines."""
    ratio = after.norm(dim=-1) / before.norm(dim=-1)
    return ratio * torch.softmax(F.cosine_similarity(before, after, dim=-1), dim=-1)


def tokentm(logit, traces, blocks):
    attentions = [t["attention"] for t in traces]
    gradients = torch.autograd.grad(logit, attentions, retain_graph=True)
    size, factors = attentions[0].shape[-1], []
    with torch.no_grad():
        for g, t, block in zip(gradients, traces, blocks):
            made = torch.einsum("hnd,chd->hnc", t["v"][0], block.out.reshape(block.width, block.heads, -1))
            heads = transformation(t["in"].expand(block.heads, -1, -1), made)
            factors.append(torch.eye(size) + (g[0].clamp(min=0) * t["attention"][0] * heads[:, None, :]).mean(0))
            factors.append(torch.eye(size) + torch.diag(transformation(t["middle"][0], t["added"][0])))
        return carry(reversed(factors), size) * traces[0]["in"][0].norm(dim=-1)


def gradcam(logit, traces, blocks):
    attention = traces[-1]["attention"]
    gradient, = torch.autograd.grad(logit, attention, retain_graph=True)
    return (gradient[0, :, 0, 1:].mean(-1, keepdim=True) * attention[0, :, 0, 1:]).mean(0).clamp(min=0)


def attcat(logit, traces, blocks):
    states = [t["in"] for t in traces]
    gradients = torch.autograd.grad(logit, states, retain_graph=True)
    return sum((g * h)[0].sum(-1) * t["attention"][0].mean(0).mean(0) for g, h, t in zip(gradients, states, traces))


def gradient_x_input(logit, traces, blocks):
    gradient, = torch.autograd.grad(logit, traces[0]["in"], retain_graph=True)
    return (gradient * traces[0]["in"])[0].sum(-1)


METHODS = {"gradcam": gradcam, "gae": gae, "tokentm": tokentm, "attcat": attcat, "gradient_x_input": gradient_x_input}


def seconds(method, scores, traces, blocks, classes):
    start = time.perf_counter()
    for c in range(classes):
        method(scores[61 * c % CLASSES], traces, blocks).detach()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--classes", type=int, default=16)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    width, heads, patches, depth = SHAPES[options.shape]
    blocks = [TracedBlock(width, heads) for _ in range(depth)]
    head = torch.randn(CLASSES, width) * 0.02
    x = torch.randn(1, patches + 1, width, requires_grad=True)
    found = {}
    passes = []
    for _ in range(3):
        start = time.perf_counter()
        plain = forward(blocks, head, x)
        passes.append(time.perf_counter() - start)
    TracedBlock.frozen = True
    frozen = forward(blocks, head, x)
    for name, method, (scores, traces) in [*((n, m, plain) for n, m in METHODS.items()), ("conservative_lrp", gradient_x_input, frozen)]:
        seconds(method, scores, traces, blocks, 1)
        one = [seconds(method, scores, traces, blocks, 1) for _ in range(options.rounds)]
        many = [seconds(method, scores, traces, blocks, options.classes) for _ in range(options.rounds)]
        found[name] = {"seconds_one": statistics.median(one), "seconds_many": statistics.median(many)}
    print(json.dumps({"shape": options.shape, "torch": torch.__version__, "threads": options.threads, "classes": options.classes, "forward_seconds": statistics.median(passes), "methods": found}))


if __name__ == "__main__":
    main()
