"""ULTra_S maps in PyTorch, the two ways one would write them: one backward pass per token, and batched vector-Jacobian products.

    ultra_torch.py SHAPE [--tokens K] [--batch B] [--threads T] [--passes P]

Weights are random, because time does not depend on them. K tokens of the last layer are explained; both ways multiply the same factors
I + mean over heads of (dS/dA)+ * A and keep the token's row. One line of JSON goes to standard output.
"""
import argparse
import json
import statistics
import time

import torch
from torch.nn import functional as F

# width, heads, patches of a 224 x 224 image, blocks below the explained layer
SHAPES = {"s16": (384, 6, 196, 12), "b32": (768, 12, 49, 12), "b16": (768, 12, 196, 12), "l14": (1024, 16, 256, 24)}


class Block:
    """A pre-norm transformer block that hands out its attention probabilities."""

    def __init__(self, width, heads):
        def draw(*shape):
            return torch.randn(*shape) * 0.02

        self.width, self.heads = width, heads
        self.ones, self.zeros = torch.ones(width), torch.zeros(width)
        self.qkv, self.qkv_bias = draw(3 * width, width), draw(3 * width)
        self.out, self.out_bias = draw(width, width), draw(width)
        self.up, self.up_bias = draw(4 * width, width), draw(4 * width)
        self.down, self.down_bias = draw(width, 4 * width), draw(width)

    def norm(self, x):
        return F.layer_norm(x, (self.width,), self.ones, self.zeros, 1e-6)

    def __call__(self, x):
        tokens, depth = x.shape[1], self.width // self.heads
        qkv = F.linear(self.norm(x), self.qkv, self.qkv_bias)
        q, k, v = qkv.reshape(1, tokens, 3, self.heads, depth).permute(2, 0, 3, 1, 4)
        attention = torch.softmax(q @ k.transpose(-1, -2) / depth**0.5, dim=-1)
        mixed = (attention @ v).transpose(1, 2).reshape(1, tokens, self.width)
        x = x + F.linear(mixed, self.out, self.out_bias)
        hidden = F.gelu(F.linear(self.norm(x), self.up, self.up_bias))
        return x + F.linear(hidden, self.down, self.down_bias), attention


def forward(blocks, x):
    attentions = []
    for block in blocks:
        x, attention = block(x)
        attentions.append(attention)
    return x, attentions


def forward_seconds(blocks, x, passes):
    """Median of a few passes without a graph."""
    times = []
    with torch.no_grad():
        forward(blocks, x)
        for _ in range(passes):
            start = time.perf_counter()
            forward(blocks, x)
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def one_by_one(z, attentions, tokens):
    """A backward pass, a matrix per block and their product for every token."""
    size = z.shape[1]
    for i in tokens:
        gradients = torch.autograd.grad(z[0, i].sum(), attentions, retain_graph=True)
        product = torch.eye(size)
        for gradient, attention in zip(gradients, attentions):
            product = (torch.eye(size) + (gradient.clamp(min=0) * attention)[0].mean(0)) @ product
        yield product[i]


def batched(z, attentions, tokens, batch):
    """Several tokens in one backward pass; only the row of each token is multiplied, from the last block to the first."""
    size = z.shape[1]
    for first in range(0, len(tokens), batch):
        some = tokens[first:first + batch]
        seeds = torch.zeros(len(some), *z.shape)
        for j, i in enumerate(some):
            seeds[j, 0, i] = 1
        gradients = torch.autograd.grad(z, attentions, grad_outputs=seeds, retain_graph=True, is_grads_batched=True)
        for j, i in enumerate(some):
            row = torch.zeros(size)
            row[i] = 1
            for gradient, attention in zip(reversed(gradients), reversed(attentions)):
                row = row + row @ (gradient[j].clamp(min=0) * attention)[0].mean(0)
            yield row


def seconds_per_token(rows, count):
    start = time.perf_counter()
    found = list(rows)
    return (time.perf_counter() - start) / count, torch.stack(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--tokens", type=int, default=8, help="tokens to explain (default 8)")
    parser.add_argument("--batch", type=int, default=4, help="tokens per batched backward pass (default 4)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--passes", type=int, default=9, help="timed forward passes (default 9)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    width, heads, patches, depth = SHAPES[options.shape]
    blocks = [Block(width, heads) for _ in range(depth)]
    x = torch.randn(1, patches + 1, width, requires_grad=True)
    tokens = list(range(min(options.tokens, patches + 1)))

    pass_seconds = forward_seconds(blocks, x, options.passes)
    z, attentions = forward(blocks, x)
    loop, rows = seconds_per_token(one_by_one(z, attentions, tokens), len(tokens))
    together, same = seconds_per_token(batched(z, attentions, tokens, options.batch), len(tokens))
    print(json.dumps({
        "shape": options.shape, "torch": torch.__version__, "threads": options.threads, "tokens": len(tokens), "all_tokens": patches + 1,
        "forward_seconds": pass_seconds, "loop_seconds_for_all": loop * (patches + 1), "batched_seconds_for_all": together * (patches + 1),
        "largest_difference": float((rows - same).abs().max()),
    }))


if __name__ == "__main__":
    main()
