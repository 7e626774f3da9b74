#!/usr/bin/env python3
"""The maps and masks of a tiny DETR's golden file, masks as COCO's uncompressed run lengths.

    python3 make.py golden.safetensors > detr.json

Reads the keys tK.<method>.image and tK.mask.<method>.* of golden.safetensors and drops the rest. Needs NumPy.
"""
import json
import struct
import sys

import numpy as np

KINDS = {'F32': '<f4', 'U8': 'u1', 'I64': '<i8'}


def runs(mask):
    flat = mask.T.ravel()
    ends = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return {'size': list(mask.shape), 'counts': ([0] if flat[0] else []) + counts}


with open(sys.argv[1], 'rb') as f:
    head = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
    data = f.read()
head.pop('__metadata__', None)
arrays = {k: np.frombuffer(data[v['data_offsets'][0]:v['data_offsets'][1]], KINDS[v['dtype']]).reshape(v['shape'])
          for k, v in head.items() if '.mask.' in k or k.endswith('.image')}
maps = {}
for key, value in arrays.items():
    if '.mask.' not in key:
        continue
    target, rest = key.split('.mask.')
    method, what = rest.split('.', 1)
    one = maps.setdefault(target + '.' + method, {'masks': {}})
    source = target + '.' + method + '.image'
    if source in arrays:
        one['map'] = [float(x) for x in arrays[source]]
    if what == 'bytes':
        one['levels'] = value.tolist()
    elif what == 'otsu':
        one['otsu'] = int(value)
    else:
        one['masks'][what] = runs(value)
print(json.dumps({'grid': [2, 3], 'maps': maps}, separators=(',', ':')))
