#!/usr/bin/env python3
"""Train the two smallest Vision Transformers that ship: fashion-vit and shapes-vit.

The network, the optimiser and the export are those of train_cifar10_vit.py,
which must lie beside this file. Needs PyTorch (1.13 or newer) and NumPy, and
Pillow to prepare scenes.

1. Data as arrays. Fashion-MNIST is Debian's package dataset-fashion-mnist
   (MIT licence); scenes are drawn by the command:

     python3 train_small_vit.py fashion --idx /usr/share/datasets/fashion-mnist --data FASHION

     translucent data shapes --count 16000 --seed 1501 --size 96,96 --objects 1,1 --questions 0 --out scenes
     translucent data shapes --count 2000 --seed 1502 --size 96,96 --objects 1,1 --questions 0 --out held-out
     python3 train_small_vit.py shapes --train scenes --test held-out --data SHAPES

2. Train; the cards say what was used. SIGTERM writes a checkpoint, the same
   command goes on from it. Matrix products run in bfloat16 with float32 master
   weights; each of two threads takes half of every batch.

     python3 train_small_vit.py train --data FASHION --run RUN
     python3 train_small_vit.py train --data SHAPES --run RUN --dim 96 --layers 5

3. Export the moving average of the weights, and measure what was exported:

     python3 train_small_vit.py export --run RUN --out MODEL_DIR
     python3 train_small_vit.py measure --model MODEL_DIR --data FASHION

Early in training (until --full-from of the schedule) only some patches are
fed to the network, which is faster: of clothes a random half, of scenes a
window of 6 x 6 patches at a random place that holds the object.
Where patches have labels (scenes), a second linear head learns the class of
every patch from its last token, with a weight that falls to zero at
--dense-until of the schedule. It is not exported.
"""
import argparse
import gzip
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np

import train_cifar10_vit as base

