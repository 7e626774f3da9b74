#!/usr/bin/env python3
"""Polygons and their masks as COCO's own C code draws them.

    gcc -O2 -shared -fPIC -std=c99 maskApi.c -o libmask.so -lm      (common/maskApi.c of github.com/cocodataset/cocoapi, commit 8c9bcc3)
    python3 make.py ./libmask.so > polygons.json

Every case: height, width, parts (lists of x, y, ..), counts of their union. Seeded; needs Python alone.
"""
import ctypes
import json
import math
import random
import sys


class Rle(ctypes.Structure):
    _fields_ = [('h', ctypes.c_ulong), ('w', ctypes.c_ulong), ('m', ctypes.c_ulong), ('counts', ctypes.POINTER(ctypes.c_uint))]


lib = ctypes.CDLL(sys.argv[1])
lib.rleFrPoly.argtypes = [ctypes.POINTER(Rle), ctypes.POINTER(ctypes.c_double), ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]
lib.rleMerge.argtypes = [ctypes.POINTER(Rle), ctypes.POINTER(Rle), ctypes.c_ulong, ctypes.c_int]
rng = random.Random(5)


def draw(parts, height, width):
    rles, union = (Rle * len(parts))(), Rle()
    for i, xy in enumerate(parts):
        lib.rleFrPoly(ctypes.byref(rles[i]), (ctypes.c_double * len(xy))(*xy), len(xy) // 2, height, width)
    lib.rleMerge(rles, ctypes.byref(union), len(parts), 0)
    return [union.counts[i] for i in range(union.m)]


def star(height, width, digits):
    """A closed line around a centre, which may leave the image."""
    n, r = rng.randint(3, 14), rng.uniform(0.5, 0.7 * max(height, width))
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    turns = sorted(rng.uniform(0, 2 * math.pi) for _ in range(n))
    xy = []
    for t in turns:
        d = r * rng.uniform(0.2, 1)
        xy += [round(x + d * math.cos(t), digits), round(y + d * math.sin(t), digits)]
    return xy


cases = [
    (10, 12, [[2, 3, 2, 7, 8, 7, 8, 3]]), (10, 12, [[0, 0, 0, 10, 12, 10, 12, 0]]), (10, 12, [[2.5, 3.5, 2.5, 7.5, 8.5, 7.5, 8.5, 3.5]]),
    (10, 12, [[3, 3, 3, 3, 3, 3]]), (10, 12, [[1, 1, 9, 9, 9, 1, 1, 9]]), (10, 12, [[-20, -20, -20, -10, -10, -10]]),
    (10, 12, [[-5, 2, 20, 2, 20, 5, -5, 5]]), (10, 12, [[1, 1, 1, 4, 4, 4, 4, 1], [3, 3, 3, 8, 8, 8, 8, 3]]),
    (10, 12, [[1, 1, 1, 4, 4, 4, 4, 1], [6, 6, 6, 9, 9, 9, 9, 6], [1, 1, 1, 4, 4, 4, 4, 1]]), (1, 1, [[0, 0, 0, 1, 1, 1, 1, 0]]),
]
for i in range(60):
    h, w = rng.randint(5, 60), rng.randint(5, 60)
    cases.append((h, w, [star(h, w, (0, 1, 2, 12)[i % 4]) for _ in range(1 + (i % 5 == 0) * rng.randint(1, 3))]))
print('[' + ',\n'.join(json.dumps({'height': h, 'width': w, 'parts': p, 'counts': draw(p, h, w)}, separators=(',', ':')) for h, w, p in cases) + ']')
