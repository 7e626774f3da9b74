#!/usr/bin/env python3
"""Train the small LXMERT of shapes_lxmert.py on the questions of `translucent data shapes`; it sees what the small DETR finds.

1. Scenes (40,000 for training, of another seed than the DETR's; the held-out ones are the DETR's):

     translucent data shapes --count 40000 --seed 202 --objects 1,5 --out lxmert

2. What the DETR finds on every scene: the decoder states of its detections above 0.5 (of its best one where there is none) as
   features, their boxes as x1, y1, x2, y2, cut at the edges of the image:

     python3 train_shapes_lxmert.py look --detr MODEL_DIR --scenes lxmert --out lxmert.npz
     python3 train_shapes_lxmert.py look --detr MODEL_DIR --scenes detr/val --out val.npz

3. Train; the rate rises over 200 steps, stays, and falls to zero over the last 40 % of --steps; every step draws from a generator seeded
   with (seed, step):

     OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 nice -n 5 python3 train_shapes_lxmert.py train --train lxmert.npz --val val.npz \
         --detr-run DETR_RUN --run RUN

4. Measure and export:

     python3 train_shapes_lxmert.py export --run RUN --train lxmert.npz --val val.npz --out MODEL_DIR

Beside the answer the visual stream learns to mark the regions on which the answer depends, by a head that is not exported. What is
exported is the average of the weights. Needs PyTorch (1.13 or newer), NumPy, Pillow.
"""
import argparse
import json
import os
import re
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F

from shapes_data import COLOURS, KINDS, SURFACES, read_scenes
from shapes_detr import Detr, pixels, read_safetensors, write_safetensors
from shapes_lxmert import CONFIG, EPS, SPECIAL, Lxmert
from shapes_processes import Team

ANSWERS = ['yes', 'no'] + [str(n) for n in range(9)] + KINDS + COLOURS + SURFACES + ['top left', 'top right', 'bottom left', 'bottom right']
MOST = 8        # regions
LONGEST = 40    # tokens


# ------------------------------------------------------------------ data
def family(q):
    """The family of a question; attributes and sameness apart by what they ask for."""
    name = q['family']
    if name == 'attribute':
        return 'attribute: ' + q['tokens'][1]
    return name


def tokens(question):
    return re.findall(r"\w+|[^\w\s]", question.lower())


def read_detr(folder):
    net = Detr(len(KINDS))
    stored = {k: torch.from_numpy(v.astype(np.float32)) for k, v in read_safetensors(os.path.join(folder, 'model.safetensors')).items()}
    missing, unexpected = net.load_state_dict(stored, strict=False)
    if unexpected or any(not k.endswith('num_batches_tracked') for k in missing):
        raise SystemExit('%s: missing %s, unexpected %s' % (folder, missing, unexpected))
    return net.to(memory_format=torch.channels_last).eval()


@torch.no_grad()
def regions(net, images):
    """-> features [B, MOST, D], boxes [B, MOST, 4], count [B]: detections in the order of the queries."""
    state = net(pixels(images))[0][-1]
    score = net.class_labels_classifier(state).softmax(-1)[..., :-1].max(-1).values
    b = net.boxes(state)
    b = torch.cat((b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2), -1).clamp(0, 1)
    features, boxes, count = torch.zeros(len(images), MOST, state.shape[-1]), torch.zeros(len(images), MOST, 4), torch.zeros(len(images), dtype=torch.int64)
    for i in range(len(images)):
        kept = (score[i] > 0.5).nonzero()[:MOST, 0]
        if len(kept) == 0:
            kept = score[i].argmax()[None]
        features[i, :len(kept)], boxes[i, :len(kept)], count[i] = state[i, kept], b[i, kept], len(kept)
    return features, boxes, count


def objects_of(boxes, count, annotations, size=128):
    """[MOST] numbers of the objects that the regions of a scene overlap by half or more, each with the object it overlaps most; -1 for none."""
    of = np.full(MOST, -1)
    for r in range(count):
        for o in annotations:
            x, y, w, h = np.array(o['bbox']) / size
            a = boxes[r]
            inter = max(0, min(a[2], x + w) - max(a[0], x)) * max(0, min(a[3], y + h) - max(a[1], y))
            overlap = inter / ((a[2] - a[0]) * (a[3] - a[1]) + w * h - inter)
            if overlap >= 0.5 and (of[r] < 0 or overlap > best):
                of[r], best = o['object'], overlap
    return of


