#!/usr/bin/env python3
"""Train the small DETR of shapes_detr.py on scenes of `translucent data shapes`, on two CPU cores.

1. Scenes and arrays: see shapes_data.py (detr/train: 24,000 scenes, detr/val: 1,000 held out).

2. Train; SIGTERM writes a checkpoint and ends, the same command goes on from RUN/last.pt:

     OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 nice -n 5 python3 train_shapes_detr.py train --data train.npz --val val.npz --run RUN

   The rate rises over --warmup steps, stays, and falls to zero over the last --decay share of --steps, so --steps may be
   changed between two runs as long as the fall has not begun. Every step draws from a generator seeded with (seed, step). Two
   processes of one thread each take half of every batch; that is faster here than two threads. From step --low-from on the
   convolutions run in bfloat16.

3. Measure and export the average of the weights (exponential moving average over about 700 steps):

     python3 train_shapes_detr.py export --run RUN --val val.npz --out MODEL_DIR

How it learns: Hungarian matching of queries and objects, losses of class, box (L1, generalised IoU), colour, surface and visible
share at every decoder layer; the same losses without matching for every cell of the 8 x 8 grid, both for the projected features
and for the encoder's memory, for the object of which most pixels lie in the cell. Heads for all this beyond DETR's own are dropped
on export. Scenes are turned and mirrored in all eight ways. Needs PyTorch (1.13 or newer), NumPy, SciPy.
"""
import argparse
import json
import os
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import nn

from shapes_data import COLOURS, KINDS, SURFACES
from shapes_detr import CONFIG, MEAN, STD, Detr, Mlp, pixels, write_safetensors
from shapes_processes import Team


class Extra(nn.Module):
    """Heads for training only: colour, surface, visible share of a state; and everything of a cell."""

    def __init__(self, d):
        super().__init__()
        self.looks = nn.Linear(d, len(COLOURS) + len(SURFACES) + 1)
        self.cell_class = nn.ModuleList([nn.Linear(d, len(KINDS) + 1) for _ in range(2)])
        self.cell_box = nn.ModuleList([Mlp(d, d, 4) for _ in range(2)])
        self.cell_looks = nn.ModuleList([nn.Linear(d, len(COLOURS) + len(SURFACES) + 1) for _ in range(2)])


# ------------------------------------------------------------------ batches
def turn(images, boxes, cells, way):
    """The symmetry `way` (0..7) of squares, of one scene; boxes are cx, cy, w, h."""
    boxes = boxes.copy()
    if way & 1:
        images, cells = images[:, ::-1], cells[:, ::-1]
        boxes[:, 0] = 1 - boxes[:, 0]
    if way & 2:
        images, cells = images[::-1], cells[::-1]
        boxes[:, 1] = 1 - boxes[:, 1]
    if way & 4:
        images, cells = images.transpose(1, 0, 2), cells.T
        boxes = boxes[:, [1, 0, 3, 2]]
    return images, boxes, cells


def batch(data, index, ways):
    images, targets, cells = [], [], []
    for i, way in zip(index, ways):
        n = data['count'][i]
        im, bx, ce = turn(data['images'][i], data['boxes'][i, :n], data['cells'][i], way)
        images.append(im)
        cells.append(ce)
        targets.append({'boxes': torch.from_numpy(bx), 'visible': torch.from_numpy(data['visible'][i, :n]),
                        **{k: torch.from_numpy(data[k][i, :n]) for k in ('kind', 'colour', 'surface')}})
    return pixels(np.stack(images)), targets, torch.from_numpy(np.stack(cells).astype(np.int64))


# ------------------------------------------------------------------ losses
def corners(b):
    return torch.cat((b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2), -1)