FASHION = ['t-shirt/top', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot']
KINDS = ['disc', 'square', 'triangle', 'star', 'ring', 'cross', 'heart', 'crescent']


# ------------------------------------------------------------------ data
def fashion(a):
    os.makedirs(a.data, exist_ok=True)
    for part, split in (('train', 'train'), ('t10k', 'test')):
        with gzip.open(os.path.join(a.idx, part + '-images-idx3-ubyte.gz')) as f:
            x = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
        with gzip.open(os.path.join(a.idx, part + '-labels-idx1-ubyte.gz')) as f:
            y = np.frombuffer(f.read(), np.uint8, offset=8)
        np.savez(os.path.join(a.data, split + '.npz'), x=x, y=y)
    with open(os.path.join(a.data, 'meta.json'), 'w') as f:
        json.dump({'names': FASHION, 'mean': [0.2860] * 3, 'std': [0.3530] * 3, 'patch': 4, 'size': 28, 'kind': 'fashion'}, f)


def shapes(a):
    from PIL import Image
    os.makedirs(a.data, exist_ok=True)
    for folder, split in ((a.train, 'train'), (a.test, 'test')):
        with open(os.path.join(folder, 'scenes.jsonl')) as f:
            scenes = [json.loads(line) for line in f]
        x = np.stack([np.asarray(Image.open(os.path.join(folder, s['image']))).transpose(2, 0, 1) for s in scenes])
        y = np.array([KINDS.index(s['class']) for s in scenes], np.uint8)
        cells = np.zeros((len(scenes), 12, 12), np.uint8)     # 0: no object on half of the patch
        for i, s in enumerate(scenes):
            on = np.asarray(Image.open(os.path.join(folder, s['labels']))) > 0
            cells[i] = (on.reshape(12, 8, 12, 8).mean((1, 3)) >= 0.5) * (y[i] + 1)
        np.savez(os.path.join(a.data, split + '.npz'), x=x, y=y, cells=cells)
        print(split, x.shape, np.bincount(y).tolist(), 'cells', np.bincount(cells.reshape(-1)).tolist())
    with open(os.path.join(a.data, 'meta.json'), 'w') as f:
        json.dump({'names': KINDS, 'mean': [0.5] * 3, 'std': [0.5] * 3, 'patch': 8, 'size': 96, 'kind': 'shapes'}, f)


def load(folder, split):
    import torch
    with np.load(os.path.join(folder, split + '.npz')) as f:
        return {k: torch.from_numpy(f[k]) for k in f.files}


def normalise(x, meta):
    """uint8 [B,1 or 3,H,W] -> [B,3,H,W]; a grey picture becomes three equal channels."""
    import torch
    x = x.expand(-1, 3, -1, -1).float() / 255
    return (x - torch.tensor(meta['mean']).view(1, 3, 1, 1)) / torch.tensor(meta['std']).view(1, 3, 1, 1)


def augment(x, cells, rng, kind):
    """Fashion: mirrored, and moved by up to 2 pixels. Scenes: the 8 turns and mirrorings, the same for all of a batch."""
    import torch
    import torch.nn.functional as F
    if kind == 'shapes':
        for flag, op in ((rng.random() < 0.5, lambda t: t.flip(-1)), (rng.random() < 0.5, lambda t: t.flip(-2)),
                         (rng.random() < 0.5, lambda t: t.transpose(-1, -2))):
            x, cells = (op(x), op(cells)) if flag else (x, cells)
        return x.contiguous(), cells
    n, size = x.shape[0], x.shape[-1]
    pad = F.pad(x, (2, 2, 2, 2))
    out = torch.empty_like(x)
    for i, (dy, dx, flip) in enumerate(zip(rng.integers(0, 5, n), rng.integers(0, 5, n), rng.random(n) < 0.5)):
        v = pad[i, :, dy:dy + size, dx:dx + size]
        out[i] = v.flip(-1) if flip else v
    return out, cells


def windows(cells, rng, side):
    """Indices [B, side * side] of a square window of patches at a random place that holds the object's patches."""
    import torch
    n, grid = cells.shape[0], cells.shape[1]
    corners = []
    for on in (cells.amax(2).numpy() > 0, cells.amax(1).numpy() > 0):
        first = np.where(on.any(1), on.argmax(1), grid // 2)
        last = np.where(on.any(1), grid - 1 - on[:, ::-1].argmax(1), grid // 2)
        low, high = np.clip(last - side + 1, 0, grid - side), np.clip(first, 0, grid - side)
        corners.append(torch.from_numpy(rng.integers(np.minimum(low, high), np.maximum(low, high) + 1)))
    at = torch.arange(side)
    return ((corners[0][:, None, None] + at[None, :, None]) * grid + corners[1][:, None, None] + at[None, None, :]).view(n, side * side)


# ------------------------------------------------------------------ training
def accuracy(p, part, meta, layers, heads, rows, batch=200):
    import torch
    good = 0
    p = {k: v.bfloat16() for k, v in p.items()}
    with torch.no_grad():
        for i in range(0, len(rows), batch):
            r = rows[i:i + batch]
            out = base.forward(p, normalise(part['x'][r], meta).bfloat16(), layers, heads, None, meta['patch'])
            good += (out.argmax(1) == part['y'][r]).sum().item()
    return 100.0 * good / len(rows)


def train(a):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(a.seed)
    os.makedirs(a.run, exist_ok=True)
    with open(os.path.join(a.data, 'meta.json')) as f:
        meta = json.load(f)
    tr, te = load(a.data, 'train'), load(a.data, 'test')
    grid = meta['size'] // meta['patch']
    patches = grid * grid
    p = base.init_params(a.dim, a.layers, a.heads, a.ratio, patch=meta['patch'], grid=grid, classes=len(meta['names']))
    dense = 'cells' in tr
    if dense:
        p['d'], p['db'] = torch.zeros(len(meta['names']) + 1, a.dim), torch.zeros(len(meta['names']) + 1)
    opt = base.Optimiser(p, a.dim, a)
    ema = {k: v.clone() for k, v in p.items()}
    step, spent = 0, 0.0
    last = os.path.join(a.run, 'last.pt')
    if os.path.exists(last):
        c = torch.load(last)
        for k in p:
            p[k].copy_(c['p'][k])
            ema[k].copy_(c['ema'][k])
        opt.load(c['opt'])
        step, spent = c['step'], c['spent']

    def save():
        torch.save({'p': p, 'ema': ema, 'opt': opt.state(), 'step': step, 'spent': spent,
                    'meta': meta, 'args': {k: v for k, v in vars(a).items() if k != 'fn'}}, last + '.tmp')
        os.replace(last + '.tmp', last)

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    low = {k: v.to(torch.bfloat16).clone().requires_grad_() for k, v in p.items()}

    def part_of_batch(args):
        x, y, cells, keep, weight = args
        z = base.encode(low, normalise(x, meta).bfloat16(), a.layers, a.heads, keep, meta['patch'])
        loss = F.cross_entropy(F.linear(z[:, 0], low['h'], low['hb']).float(), y.long(), label_smoothing=a.smooth)
        both = loss
        if dense and weight > 0:
            want = cells.flatten(1).long()
            want = want if keep is None else want.gather(1, keep) if keep.dim() == 2 else want[:, keep]
            out = F.linear(z[:, 1:], low['d'], low['db']).float().flatten(0, 1)
            both = loss + weight * F.cross_entropy(out, want.flatten(), weight=torch.tensor([0.15] + [1.0] * len(meta['names'])))
        g = torch.autograd.grad(both, list(low.values()), allow_unused=True)
        return loss.item(), g

    pool = ThreadPoolExecutor(2)
    per_epoch = len(tr['y']) // a.batch
    total = int(per_epoch * a.epochs)
    few = torch.arange(0, len(te['y']), max(1, len(te['y']) // 500))
    shown, loss_sum, loss_n, at = time.time(), 0.0, 0, step
    while step < total and not stop:
        t0 = time.process_time()
        epoch, pos = divmod(step, per_epoch)
        order = np.random.default_rng([a.seed, epoch]).permutation(len(tr['y']))[pos * a.batch:(pos + 1) * a.batch]
        rng = np.random.default_rng([a.seed, epoch, pos])
        prog = step / total
        mult = min(1.0, (prog + 1e-3) / a.warmup) * (0.5 + 0.5 * np.cos(np.pi * prog)) + 0.005
        rows = torch.from_numpy(order)
        x, cells = augment(tr['x'][rows], tr['cells'][rows] if dense else None, rng, meta['kind'])
        keep = None
        if prog < a.full_from:
            keep = windows(cells, rng, a.window) if dense else torch.from_numpy(np.sort(rng.permutation(patches)[:int(patches * a.keep)]))
        weight = max(0.0, 1 - prog / a.dense_until)
        half = len(rows) // 2
        parts = list(pool.map(part_of_batch, [(x[h], tr['y'][rows[h]], cells[h] if dense else None,
                                               keep if keep is None or keep.dim() == 1 else keep[h], weight)
                                              for h in (slice(0, half), slice(half, None))]))
        loss_sum, loss_n = loss_sum + (parts[0][0] + parts[1][0]) / 2, loss_n + 1
        with torch.no_grad():
            opt.step({k: torch.zeros_like(v) if u is None else (u.float() + w.float()) / 2
                      for (k, v), u, w in zip(p.items(), parts[0][1], parts[1][1])}, mult)
            step += 1
            for k, v in p.items():
                ema[k].lerp_(v, 1 - min(a.ema, (1 + step) / (10 + step)))
                low[k].copy_(v)
        spent += time.process_time() - t0
        if time.time() - shown > a.show_s:
            rate = (step - at) * a.batch / (time.time() - shown)
            acc = accuracy(ema, te, meta, a.layers, a.heads, few)
            print('step %d, %.2f epochs, %.0f s of processor time, progress %.3f, loss %.3f, %d images a second, %d held-out: %.1f %%'
                  % (step, step / per_epoch, spent, prog, loss_sum / loss_n, rate, len(few), acc), flush=True)
            shown, loss_sum, loss_n, at = time.time(), 0.0, 0, step
            save()
    save()
    print('%d steps of %d images, %.2f epochs, %.0f s of processor time; all held-out images: %.2f %%'
          % (step, a.batch, step / per_epoch, spent, accuracy(ema, te, meta, a.layers, a.heads, torch.arange(len(te['y'])))), flush=True)


# ------------------------------------------------------------------ export
def export(a):
    import torch
    c = torch.load(os.path.join(a.run, 'last.pt'))
    m, meta = SimpleNamespace(**c['args']), c['meta']
    hf = base.to_hf(c['ema'], m.layers, meta['patch'])
    os.makedirs(a.out, exist_ok=True)
    base.write_safetensors(os.path.join(a.out, 'model.safetensors'),
                           {k: v.contiguous().numpy().astype('float16') for k, v in hf.items()}, {'format': 'pt'})
    names = meta['names']
    cfg = {'architectures': ['ViTForImageClassification'], 'model_type': 'vit', 'image_size': meta['size'],
           'patch_size': meta['patch'], 'num_channels': 3, 'hidden_size': m.dim, 'num_hidden_layers': m.layers,
           'num_attention_heads': m.heads, 'intermediate_size': m.dim * m.ratio, 'hidden_act': 'gelu',
           'layer_norm_eps': base.EPS, 'qkv_bias': True, 'hidden_dropout_prob': 0.0, 'attention_probs_dropout_prob': 0.0,
           'initializer_range': 0.02, 'encoder_stride': meta['patch'], 'problem_type': 'single_label_classification',
           'id2label': {str(i): n for i, n in enumerate(names)}, 'label2id': {n: i for i, n in enumerate(names)},
           'torch_dtype': 'float16'}
    pre = {'image_processor_type': 'ViTImageProcessor', 'do_resize': True,
           'size': {'height': meta['size'], 'width': meta['size']}, 'resample': 2, 'do_rescale': True,
           'rescale_factor': 1 / 255, 'do_normalize': True, 'image_mean': meta['mean'], 'image_std': meta['std']}
    for n, v in (('config.json', cfg), ('preprocessor_config.json', pre)):
        with open(os.path.join(a.out, n), 'w') as f:
            json.dump(v, f, indent=2)
            f.write('\n')
    print('%d tensors, %d parameters, step %d' % (len(hf), sum(v.numel() for v in hf.values()), c['step']))


def measure(a):
    """Accuracy of the exported files, read again, on every held-out image."""
    import torch
    from eval_cifar10_vit import Model
    torch.set_num_threads(a.threads)
    torch.set_grad_enabled(False)
    model, part = Model(a.model, torch.float32), load(a.data, 'test')
    x = part['x'].expand(-1, 3, -1, -1).numpy().transpose(0, 2, 3, 1)
    z = torch.cat([model.logits(x[i:i + 200]) for i in range(0, len(x), 200)]).double()
    y = part['y'].long()
    p = z.argmax(1)
    print('%d images, top-1 %.2f %%, top-2 %.2f %%, cross-entropy %.4f, mean confidence %.1f %%' % (
        len(y), 100 * (p == y).double().mean(), 100 * (z.topk(2, 1)[1] == y[:, None]).any(1).double().mean(),
        torch.nn.functional.cross_entropy(z, y), 100 * z.softmax(1).max(1)[0].mean()))
    for c, name in enumerate(model.names):
        wrong = torch.bincount(p[y == c], minlength=len(model.names))
        right, wrong[c] = wrong[c].item(), 0
        print('| %s | %.1f %% | %s (%d of %d) |' % (name, 100.0 * right / (y == c).sum(), model.names[int(wrong.argmax())], wrong.max(), (y == c).sum()))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sp = ap.add_subparsers(dest='cmd', required=True)
    numbers = [('epochs', 5.0), ('dim', 64), ('layers', 4), ('heads', 4), ('ratio', 2), ('batch', 192),
               ('lr-muon', 4e-3), ('lr-adam', 2e-3), ('momentum', 0.95), ('wd', 0.03), ('warmup', 0.03), ('ema', 0.99),
               ('full-from', 0.4), ('keep', 0.5), ('window', 6), ('smooth', 0.05), ('dense-until', 0.6), ('seed', 1), ('show-s', 60.0)]
    for fn, needs, defaults in ((fashion, ('idx', 'data'), []), (shapes, ('train', 'test', 'data'), []),
                                (train, ('data', 'run'), numbers), (export, ('run', 'out'), []),
                                (measure, ('model', 'data'), [('threads', 2)])):
        q = sp.add_parser(fn.__name__)
        for n in needs:
            q.add_argument('--' + n, required=True)
        for n, v in defaults:
            q.add_argument('--' + n, type=type(v), default=v)
        q.set_defaults(fn=fn)
    a = ap.parse_args()
    a.fn(a)


if __name__ == '__main__':
    main()
