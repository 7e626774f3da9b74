#!/usr/bin/env python3
"""Train the small Llama of shapes_llama.py to sum up the stories of `translucent data shapes`.

1. Scenes; their pictures are not read. Held out, watched while training, and for training: with default settings, and with few
   kinds or few colours, where more objects are of a topic:

     translucent data shapes --questions 0 --count 6000 --seed 302 --out val
     translucent data shapes --questions 0 --count 500 --seed 303 --out watched
     translucent data shapes --questions 0 --count 24000 --seed 301 --out train
     s=311
     for k in disc,square triangle,star ring,cross heart,crescent; do
         translucent data shapes --questions 0 --count 6000 --seed $s --kinds $k --objects 3,8 --out kinds$s; s=$((s+1)); done
     for c in red,orange yellow,green cyan,blue purple,pink; do
         translucent data shapes --questions 0 --count 6000 --seed $s --colours $c --objects 3,8 --out colours$s; s=$((s+1)); done

2. The tokenizer, and the stories as tokens:

     STORIES="train/stories.jsonl $(ls kinds*/stories.jsonl colours*/stories.jsonl)"
     python3 shapes_stories.py tokenizer --stories $STORIES --out MODEL_DIR
     python3 shapes_stories.py encode --tokenizer MODEL_DIR --stories $STORIES --out train.npz
     python3 shapes_stories.py encode --tokenizer MODEL_DIR --stories watched/stories.jsonl --out watched.npz

3. Train. The rate rises over 200 steps, stays, and falls to zero over the last 40 % of --steps. Every step draws from a generator seeded
   with (seed, step, process); a run that was stopped goes on where it was:

     export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=268435456
     OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 nice -n 19 python3 train_shapes_llama.py train --tokenizer MODEL_DIR --train train.npz \
         --watched watched.npz --run RUN

   The first line keeps memory between steps instead of asking the system for it again, which took four fifths of the time. A fast BLAS
   matters as much: with the reference BLAS products are thirty times slower than with OpenBLAS.

4. Export, measure, and write the samples:

     python3 train_shapes_llama.py export --run RUN --tokenizer MODEL_DIR --out MODEL_DIR
     python3 train_shapes_llama.py measure --model MODEL_DIR --stories val/stories.jsonl --trained-on $STORIES
     python3 shapes_stories.py samples --stories val/stories.jsonl --out ../../samples

The loss is that of the summary's tokens, and a tenth of that of the story's (of every fifth, at random). What helps beside it:

* Stories are shortened in the first --short steps: of the sentences on which the summary does not depend, at first 30 to 90 % are left out, later fewer.
* By heads that are not exported, states at the words for kinds tell behind layer 2 whether the object is of the topic, behind layer 3 which of these it
  is, behind layer 4 which of these is taken away.
* The model starts with singular and plural near each other, and with heads that look at the words before and at the topic.

What is exported is the average of the weights (0.995 a step), in float16. Needs PyTorch (1.13 or newer), NumPy.
"""
import argparse
import json
import os
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F

from shapes_data import KINDS
from shapes_detr import read_safetensors, write_safetensors
from shapes_llama import CONFIG, Llama
from shapes_processes import Team
from shapes_stories import Tokenizer, facts, prompt, read

STORY = 0.1     # weight of the story's tokens ..
SAMPLED = 0.2   # .. of which so many are read in a step
MARK = 0.3      # weight of what the sentences are marked with


def load(path):
    with np.load(path) as z:
        return {k: z[k] for k in z.files}


def batch(data, at):
    """Stories `at` -> ids [B, T] cut to the longest; [B, T - 1] whether the next token is the story's, the summary's."""
    t = data['length'][at].max()
    ids = torch.from_numpy(data['ids'][at, :t].astype(np.int64))
    place, start, length = np.arange(1, t)[None], data['start'][at][:, None], data['length'][at][:, None]
    return ids, torch.from_numpy(place < start), torch.from_numpy((place >= start) & (place < length))


def shorten(data, at, rng, share):
    """Stories `at`, each without a `share` of the sentences on which nothing depends -> a batch of its own."""
    sentence, source, length = data['sentence'][at], data['source'][at], data['length'][at]
    drop = rng.random((len(at), 32)) < share
    place = np.arange(sentence.shape[1])[None]
    keep = ((source == 1) | (sentence < 0) | ~np.take_along_axis(drop, np.maximum(sentence, 0).astype(np.int64), 1)) & (place < length[:, None])
    order = np.argsort(~keep, axis=1, kind='stable')
    out = {k: np.take_along_axis(data[k][at], order, 1) for k in ('ids', 'mark')}
    out['length'] = keep.sum(1)
    out['start'] = data['start'][at] - length + out['length']
    out['mark'][place >= out['length'][:, None]] = 0
    return out