def look(a):
    from PIL import Image
    torch.set_num_threads(a.threads)
    net = read_detr(a.detr)
    scenes, annotations = read_scenes(a.scenes)
    names = [s['image'] for s in scenes]
    parts = []
    for i in range(0, len(names), 50):
        images = np.stack([np.asarray(Image.open(os.path.join(a.scenes, n)).convert('RGB')) for n in names[i:i + 50]])
        parts.append(regions(net, images))
    with open(os.path.join(a.scenes, 'questions.jsonl')) as f:
        questions = [json.loads(line) for line in f]
    for q in questions:
        if tokens(q['question']) != q['tokens']:
            raise SystemExit('not the words of the generator: ' + q['question'])
    boxes, count = torch.cat([p[1] for p in parts]).numpy(), torch.cat([p[2] for p in parts]).numpy()
    of = np.stack([objects_of(boxes[i], count[i], annotations[i]) for i in range(len(names))])
    decides = np.array([[o in q['objects'] for o in of[q['scene']]] for q in questions])
    families = sorted({family(q) for q in questions})
    np.savez(a.out, features=torch.cat([p[0] for p in parts]).numpy().astype(np.float16), boxes=boxes, count=count, decides=decides, scene=np.array([q['scene'] for q in questions]),
             text=np.array([' '.join(q['tokens']) for q in questions]), answer=np.array([ANSWERS.index(q['answer']) for q in questions]),
             family=np.array([families.index(family(q)) for q in questions]), families=np.array(families))
    print('%d scenes, %d questions, %.2f regions a scene' % (len(names), len(questions), count.mean()))


def load(path):
    with np.load(path) as z:
        return {k: z[k] for k in z.files}


def encode(texts, words):
    """-> [Q, LONGEST] tokens with [CLS] and [SEP], padded with 0; lengths."""
    number = {w: i for i, w in enumerate(words)}
    ids = np.zeros((len(texts), LONGEST), np.int64)
    for i, text in enumerate(texts):
        row = [2] + [number.get(w, 1) for w in str(text).split(' ')] + [3]
        ids[i, :len(row)] = row
    return ids, (ids != 0).sum(1)


def batch(data, at):
    """Questions `at` -> tensors as Lxmert.forward takes them, cut to the longest."""
    scene = data['scene'][at]
    t, r = data['length'][at].max(), data['count'][scene].max()
    return (torch.from_numpy(data['ids'][at, :t]), torch.from_numpy(data['features'][scene, :r].astype(np.float32)), torch.from_numpy(data['boxes'][scene, :r]),
            torch.from_numpy(np.arange(r)[None] < data['count'][scene][:, None]))


# ------------------------------------------------------------------ measure
@torch.no_grad()
def answers(net, data, size=500):
    net.eval()
    order = np.argsort(data['length'], kind='stable')
    found = np.zeros(len(order), np.int64)
    for i in range(0, len(order), size):
        at = order[i:i + size]
        found[at] = net(*batch(data, at))[0].argmax(-1).numpy()
    net.train()
    return found


# ------------------------------------------------------------------ run
def vocabulary(texts):
    return SPECIAL + sorted({w for t in texts for w in str(t).split(' ')})


def names_of_heads(net, words, detr_run):
    """Lets the model start from the detector's heads for kind, colour and surface, also those that are not exported."""
    c = torch.load(os.path.join(detr_run, 'last.pt'))
    groups = [c['mean']['class_labels_classifier.weight'][:len(KINDS)], *c['extra']['looks.weight'].split((len(COLOURS), len(SURFACES), 1))[:2]]
    directions = torch.cat([g - g.mean(0) for g in groups])
    names = KINDS + COLOURS + SURFACES
    forms = {form: k for k, n in enumerate(names) for form in (n, n + 's', n + 'es')}
    net.start_from_names(directions, {i: forms[w] for i, w in enumerate(words) if w in forms})


