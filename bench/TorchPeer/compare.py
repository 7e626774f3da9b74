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

EXPLAINED = 32  # tokens of the summary
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


def language(options):
    """TinyLlama's layout, 512 tokens: 32 summary tokens in one sweep of ours, one backward pass for each in PyTorch. One side a call, so that a round may be cut into slices."""
    found = {}

    def add(name, value):
        found.setdefault(name, []).append(value)

    for r in range(options.rounds):
        row = json.load(open(options.ours_json.format(r + 1)))['results'][0] if options.ours_json else ours(options.ours, 'summary', '--shape', 'tinyllama')[0]
        for key in ['seconds_forward', 'seconds_exact', 'seconds_floor', 'share_of_peak', 'seconds_0_rows', 'seconds_4_rows', 'seconds_16_rows']:
            add(key, row[key])
        for mode in options.modes:
            text = open(options.peer_text.format(mode, r + 1)).read() if options.peer_text else peer(options.peer, 'llama', '3', '2', mode)
            add('forward ' + mode, number(r'fused attention (\d+) ms', text) / 1e3)
            add('loop ' + mode, number(r'-> ([\d.]+) s for', text))
    return {name: statistics.median(values) for name, values in found.items()}


def language_table(m, options):
    lines = ['# Language models against PyTorch 2.10 (TorchSharp 0.107.0, oneDNN and MKL), 2 threads', '',
             f'TinyLlama-1.1B\'s layout, random bfloat16 weights, 512 tokens, ULTra_S of {EXPLAINED} summary tokens of the last layer. Medians of {options.rounds} interleaved rounds; '
             'seconds. Ours computes in float32, PyTorch with weights and arithmetic in the type of its column: one backward pass for each token, median of three '
             f'times {EXPLAINED}.', '',
             f'| work | {" | ".join("PyTorch " + mode for mode in options.modes)} | ours | ratio |', '|---|' + '---:|' * (len(options.modes) + 2)]
    works = [('forward, last logits', 'forward', 'seconds_forward'), (f'{EXPLAINED} tokens exactly, one sweep', 'loop', 'seconds_exact'),
             (f'{EXPLAINED} tokens sparsely, own rows', 'loop', 'seconds_0_rows'), ('own rows and 4 more', 'loop', 'seconds_4_rows'),
             ('own rows and 16 more', 'loop', 'seconds_16_rows')]
    for title, theirs, mine in works:
        times = [m[f'{theirs} {mode}'] for mode in options.modes]
        lines.append(f'| {title} | {" | ".join(f"{t:.3g}" for t in times)} | {m[mine]:.3g} | {", ".join(f"{t / m[mine]:.1f}" for t in times)} |')
    lines += ['', f'The floor of the exact sweep, its counted operations at the FMA peak, is {m["seconds_floor"]:.1f} s; it reaches {100 * m["share_of_peak"]:.0f} % of that peak.']
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--peer', required=True)
    parser.add_argument('--ours', required=True)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--out', required=True)
    parser.add_argument('--language', action='store_true', help='language models instead of vision')
    parser.add_argument('--modes', nargs='+', default=['fp32', 'bf16'], help='with --language: types of the peer')
    parser.add_argument('--ours-json', help='with --language: results measured before, {} the round')
    parser.add_argument('--peer-text', help='with --language: output of the peer measured before, {} fp32 or bf16, {} the round')
    options = parser.parse_args()
    text = language_table(language(options), options) if options.language else table(measure(options), options)
    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, 'pytorch-2.10-language.md' if options.language else 'pytorch-2.10.md')
    open(path, 'w').write(text)
    print(text)


if __name__ == '__main__':
    main()
