#!/usr/bin/env python3
"""Runs the PyTorch 2.10 peer (TorchPeer) and `translucent benchmark` in turns and writes medians and ratios as a table.

    python3 bench/TorchPeer/compare.py --peer "COMMAND THAT RUNS TorchPeer" --ours artifacts/bin/Translucent.Cli/release/Translucent.Cli --rounds 3 --out bench/results/PROCESSOR

Every round starts both anew. Nothing else should run: both sides suffer from company, but not equally.
"""
import argparse
import json
import os
import re
import shlex
import statistics
import subprocess
import tempfile

SHAPES = ['b16', 's16', 'b32']


def peer(command, *args):
    return subprocess.run(shlex.split(command) + list(args), capture_output=True, text=True, check=True).stdout


def number(pattern, text):
    return float(re.search(pattern, text).group(1))


def ours(command, *args):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'b.json')
        subprocess.run(shlex.split(command) + ['benchmark', *args, '--json', path], check=True, stdout=subprocess.DEVNULL)
        return json.load(open(path))['results']


def measure(options, mode='fp32'):
    found = {}

    def add(name, value):
        found.setdefault(name, []).append(value)

    for _ in range(options.rounds):
        for shape in SHAPES:
            text = peer(options.peer, 'vit', shape, '6', '2', mode)
            add((shape, 'peer forward'), number(r'fused attention ([\d.]+) ms', text) / 1e3)
            add((shape, 'peer loop'), number(r'-> ([\d.]+) s for all', text))
            add((shape, 'peer gae 16'), number(r'16 classes ([\d.]+) s', text))
            add((shape, 'peer gae 1000'), number(r'1000 classes (\d+) s', text))
            add((shape, 'peer own'), number(r'one backward pass: ([\d.]+) ms', text) / 1e3)
            for row in ours(options.ours, 'forward', '--shapes', shape, '--quick'):
                add((shape, 'forward'), row['milliseconds'] / 1e3)
            for row in ours(options.ours, 'ultra', '--shapes', shape):
                add((shape, 'loop'), row['seconds'])
            for row in ours(options.ours, 'methods', '--shapes', shape, '--methods', 'gae', '--quick'):
                add((shape, 'gae 16'), row['seconds_many'])
            for row in ours(options.ours, 'sparse', '--shapes', shape, '--quick'):
                add((shape, 'own'), row['seconds_forward'] + row['seconds_own'])
                add((shape, 'gae 1000'), row['seconds_gae'])
        text = peer(options.peer, 'detr', '2')
        add(('detr', 'peer forward'), number(r'forward: (\d+) ms', text) / 1e3)
        add(('detr', 'peer 20'), number(r'20 objects ([\d.]+) s', text))
        for row in ours(options.ours, 'detr', '--quick'):
            add(('detr', 'forward'), row['milliseconds'] / 1e3)
            add(('detr', '20'), row['seconds_absolute_20'])
    return {name: statistics.median(values) for name, values in found.items()}


def table(m, options):
    lines = [f'# Against PyTorch 2.10 (TorchSharp 0.107.0, oneDNN and MKL), 2 threads, float32', '',
             f'Medians of {options.rounds} interleaved rounds; seconds. "Own rows": forward pass and the sparse sweep K = 0 of all tokens, in PyTorch written with the diagonal of the attention\'s pull. '
             'GAE of 1,000 classes: ours by own rows, PyTorch one backward pass for each.', '',
             '| work | PyTorch | ours | ratio |', '|---|---:|---:|---:|']
    names = {'b16': 'ViT-B/16', 's16': 'ViT-S/16', 'b32': 'ViT-B/32'}
    works = [('forward', 'peer forward', 'forward'), ('all tokens exactly, one backward pass for each', 'peer loop', 'loop'),
             ('own rows of all tokens', 'peer own', 'own'), ('GAE, 16 classes', 'peer gae 16', 'gae 16'), ('GAE, 1,000 classes', 'peer gae 1000', 'gae 1000')]
    for shape in SHAPES:
        for title, theirs, mine in works:
            a, b = m[(shape, theirs)], m[(shape, mine)]
            lines.append(f'| {names[shape]}: {title} | {a:.3g} | {b:.3g} | {a / b:.1f} |')
    for title, theirs, mine in [('forward, 800 x 1066', 'peer forward', 'forward'), ('20 objects, absolute correction', 'peer 20', '20')]:
        a, b = m[('detr', theirs)], m[('detr', mine)]
        lines.append(f'| DETR-R50: {title} | {a:.3g} | {b:.3g} | {a / b:.1f} |')
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--peer', required=True)
    parser.add_argument('--ours', required=True)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    text = table(measure(options), options)
    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, 'pytorch-2.10.md')
    open(path, 'w').write(text)
    print(text)


if __name__ == '__main__':
    main()