def ranks(mark):
    """[B, T] marks -> at words for kinds of the topic their number among these, from 1; at "Then the .." that of what is taken away, 0 if it
    was not told or is not of the topic."""
    there = (mark == 2) | (mark == 5)
    rank = np.cumsum(there, 1)
    away = (rank * (mark == 5)).max(1)
    return np.where(there, rank, np.where(mark == 4, away[:, None], 0))


# ------------------------------------------------------------------ measure
@torch.no_grad()
def right(net, data, size=100):
    """[S] whether the greedy summary is the true one to its end: the largest logit is the true token's at every place of the summary."""
    order = np.argsort(data['length'], kind='stable')
    found = np.zeros(len(order), bool)
    for i in range(0, len(order), size):
        at = order[i:i + size]
        ids, _, summary = batch(data, at)
        row, place = summary.nonzero(as_tuple=True)
        hit = net(ids[:, :-1], summary).argmax(-1) == ids[row, place + 1]
        misses = torch.zeros(len(at), dtype=torch.int64).index_add_(0, row, (~hit).long())
        found[at] = (misses == 0).numpy()
    return found


@torch.no_grad()
def greedy(net, t, text, most=64):
    """The summary token by token, as it is generated."""
    ids = [t.begin] + t.encode(text)
    start = len(ids)
    while len(ids) < start + most:
        ids.append(int(net(torch.tensor([ids]))[0, -1].argmax()))
        if ids[-1] == t.end:
            break
    return t.decode(ids[start:]), ids[start:]