def giou(a, b):
    """Generalised IoU (Rezatofighi et al., 2019) of corner boxes that broadcast."""
    inter = (torch.min(a[..., 2:], b[..., 2:]) - torch.max(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    hull = (torch.max(a[..., 2:], b[..., 2:]) - torch.min(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - inter
    return inter / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)


def box_loss(p, t):
    """Sum over boxes; both cx, cy, w, h."""
    return 5 * (p - t).abs().sum() + 2 * (1 - giou(corners(p), corners(t))).sum()


def looks_loss(z, t):
    """Sum over objects of colour, surface and visible share."""
    c, s, v = z.split((len(COLOURS), len(SURFACES), 1), -1)
    return 0.5 * (F.cross_entropy(c, t['colour'], reduction='sum') + F.cross_entropy(s, t['surface'], reduction='sum')
                  + (v[..., 0].sigmoid() - t['visible']).abs().sum())


def homes(queries):
    """[Q, 2]: the places on a square grid at which the queries start."""
    side = round(queries ** 0.5)
    at = (torch.arange(side) + 0.5) / side
    return torch.stack((at.repeat(side), at.repeat_interleave(side)), -1)


def match(logits, boxes, targets, home):
    """-> (scene, query) of every object, scenes in order, objects in order; home weighs how far an object is from where a query starts."""
    scenes, queries = [], []
    places = homes(logits.shape[1])
    with torch.no_grad():
        p, b = logits.softmax(-1), corners(boxes)
        for i, t in enumerate(targets):
            cost = (-p[i][:, t['kind']] + 5 * torch.cdist(boxes[i], t['boxes'], p=1)
                    - 2 * giou(b[i][:, None], corners(t['boxes'])[None]) + home * torch.cdist(places, t['boxes'][:, :2], p=1))
            rows, columns = linear_sum_assignment(cost.numpy())
            scenes += [i] * len(rows)
            queries += list(rows[np.argsort(columns)])
    return torch.tensor(scenes), torch.tensor(queries)


def loss_of(net, extra, images, targets, cells, low=False, home=0.0):
    states, tokens, memory = net(images, low)
    all_of = {k: torch.cat([t[k] for t in targets]) for k in targets[0]}
    n = len(all_of['kind'])
    nothing = len(KINDS)
    weight = torch.ones(nothing + 1)
    weight[nothing] = 0.2
    parts = {}
    total = 0
    for layer, s in enumerate(states):
        logits, boxes = net.class_labels_classifier(s), net.boxes(s)
        at = match(logits.detach(), boxes.detach(), targets, home)
        want = torch.full(logits.shape[:2], nothing)
        want[at] = all_of['kind']
        c = F.cross_entropy(logits.flatten(0, 1), want.flatten(), weight)
        b = box_loss(boxes[at], all_of['boxes']) / n
        k = looks_loss(extra.looks(s[at]), all_of) / n
        total = total + c + b + k
        parts.update({'class': c.item(), 'box': b.item(), 'looks': k.item()})
    first = torch.tensor([0] + [len(t['kind']) for t in targets]).cumsum(0)[:-1]
    cells = cells.flatten(1)
    on = cells >= 0
    number = (cells + first[:, None])[on]
    of_cells = {k: v[number] for k, v in all_of.items()}
    want = torch.full(cells.shape, nothing)
    want[on] = of_cells['kind']
    for level, x in enumerate((tokens, memory)):
        c = F.cross_entropy(extra.cell_class[level](x).flatten(0, 1), want.flatten(), weight)
        b = box_loss(extra.cell_box[level](x[on]).sigmoid(), of_cells['boxes']) / len(number)
        k = looks_loss(extra.cell_looks[level](x[on]), of_cells) / len(number)
        total = total + c + b + k
        parts['cells'] = (c + b).item()
    return total, parts


# ------------------------------------------------------------------ measure
@torch.no_grad()
def detect(net, images, size=100):
    """-> class probabilities [S, Q, classes + 1], boxes [S, Q, 4], last states [S, Q, D]."""
    p, b, s = [], [], []
    for i in range(0, len(images), size):
        state = net(pixels(images[i:i + size]))[0][-1]
        p.append(net.class_labels_classifier(state).softmax(-1))
        b.append(net.boxes(state))
        s.append(state)
    return torch.cat(p), torch.cat(b), torch.cat(s)


def average_precision(p, boxes, data, threshold):
    """COCO's box AP at one threshold, every query submitted with its best real class: mean over classes of 101 interpolated points."""
    score, kind = p[..., :-1].max(-1)
    box = corners(boxes)
    results = []
    for k in range(len(KINDS)):
        scores, hits, objects = [], [], 0
        for i in range(len(p)):
            n = data['count'][i]
            truth = corners(torch.from_numpy(data['boxes'][i, :n]))[data['kind'][i, :n] == k]
            objects += len(truth)
            q = (kind[i] == k).nonzero()[:, 0]
            q = q[score[i, q].argsort(descending=True)]
            if len(q) == 0:
                continue
            a, b = box[i, q][:, None], truth[None]
            inter = (torch.min(a[..., 2:], b[..., 2:]) - torch.max(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
            iou = (inter / ((a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - inter)).numpy()
            free = np.ones(len(truth), bool)
            for row, sc in zip(iou, score[i, q].tolist()):
                row = np.where(free, row, -1)
                best = row.argmax() if len(row) else -1
                hit = best >= 0 and row[best] >= threshold
                if hit:
                    free[best] = False
                scores.append(sc)
                hits.append(hit)
        order = np.argsort(-np.array(scores), kind='stable')
        tp = np.cumsum(np.array(hits)[order])
        recall, precision = tp / objects, tp / np.arange(1, len(tp) + 1)
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        at = np.searchsorted(recall, np.linspace(0, 1, 101))
        results.append(np.where(at < len(precision), precision[np.minimum(at, len(precision) - 1)], 0).mean())
    return float(np.mean(results))


def measure(net, data, scenes):
    net.eval()
    part = {k: v[:scenes] for k, v in data.items()}
    p, b, _ = detect(net, part['images'])
    aps = [average_precision(p, b, part, t) for t in np.arange(0.5, 1, 0.05)]
    net.train()
    return aps[0], float(np.mean(aps))


# ------------------------------------------------------------------ run
def load(path):
    with np.load(path) as z:
        return {k: z[k] for k in z.files}


def gradient(net, extra, data, a, step, rank):
    """Loss parts of one process's share of the step's batch; gradients are left in the parameters."""
    per_epoch = len(data['count']) // a.batch
    epoch, at = divmod(step, per_epoch)
    order = np.random.default_rng([a.seed, 1, epoch]).permutation(len(data['count']))[at * a.batch:(at + 1) * a.batch]
    ways = np.random.default_rng([a.seed, 2, step]).integers(8, size=a.batch)
    images, targets, cells = batch(data, order[rank::a.processes], ways[rank::a.processes])
    loss, parts = loss_of(net, extra, images.to(memory_format=torch.channels_last), targets, cells, step >= a.low_from,
                          a.home if step >= a.home_from else 0.0)
    for p in list(net.parameters()) + list(extra.parameters()):
        p.grad = None
    loss.backward()
    return parts


def train(a):
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    os.makedirs(a.run, exist_ok=True)
    data, val = load(a.data), load(a.val)
    net = Detr(len(KINDS)).to(memory_format=torch.channels_last)
    extra = Extra(CONFIG['d_model'])
    mean = {k: v.clone() for k, v in net.state_dict().items()}
    backbone = list(net.model.backbone.parameters()) + list(net.model.input_projection.parameters())
    ids = {id(p) for p in backbone}
    others = [p for p in net.parameters() if id(p) not in ids] + list(extra.parameters())
    parameters = list(net.parameters()) + list(extra.parameters())
    groups = [{'params': backbone, 'peak': a.lr_backbone}, {'params': others, 'peak': a.lr}]
    optimizer = torch.optim.AdamW(groups, lr=a.lr, weight_decay=1e-4)
    step, last = 0, os.path.join(a.run, 'last.pt')
    if os.path.exists(last):
        c = torch.load(last)
        net.load_state_dict(c['net'])
        extra.load_state_dict(c['extra'])
        optimizer.load_state_dict(c['optimizer'])
        mean, step = c['mean'], c['step']
        print('resumed at step %d' % step, flush=True)
    print('%d parameters, %d scenes, pid %d' % (sum(p.numel() for p in net.parameters()), len(data['count']), os.getpid()), flush=True)

    def save():
        torch.save({'net': net.state_dict(), 'extra': extra.state_dict(), 'optimizer': optimizer.state_dict(),
                    'mean': mean, 'step': step, 'steps': a.steps}, last + '.tmp')
        os.replace(last + '.tmp', last)

    team, stop = Team(a.processes, parameters, lambda step, rank: gradient(net, extra, data, a, step, rank)), []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    sums, n, t0 = {}, 0, time.time()
    while step < min(a.steps, a.stop_at) and not stop:
        rate = min(1.0, (step + 1) / a.warmup, (a.steps - step) / (a.decay * a.steps))
        for g in optimizer.param_groups:
            g['lr'] = g['peak'] * rate
        parts = team.average(step)
        nn.utils.clip_grad_norm_(others, 1.0)
        nn.utils.clip_grad_norm_(backbone, 1.0)
        optimizer.step()
        step += 1
        keep = min(a.mean, (1 + step) / (10 + step))
        with torch.no_grad():
            for k, v in net.state_dict().items():
                if v.dtype.is_floating_point:
                    mean[k].lerp_(v, 1 - keep)
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + v
        n += 1
        if step % a.every == 0 or step == a.steps:
            speed = n * a.batch / (time.time() - t0)
            text = ' '.join('%s %.3f' % (k, v / n) for k, v in sums.items())
            if step % (5 * a.every) == 0 or step == a.steps:
                judge = Detr(len(KINDS)).to(memory_format=torch.channels_last)
                judge.load_state_dict(mean)
                text += ' | val[300] AP50 %.3f AP %.3f' % measure(judge, val, 300)
                save()
            print('%s step %d rate %.2f %s | %.0f img/s' % (time.strftime('%H:%M:%S'), step, rate, text, speed), flush=True)
            sums, n, t0 = {}, 0, time.time()
    save()
    team.end()


# ------------------------------------------------------------------ export
def stored(weights):
    """What Hugging Face's file holds of a state_dict."""
    return {k: v.contiguous().numpy().astype(np.float16) for k, v in weights.items() if not k.endswith('num_batches_tracked')}


def config():
    c = CONFIG
    sizes = {'embedding_size': c['embedding_size'], 'hidden_sizes': c['hidden_sizes'], 'depths': c['depths']}
    return {
        'architectures': ['DetrForObjectDetection'], 'model_type': 'detr', 'torch_dtype': 'float16', 'd_model': c['d_model'], 'hidden_size': c['d_model'],
        'encoder_layers': c['encoder_layers'], 'decoder_layers': c['decoder_layers'], 'num_hidden_layers': c['encoder_layers'],
        'encoder_attention_heads': c['heads'], 'decoder_attention_heads': c['heads'], 'num_attention_heads': c['heads'],
        'encoder_ffn_dim': c['ffn_dim'], 'decoder_ffn_dim': c['ffn_dim'], 'activation_function': 'relu', 'num_queries': c['num_queries'], 'num_channels': 3,
        'position_embedding_type': 'sine', 'use_timm_backbone': False, 'use_pretrained_backbone': False, 'backbone': None, 'backbone_kwargs': None, 'dilation': False,
        'backbone_config': {'model_type': 'resnet', 'layer_type': 'basic', 'hidden_act': 'relu', 'num_channels': 3, 'downsample_in_first_stage': False,
                            'downsample_in_bottleneck': False, **sizes, 'stage_names': ['stem', 'stage1', 'stage2', 'stage3'],
                            'out_features': ['stage3'], 'out_indices': [3]},
        'dropout': 0.0, 'attention_dropout': 0.0, 'activation_dropout': 0.0, 'encoder_layerdrop': 0.0, 'decoder_layerdrop': 0.0, 'init_std': 0.02,
        'init_xavier_std': 1.0, 'auxiliary_loss': True, 'scale_embedding': False, 'is_encoder_decoder': True, 'class_cost': 1, 'bbox_cost': 5, 'giou_cost': 2,
        'bbox_loss_coefficient': 5, 'giou_loss_coefficient': 2, 'eos_coefficient': 0.2,
        'id2label': {str(i): n for i, n in enumerate(KINDS)}, 'label2id': {n: i for i, n in enumerate(KINDS)},
    }


PREPROCESSOR = {
    'image_processor_type': 'DetrImageProcessor', 'format': 'coco_detection', 'do_resize': True, 'size': {'shortest_edge': 128, 'longest_edge': 128},
    'resample': 2, 'do_rescale': True, 'rescale_factor': 1 / 255, 'do_normalize': True, 'image_mean': MEAN, 'image_std': STD, 'do_pad': True,
}


def export(a):
    torch.set_num_threads(a.threads)
    c, val = torch.load(os.path.join(a.run, 'last.pt')), load(a.val)
    net, extra = Detr(len(KINDS)), Extra(CONFIG['d_model'])
    extra.load_state_dict(c['extra'])
    os.makedirs(a.out, exist_ok=True)
    half = stored(c['mean'])
    for weights, name in ((c['mean'], 'float32'), ({**c['mean'], **{k: torch.from_numpy(v.astype(np.float32)) for k, v in half.items()}}, 'float16')):
        net.load_state_dict(weights)
        net.eval()
        p, b, s = detect(net, val['images'])
        aps = {t: average_precision(p, b, val, t) for t in np.arange(0.5, 1, 0.05)}
        print('%s, %d scenes: AP50 %.4f AP75 %.4f AP %.4f' % (name, len(p), list(aps.values())[0], list(aps.values())[5], np.mean(list(aps.values()))))
    counts(p, b, extra.looks(s), val)
    if any(not np.isfinite(v).all() for v in half.values()):
        raise SystemExit('a number does not fit float16')
    write_safetensors(os.path.join(a.out, 'model.safetensors'), half, {'format': 'pt'})
    for name, what in (('config.json', config()), ('preprocessor_config.json', PREPROCESSOR)):
        with open(os.path.join(a.out, name), 'w') as f:
            json.dump(what, f, indent=2)
            f.write('\n')
    print('%d tensors, %d numbers, %d steps' % (len(half), sum(v.size for v in half.values()), c['step']))
    if a.reference:
        net.double()
        images = pixels(val['images'][a.reference_scenes]).double()
        with torch.no_grad():
            s = net(images)[0][-1]
            write_safetensors(a.reference, {'logits': net.class_labels_classifier(s).float().numpy(), 'boxes': net.boxes(s).float().numpy(), 'states': s.float().numpy()},
                              {'scenes': ' '.join(map(str, a.reference_scenes))})


def counts(p, boxes, looks, data):
    """Prints what a user of detections above 0.5 sees: objects found, kinds and looks that are right, detections of nothing."""
    score, kind = p[..., :-1].max(-1)
    found = right = colour = surface = nothing = 0
    for i in range(len(p)):
        n = data['count'][i]
        kept = (score[i] > 0.5).nonzero()[:, 0]
        truth = corners(torch.from_numpy(data['boxes'][i, :n]))
        overlap = giou(corners(boxes[i, kept])[:, None], truth[None])
        rows, columns = linear_sum_assignment(-overlap.numpy())
        hit = [(kept[r].item(), c) for r, c in zip(rows, columns) if overlap[r, c] >= 0.5]
        nothing += len(kept) - len(hit)
        found += len(hit)
        for q, c in hit:
            right += int(kind[i, q] == data['kind'][i, c])
            colour += int(looks[i, q, :len(COLOURS)].argmax() == data['colour'][i, c])
            surface += int(looks[i, q, len(COLOURS):-1].argmax() == data['surface'][i, c])
    total = data['count'].sum()
    print('above 0.5: %.1f %% of %d objects found (generalised IoU 0.5); of these kind %.1f %%, colour %.1f %%, surface %.1f %% right; %.2f detections of nothing a scene'
          % (100 * found / total, total, 100 * right / found, 100 * colour / found, 100 * surface / found, nothing / len(p)))


if __name__ == '__main__':
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = cli.add_subparsers(required=True)
    v = verbs.add_parser('train')
    v.add_argument('--data', required=True)
    v.add_argument('--val', required=True)
    v.add_argument('--run', required=True)
    v.add_argument('--seed', type=int, default=1)
    v.add_argument('--steps', type=int, default=7200)
    v.add_argument('--stop-at', type=int, default=5628, help='ends here, before the rate has fallen to zero')
    v.add_argument('--batch', type=int, default=32)
    v.add_argument('--lr', type=float, default=5e-4)
    v.add_argument('--lr-backbone', type=float, default=1e-3)
    v.add_argument('--warmup', type=int, default=300)
    v.add_argument('--decay', type=float, default=0.4)
    v.add_argument('--low-from', type=int, default=1000)
    v.add_argument('--home', type=float, default=4.0)
    v.add_argument('--home-from', type=int, default=2502)
    v.add_argument('--mean', type=float, default=0.9985)
    v.add_argument('--every', type=int, default=100)
    v.add_argument('--processes', type=int, default=2)
    v.set_defaults(call=train)
    v = verbs.add_parser('export')
    v.add_argument('--run', required=True)
    v.add_argument('--val', required=True)
    v.add_argument('--out', required=True)
    v.add_argument('--reference', help='a file for what the exported weights give in float64')
    v.add_argument('--reference-scenes', type=int, nargs='+', default=[0, 1], help='held-out scenes')
    v.add_argument('--threads', type=int, default=2)
    v.set_defaults(call=export)
    arguments = cli.parse_args()
    arguments.call(arguments)