def train(a):
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    os.makedirs(a.run, exist_ok=True)
    data, val = load(a.train), load(a.val)
    words = vocabulary(data['text'])
    for d in (data, val):
        d['ids'], d['length'] = encode(d['text'], words)
    few = {**val, **{k: val[k][:3000] for k in ('scene', 'ids', 'length', 'answer')}}
    net, mark = Lxmert(len(words), len(ANSWERS)), torch.nn.Linear(CONFIG['hidden'], 1)
    step, mean, last = 0, {k: v.clone() for k, v in net.state_dict().items()}, os.path.join(a.run, 'last.pt')
    decayed = [p for n, p in net.named_parameters() if p.dim() > 1]
    rest = [p for n, p in net.named_parameters() if p.dim() == 1] + list(mark.parameters())
    optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.01}, {'params': rest, 'weight_decay': 0}], lr=a.lr, betas=(0.9, 0.98))
    if os.path.exists(last):
        c = torch.load(last)
        net.load_state_dict(c['net'])
        mark.load_state_dict(c['mark'])
        optimizer.load_state_dict(c['optimizer'])
        mean, step = c['mean'], c['step']
        print('resumed at step %d' % step, flush=True)
    else:
        names_of_heads(net, words, a.detr_run)
    print('%d parameters, %d words, %d questions, pid %d'
          % (sum(p.numel() for p in net.parameters()), len(words), len(data['answer']), os.getpid()), flush=True)
    by_length = np.argsort(data['length'], kind='stable')
    parameters = list(net.parameters()) + list(mark.parameters())

    def gradient(step, rank):
        """Questions of one process are neighbours in length, so that little is padded."""
        rng = np.random.default_rng([a.seed, step])
        width = len(by_length) // 8
        start = rng.integers(len(by_length), size=a.processes)[rank]
        at = by_length[(start + rng.integers(width, size=(a.processes, a.batch // a.processes))[rank]) % len(by_length)]
        inputs = batch(data, at)
        logits, image = net(*inputs)
        loss = F.cross_entropy(logits, torch.from_numpy(data['answer'][at]), label_smoothing=0.02)
        there = inputs[3]
        decides = torch.from_numpy(data['decides'][at, :there.shape[1]].astype(np.float32))
        marks = F.binary_cross_entropy_with_logits(mark(image)[..., 0][there], decides[there])
        for p in parameters:
            p.grad = None
        (loss + 0.5 * marks).backward()
        return np.array([loss.item(), marks.item()])

    def save():
        torch.save({'net': net.state_dict(), 'mark': mark.state_dict(), 'optimizer': optimizer.state_dict(), 'mean': mean, 'step': step, 'words': words}, last + '.tmp')
        os.replace(last + '.tmp', last)

    team, stop = Team(a.processes, parameters, gradient), []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    total, n, t0 = 0, 0, time.time()
    while step < a.steps and not stop:
        rate = min(1.0, (step + 1) / 200, (a.steps - step) / (0.4 * a.steps))
        for g in optimizer.param_groups:
            g['lr'] = a.lr * rate
        total += team.average(step)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step, n = step + 1, n + 1
        keep = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for k, v in net.state_dict().items():
                mean[k].lerp_(v, 1 - keep)
        if step % 100 == 0 or step == a.steps:
            text = ''
            if step % 500 == 0 or step == a.steps:
                judge = Lxmert(len(words), len(ANSWERS))
                judge.load_state_dict(mean)
                text = ' | val[3000] %.3f' % (answers(judge, few) == few['answer']).mean()
                save()
            print('%s step %d rate %.2f loss %.3f marks %.3f%s | %.0f questions/s' % (time.strftime('%H:%M:%S'), step, rate, *(total / n), text, n * a.batch / (time.time() - t0)), flush=True)
            total, n, t0 = 0, 0, time.time()
    save()
    team.end()


# ------------------------------------------------------------------ export
def config(words):
    c = CONFIG
    return {
        'architectures': ['LxmertForQuestionAnswering'], 'model_type': 'lxmert', 'torch_dtype': 'float16', 'translucent_detector': 'shapes-detr',
        'vocab_size': len(words), 'hidden_size': c['hidden'], 'num_attention_heads': c['heads'], 'intermediate_size': c['intermediate'], 'hidden_act': 'gelu',
        'l_layers': c['l_layers'], 'r_layers': c['r_layers'], 'x_layers': c['x_layers'],
        'num_hidden_layers': {'vision': c['r_layers'], 'cross_encoder': c['x_layers'], 'language': c['l_layers']},
        'max_position_embeddings': c['positions'], 'type_vocab_size': 2, 'visual_feat_dim': c['features'], 'visual_pos_dim': 4, 'layer_norm_eps': EPS,
        'hidden_dropout_prob': 0.0, 'attention_probs_dropout_prob': 0.0, 'initializer_range': 0.02, 'visual_loss_normalizer': 6.67,
        'num_qa_labels': len(ANSWERS), 'task_qa': True, 'pad_token_id': 0,
        'id2label': {str(i): n for i, n in enumerate(ANSWERS)}, 'label2id': {n: i for i, n in enumerate(ANSWERS)},
    }


def tokenizer(words):
    """tokenizer.json of BERT's WordPiece, lower case, whose pieces are whole words."""
    added = [{'id': i, 'content': w, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True} for i, w in enumerate(SPECIAL)]
    piece = lambda kind, name, n: {kind: {'id': name, 'type_id': n}}
    one = [piece('SpecialToken', '[CLS]', 0), piece('Sequence', 'A', 0), piece('SpecialToken', '[SEP]', 0)]
    return {
        'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': added,
        'normalizer': {'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True, 'strip_accents': None, 'lowercase': True},
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {'type': 'TemplateProcessing', 'single': one, 'pair': one + [piece('Sequence', 'B', 1), piece('SpecialToken', '[SEP]', 1)],
                           'special_tokens': {w: {'id': w, 'ids': [words.index(w)], 'tokens': [w]} for w in ('[CLS]', '[SEP]')}},
        'decoder': {'type': 'WordPiece', 'prefix': '##', 'cleanup': True},
        'model': {'type': 'WordPiece', 'unk_token': '[UNK]', 'continuing_subword_prefix': '##', 'max_input_chars_per_word': 100,
                  'vocab': {w: i for i, w in enumerate(words)}},
    }


def export(a):
    torch.set_num_threads(a.threads)
    c, val = torch.load(os.path.join(a.run, 'last.pt')), load(a.val)
    words = c['words']
    val['ids'], val['length'] = encode(val['text'], words)
    net = Lxmert(len(words), len(ANSWERS))
    half = {k: v.contiguous().numpy().astype(np.float16) for k, v in c['mean'].items()}
    net.load_state_dict({k: torch.from_numpy(v.astype(np.float32)) for k, v in half.items()})
    net.eval()
    found, prior = answers(net, val), load(a.train)
    right = found == val['answer']
    print('float16: %.2f %% of %d held-out questions' % (100 * right.mean(), len(right)))
    usual = {}
    for k, name in enumerate(prior['families']):
        usual[str(name)] = np.bincount(prior['answer'][prior['family'] == k], minlength=len(ANSWERS)).argmax()
    prior_right = np.array([usual[str(val['families'][k])] for k in val['family']]) == val['answer']
    print('the most frequent answer of its family: %.2f %%' % (100 * prior_right.mean()))
    for k, name in enumerate(val['families']):
        at = val['family'] == k
        print('| %s | %d | %.1f %% | %.1f %% (%s) |' % (name, at.sum(), 100 * right[at].mean(), 100 * prior_right[at].mean(), ANSWERS[usual[str(name)]]))
    os.makedirs(a.out, exist_ok=True)
    write_safetensors(os.path.join(a.out, 'model.safetensors'), half, {'format': 'pt'})
    plain = {'tokenizer_class': 'BertTokenizer', 'do_lower_case': True, 'model_max_length': LONGEST, 'unk_token': '[UNK]', 'sep_token': '[SEP]',
             'pad_token': '[PAD]', 'cls_token': '[CLS]', 'mask_token': '[MASK]'}
    for name, what in (('config.json', config(words)), ('tokenizer.json', tokenizer(words)), ('tokenizer_config.json', plain)):
        with open(os.path.join(a.out, name), 'w') as f:
            json.dump(what, f, indent=2)
            f.write('\n')
    with open(os.path.join(a.out, 'vocab.txt'), 'w') as f:
        f.write(''.join(w + '\n' for w in words))
    print('%d tensors, %d numbers, %d steps' % (len(half), sum(v.size for v in half.values()), c['step']))
    if a.reference:
        net.double()
        arrays, texts = {}, {}
        for i, q in enumerate(a.reference_questions):
            ids, features, boxes, kept = batch(val, np.array([q]))
            with torch.no_grad():
                logits = net(ids, features.double(), boxes.double(), kept)[0]
            arrays.update({'%d.ids' % i: ids[0].numpy(), '%d.features' % i: features[0].numpy(), '%d.boxes' % i: boxes[0].numpy(), '%d.logits' % i: logits[0].float().numpy()})
            texts.update({'%d.question' % i: str(val['text'][q]), '%d.scene' % i: str(val['scene'][q]), '%d.answer' % i: ANSWERS[val['answer'][q]]})
        write_safetensors(a.reference, arrays, texts)


if __name__ == '__main__':
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = cli.add_subparsers(required=True)
    v = verbs.add_parser('look')
    v.add_argument('--detr', required=True)
    v.add_argument('--scenes', required=True)
    v.add_argument('--out', required=True)
    v.add_argument('--threads', type=int, default=2)
    v.set_defaults(call=look)
    v = verbs.add_parser('train')
    v.add_argument('--train', required=True)
    v.add_argument('--val', required=True)
    v.add_argument('--run', required=True)
    v.add_argument('--detr-run', required=True, help='the run of train_shapes_detr.py: its heads tell which directions of a state mean which name')
    v.add_argument('--seed', type=int, default=1)
    v.add_argument('--steps', type=int, default=3600)
    v.add_argument('--batch', type=int, default=128)
    v.add_argument('--lr', type=float, default=7e-4)
    v.add_argument('--processes', type=int, default=2)
    v.set_defaults(call=train)
    v = verbs.add_parser('export')
    v.add_argument('--run', required=True)
    v.add_argument('--train', required=True, help='for the most frequent answers')
    v.add_argument('--val', required=True)
    v.add_argument('--out', required=True)
    v.add_argument('--reference', help='a file for what the exported weights answer in float64')
    v.add_argument('--reference-questions', type=int, nargs='+', default=[0, 1], help='held-out questions, by their place')
    v.add_argument('--threads', type=int, default=2)
    v.set_defaults(call=export)
    arguments = cli.parse_args()
    arguments.call(arguments)
