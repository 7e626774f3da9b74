#!/usr/bin/env python3
"""Scenes of `translucent data shapes` as arrays for training.

    translucent data shapes --count 25000 --seed 101 --split 24:1 --objects 1,5 --out detr
    python3 shapes_data.py detr/train train.npz
    python3 shapes_data.py detr/val val.npz

An .npz holds, for S scenes, at most K objects and a grid of 8 x 8 cells:

    images    [S, 128, 128, 3]  uint8
    count     [S]               objects of the scene
    boxes     [S, K, 4]         cx, cy, w, h of the visible pixels as shares of the image
    kind, colour, surface [S, K]
    visible   [S, K]            share of the whole object that is seen
    cells     [S, 8, 8]         number of the object of which most pixels lie in the cell, -1 where none has a fifth of the cell

Needs NumPy and Pillow. Words for numbers: KINDS, COLOURS, SURFACES, in the order of the class numbers of instances.json.
"""
import json
import os
import sys

import numpy as np

KINDS = ['disc', 'square', 'triangle', 'star', 'ring', 'cross', 'heart', 'crescent']
COLOURS = ['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink']
SURFACES = ['plain', 'striped', 'dotted', 'checked', 'gradient']
GRID = 8


def decode_runs(text, height, width):
    """COCO's compressed run lengths -> [height, width] of 0 and 1; runs go down the columns."""
    counts, at = [], 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            c = ord(text[at]) - 48
            value |= (c & 31) << shift
            more = c & 32 != 0
            at += 1
            shift += 5
            if not more and c & 16:
                value |= -1 << shift
        if len(counts) > 2:
            value += counts[-2]
        counts.append(value)
    flat = np.repeat(np.arange(len(counts)) & 1, counts).astype(np.uint8)
    return flat.reshape(width, height).T


def read_scenes(folder):
    """-> (records of scenes.jsonl, annotations by scene, each list ordered by object number)."""
    with open(os.path.join(folder, 'scenes.jsonl')) as f:
        scenes = [json.loads(line) for line in f]
    with open(os.path.join(folder, 'instances.json')) as f:
        coco = json.load(f)
    by_scene = {s['scene']: [] for s in scenes}
    for a in coco['annotations']:
        by_scene[a['image_id']].append(a)
    return scenes, [sorted(by_scene[s['scene']], key=lambda a: a['object']) for s in scenes]


def prepare(folder, most=8):
    from PIL import Image
    scenes, annotations = read_scenes(folder)
    n = len(scenes)
    size = scenes[0]['width']
    out = {'images': np.zeros((n, size, size, 3), np.uint8), 'count': np.zeros(n, np.int64),
           'boxes': np.zeros((n, most, 4), np.float32), 'visible': np.zeros((n, most), np.float32),
           'cells': np.full((n, GRID, GRID), -1, np.int8)}
    for name in ('kind', 'colour', 'surface'):
        out[name] = np.zeros((n, most), np.int64)
    cell = size // GRID
    for i, (scene, objects) in enumerate(zip(scenes, annotations)):
        if (scene['width'], scene['height']) != (size, size):
            raise SystemExit('scene %d: size %dx%d, expected %d squared' % (i, scene['width'], scene['height'], size))
        out['images'][i] = np.asarray(Image.open(os.path.join(folder, scene['image'])).convert('RGB'))
        out['count'][i] = len(objects)
        share = np.zeros((len(objects) + 1, GRID, GRID))
        share[-1] = 0.2 * cell * cell
        for j, a in enumerate(objects):
            x, y, w, h = a['bbox']
            out['boxes'][i, j] = np.array([x + w / 2, y + h / 2, w, h]) / size
            out['kind'][i, j] = a['category_id'] - 1
            out['colour'][i, j] = COLOURS.index(a['colour'])
            out['surface'][i, j] = SURFACES.index(a['surface'])
            out['visible'][i, j] = a['area'] / scene['objects'][a['object']]['whole_area']
            mask = decode_runs(a['segmentation']['counts'], size, size)
            share[j] = mask.reshape(GRID, cell, GRID, cell).sum((1, 3))
        best = share.argmax(0)
        out['cells'][i] = np.where(best == len(objects), -1, best)
    return out


if __name__ == '__main__':
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    arrays = prepare(sys.argv[1])
    np.savez(sys.argv[2], **arrays)
    print('%d scenes, %d objects' % (len(arrays['count']), arrays['count'].sum()))