# ------------------------------------------------------------------ run
def train(a):
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    os.makedirs(a.run, exist_ok=True)
    data, watched = load(a.train), load(a.watched)
    words = int(data['ids'].max()) + 1     # the token of the end is the last
    net = Llama(words)
    t = Tokenizer(a.tokenizer)
    one = lambda word: t.word(' ' + word)[0]
    many = [k + ('es' if k == 'cross' else 's') for k in KINDS]
    net.start_from_words([(one(k), one(m)) for k, m in zip(KINDS, many)] + [(one('object'), one('objects'))], [one(m) for m in many + ['objects']])
    heads = torch.nn.ModuleList((torch.nn.Linear(CONFIG['hidden'], 2), torch.nn.Linear(CONFIG['hidden'], 9), torch.nn.Linear(CONFIG['hidden'], 9)))
    step, seconds, last = 0, 0.0, os.path.join(a.run, 'last.pt')
    matrices = [p for n, p in net.named_parameters() if p.dim() > 1]
    vectors = [p for p in net.parameters() if p.dim() == 1] + list(heads.parameters())
    optimizer = torch.optim.AdamW([{'params': matrices, 'weight_decay': a.decay}, {'params': vectors, 'weight_decay': 0}], lr=a.lr, betas=(0.9, 0.98))
    mean = {k: v.clone() for k, v in net.state_dict().items()}
    if os.path.exists(last):
        c = torch.load(last)
        net.load_state_dict(c['net'])
        heads.load_state_dict(c['heads'])
        optimizer.load_state_dict(c['optimizer'])
        mean, step, seconds = c['mean'], c['step'], c['seconds']
        print('resumed at step %d' % step, flush=True)
    print('%d parameters, %d words, %d stories, pid %d' % (sum(p.numel() for p in net.parameters()), words, len(data['length']), os.getpid()), flush=True)
    least = data['length'] - ((data['sentence'] >= 0) & (data['source'] == 0)).sum(1)
    parameters = list(net.parameters()) + list(heads.parameters())

    def gradient(step, rank):
        """Stories of one process are of like length, so that little is padded: an eighth of some, in the order of length."""
        rng, count = np.random.default_rng([a.seed, step, rank]), a.batch // a.processes
        share = rng.uniform(0.3, 0.9) * min(1.0, max(0.0, 2 - 2 * step / a.short))
        some = rng.integers(len(least), size=8 * count)
        order = np.argsort(share * least[some] + (1 - share) * data['length'][some], kind='stable')
        part = shorten(data, some[order].reshape(8, count)[rng.integers(8)], rng, share)
        ids, story, summary = batch(part, slice(None))
        mark = part['mark'][:, :ids.shape[1] - 1].astype(np.int64)
        place, mark = torch.from_numpy(ranks(mark)), torch.from_numpy(mark)
        story &= torch.from_numpy(rng.random(story.shape) < SAMPLED)
        kept, between = story | summary, []
        loss, of = F.cross_entropy(net(ids[:, :-1], kept, between), ids[:, 1:][kept], reduction='none'), summary[kept]
        told, summed = loss[~of].mean(), loss[of].mean()
        there, away = (mark == 2) | (mark == 5), mark == 4
        any_ = mark > 0
        topic = F.cross_entropy(heads[0](between[1][any_]), ((mark == 2) | (mark >= 4))[any_].long())
        number = F.cross_entropy(heads[1](between[2][there]), place[there])
        gone = F.cross_entropy(heads[2](between[3][away]), place[away]) if away.any() else topic * 0
        for p in parameters:
            p.grad = None
        (summed + STORY * told + MARK * (topic + number + 0.5 * gone)).backward()
        return np.array([summed.item(), told.item(), topic.item(), number.item(), gone.item(), part['length'].sum() * a.processes])

    def save():
        torch.save({'net': net.state_dict(), 'heads': heads.state_dict(), 'optimizer': optimizer.state_dict(), 'mean': mean, 'step': step,
                    'seconds': seconds + time.time() - t0}, last + '.tmp')
        os.replace(last + '.tmp', last)

    team, stop = Team(a.processes, parameters, gradient), []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    total, n, t0, t1 = 0, 0, time.time(), time.time()
    while step < a.steps and not stop:
        rate = min(1.0, (step + 1) / a.warm, (a.steps - step) / (0.4 * a.steps))
        for g in optimizer.param_groups:
            g['lr'] = a.lr * rate
        total += team.average(step)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step, n = step + 1, n + 1
        keep = min(0.995, (1 + step) / (10 + step))
        with torch.no_grad():
            for k, v in net.state_dict().items():
                mean[k].lerp_(v, 1 - keep)
        if step % 100 == 0 or step == a.steps:
            text = ''
            if step % 500 == 0 or step == a.steps:
                judge = Llama(words)
                judge.load_state_dict(mean)
                found, named = right(judge, watched), watched['named']
                text = ' | watched %.3f: %s' % (found.mean(), ' '.join('%d %.2f' % (k, found[named == k].mean()) for k in np.unique(named)))
                save()
            *losses, tokens = total / n
            print('%s step %d rate %.3f summary %.4f story %.3f marks %.3f %.3f %.3f%s | %.0f tokens/s' % (
                time.strftime('%H:%M:%S'), step, rate, *losses, text, n * tokens / (time.time() - t1)), flush=True)
            total, n, t1 = 0, 0, time.time()
    save()
    print('%.0f s in all' % (seconds + time.time() - t0), flush=True)
    team.end()


# ------------------------------------------------------------------ export
def config(words, begin, end):
    c = CONFIG
    return {
        'architectures': ['LlamaForCausalLM'], 'model_type': 'llama', 'torch_dtype': 'float16', 'vocab_size': words, 'hidden_size': c['hidden'],
        'intermediate_size': c['intermediate'], 'num_hidden_layers': c['layers'], 'num_attention_heads': c['heads'], 'num_key_value_heads': c['groups'],
        'head_dim': c['hidden'] // c['heads'], 'hidden_act': 'silu', 'max_position_embeddings': c['positions'], 'rms_norm_eps': c['eps'],
        'rope_theta': c['theta'], 'rope_scaling': None, 'attention_bias': False, 'mlp_bias': False, 'attention_dropout': 0.0, 'initializer_range': 0.02,
        'pretraining_tp': 1, 'tie_word_embeddings': True, 'use_cache': True, 'bos_token_id': begin, 'eos_token_id': end, 'pad_token_id': end,
    }


def export(a):
    c, t = torch.load(os.path.join(a.run, 'last.pt')), Tokenizer(a.tokenizer)
    half = {k: v.contiguous().numpy().astype(np.float16) for k, v in c['mean'].items()}
    os.makedirs(a.out, exist_ok=True)
    write_safetensors(os.path.join(a.out, 'model.safetensors'), half, {'format': 'pt'})
    generation = {'bos_token_id': t.begin, 'eos_token_id': t.end, 'pad_token_id': t.end, 'do_sample': False, 'max_new_tokens': 64}
    for name, what in (('config.json', config(t.size, t.begin, t.end)), ('generation_config.json', generation)):
        with open(os.path.join(a.out, name), 'w') as f:
            json.dump(what, f, indent=2)
            f.write('\n')
    print('%d tensors, %d numbers, %d steps, %.0f s' % (len(half), sum(v.size for v in half.values()), c['step'], c['seconds']))


