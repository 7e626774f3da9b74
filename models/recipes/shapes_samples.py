#!/usr/bin/env python3
"""Takes some scenes out of a folder of `translucent data shapes`: images, their instances.json and questions.jsonl, records unchanged.

    python3 shapes_samples.py detr/val ../../samples/shapes

Chosen are the first two scenes of four and the first two of five objects, whatever a model makes of them.
"""
import json
import os
import shutil
import sys

source, target = sys.argv[1:]
with open(os.path.join(source, 'instances.json')) as f:
    coco = json.load(f)
count = {i['id']: 0 for i in coco['images']}
for a in coco['annotations']:
    count[a['image_id']] += 1
chosen = sorted([i for i in count if count[i] == 4][:2] + [i for i in count if count[i] == 5][:2])
os.makedirs(os.path.join(target, 'images'), exist_ok=True)
for image in coco['images']:
    if image['id'] in chosen:
        shutil.copy(os.path.join(source, 'images', os.path.basename(image['file_name'])), os.path.join(target, 'images'))


def lines(records):
    return '[\n' + ',\n'.join(json.dumps(r, separators=(',', ':'), ensure_ascii=False) for r in records) + '\n]'


with open(os.path.join(target, 'instances.json'), 'w') as f:
    f.write('{\n"images":' + lines([i for i in coco['images'] if i['id'] in chosen]) + ',\n"annotations":'
            + lines([a for a in coco['annotations'] if a['image_id'] in chosen]) + ',\n"categories":' + lines(coco['categories']) + '\n}\n')
with open(os.path.join(source, 'questions.jsonl')) as f, open(os.path.join(target, 'questions.jsonl'), 'w') as g:
    for line in f:
        if json.loads(line)['scene'] in chosen:
            g.write(line)
print('scenes', *chosen)