def read_model(folder, dtype=torch.float32):
    stored = {k: torch.from_numpy(v.astype(np.float32)) for k, v in read_safetensors(os.path.join(folder, 'model.safetensors')).items()}
    net = Llama(len(stored['model.embed_tokens.weight']))
    net.load_state_dict(stored)
    return net.to(dtype).eval()


def measure(a):
    torch.set_num_threads(a.threads)
    net, t = read_model(a.model), Tokenizer(a.model)
    stories = list(read(a.stories))
    rows = [([t.begin] + t.encode(prompt(s)), t.encode(' ' + s['summary']) + [t.end]) for s in stories]
    length, start = np.array([len(q) + len(s) for q, s in rows]), np.array([len(q) for q, _ in rows])
    ids = np.full((len(rows), length.max()), t.end, np.int16)
    for i, (q, s) in enumerate(rows):
        ids[i, :length[i]] = q + s
    found = right(net, {'ids': ids, 'length': length, 'start': start})
    objects, named, away = np.array([facts(s) for s in stories]).T
    print('%.2f %% of %d stories, %d wrong' % (100 * found.mean(), len(found), (~found).sum()))
    for title, of, names in (('objects', objects, None), ('summary', named, None), ('taken away', away, ['nothing', 'off the topic', 'of the topic'])):
        for k in np.unique(of):
            at = of == k
            print('| %s: %s | %d | %.2f %% |' % (title, names[k] if names else k, at.sum(), 100 * found[at].mean()))
    kinds = np.array([not s['sentences'][0].endswith(' objects.') for s in stories])
    for name, at in (('a kind', kinds), ('a colour', ~kinds)):
        print('| topic: %s | %d | %.2f %% |' % (name, at.sum(), 100 * found[at].mean()))
    if a.trained_on:
        seen = {prompt(s) for s in read(a.trained_on)}
        new = np.array([prompt(s) not in seen for s in stories])
        print('word for word in the training stories: %d; of the %d others right: %.2f %%' % ((~new).sum(), new.sum(), 100 * found[new].mean()))
    some = np.random.default_rng(0).permutation(len(stories))[:a.generate]
    agree = sum((greedy(net, t, prompt(stories[i]))[0] == ' ' + stories[i]['summary']) == found[i] for i in some)
    print('generated token by token: %d of %d as counted' % (agree, len(some)))
    for i in np.flatnonzero(~found)[:a.show]:
        print('%s\n    true  %s\n    model%s' % (prompt(stories[i]), stories[i]['summary'], greedy(net, t, prompt(stories[i]))[0]))


if __name__ == '__main__':
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = cli.add_subparsers(required=True)
    v = verbs.add_parser('train')
    v.add_argument('--train', required=True)
    v.add_argument('--watched', required=True)
    v.add_argument('--run', required=True)
    v.add_argument('--tokenizer', required=True)
    v.add_argument('--seed', type=int, default=1)
    v.add_argument('--steps', type=int, default=4000)
    v.add_argument('--batch', type=int, default=32)
    v.add_argument('--short', type=int, default=1600, help='steps with shortened stories')
    v.add_argument('--warm', type=int, default=200)
    v.add_argument('--lr', type=float, default=3e-3)
    v.add_argument('--decay', type=float, default=0.05)
    v.add_argument('--processes', type=int, default=2)
    v.set_defaults(call=train)
    v = verbs.add_parser('export')
    v.add_argument('--run', required=True)
    v.add_argument('--tokenizer', required=True)
    v.add_argument('--out', required=True)
    v.set_defaults(call=export)
    v = verbs.add_parser('measure')
    v.add_argument('--model', required=True)
    v.add_argument('--stories', nargs='+', required=True)
    v.add_argument('--trained-on', nargs='+')
    v.add_argument('--generate', type=int, default=200, help='stories to sum up token by token too')
    v.add_argument('--show', type=int, default=5, help='wrong ones to print')
    v.add_argument('--threads', type=int, default=2)
    v.set_defaults(call=measure)
    arguments = cli.parse_args()
    arguments.call(arguments)
