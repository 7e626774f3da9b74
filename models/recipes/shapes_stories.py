#!/usr/bin/env python3
"""Stories of `translucent data shapes` as tokens for training, and the tokenizer that makes them: a byte-level BPE of the stories' own.

    python3 shapes_stories.py tokenizer --stories train/stories.jsonl --out MODEL_DIR
    python3 shapes_stories.py encode --tokenizer MODEL_DIR --stories a/stories.jsonl b/stories.jsonl --out train.npz
    python3 shapes_stories.py samples --stories val/stories.jsonl --out ../../samples

A story and its summary are one text, "SENTENCES TL;DR: SUMMARY", sentences and summary joined by single blanks:

    <|begin_of_text|>This story is about the discs. There is a red disc at the left. TL;DR: There is one disc: a red one.<|end_of_text|>

so what a model is asked is the story and " TL;DR:", and its answer begins with " There". An .npz holds, for S stories:

    ids       [S, T]  tokens, padded with those of the end
    length    [S]     of the whole text, the end's token included
    start     [S]     where the summary begins
    objects   [S]     sentences "There is a ..."
    named     [S]     what the summary counts, 0 to 8
    away      [S]     0 nothing is taken away, 1 something off the topic, 2 something of the topic
    scene     [S]     number of the scene
    topic     [S]     0 a kind, 1 a colour
    sentence  [S, T]  number of the sentence, -1 for what is none
    source    [S, T]  1 in the sentences on which the summary depends
    mark      [S, T]  at the words for kinds in "There is a red disc .." and "Then the red disc is ..": 1 off the topic, 2 of it, 3 taken
                      away off the topic, 4 taken away of it; 5 at "There is a red disc .." of it that is taken away later; 0 at other tokens

The tokenizer cuts as Llama 3 does. Its pattern is written there for all of Unicode, here, where every text is ASCII, for `re`.
Needs NumPy.
"""
import argparse
import collections
import json
import os
import re

import numpy as np

BEGIN, END = '<|begin_of_text|>', '<|end_of_text|>'
ASK = ' TL;DR:'
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
ASCII = re.compile(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\nA-Za-z0-9]?[A-Za-z]+|[0-9]{1,3}| ?[^\sA-Za-z0-9]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
LONGEST = 256   # tokens, a story of eight objects has fewer


# ------------------------------------------------------------------ tokenizer
def letters():
    """GPT-2's letter for every byte, and the bytes in the order of their numbers there."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    order = plain + [b for b in range(256) if b not in plain]
    return {b: chr(b) if i < len(plain) else chr(256 + i - len(plain)) for i, b in enumerate(order)}


def merge(parts, pair):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def learn(texts, most, least):
    """Merges of byte-level BPE, the most frequent pair first, of equals the first in the order of letters, until one is rarer than `least`."""
    letter = letters()
    words = collections.Counter(w for t in texts for w in ASCII.findall(t))
    words = [([letter[b] for b in w.encode()], n) for w, n in words.items()]
    merges = []
    while len(merges) < most:
        pairs = collections.Counter()
        for parts, n in words:
            for pair in zip(parts, parts[1:]):
                pairs[pair] += n
        if not pairs:
            break
        pair, n = min(pairs.items(), key=lambda p: (-p[1], p[0]))
        if n < least:
            break
        merges.append(pair)
        words = [(merge(parts, pair), k) for parts, k in words]
    return merges


def tokenizer(merges):
    """tokenizer.json in the structure of Llama 3."""
    vocabulary = {c: i for i, c in enumerate(letters().values())}
    for a, b in merges:
        vocabulary[a + b] = len(vocabulary)
    first = len(vocabulary)
    special = {BEGIN: first, END: first + 1}
    added = [{'id': i, 'content': w, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True} for w, i in special.items()]
    piece = lambda kind, name, n: {kind: {'id': name, 'type_id': n}}
    one = [piece('SpecialToken', BEGIN, 0), piece('Sequence', 'A', 0)]
    bytes_ = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True, 'use_regex': False}
    return {
        'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': added, 'normalizer': None,
        'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [
            {'type': 'Split', 'pattern': {'Regex': PATTERN}, 'behavior': 'Isolated', 'invert': False}, bytes_]},
        'post_processor': {'type': 'TemplateProcessing', 'single': one, 'pair': one + [piece('SpecialToken', BEGIN, 1), piece('Sequence', 'B', 1)],
                           'special_tokens': {BEGIN: {'id': BEGIN, 'ids': [special[BEGIN]], 'tokens': [BEGIN]}}},
        'decoder': {**bytes_, 'add_prefix_space': True, 'use_regex': True},
        'model': {'type': 'BPE', 'dropout': None, 'unk_token': None, 'continuing_subword_prefix': None, 'end_of_word_suffix': None, 'fuse_unk': False,
                  'byte_fallback': False, 'ignore_merges': False, 'vocab': vocabulary, 'merges': ['%s %s' % m for m in merges]},
    }


class Tokenizer:
    def __init__(self, folder):
        with open(os.path.join(folder, 'tokenizer.json')) as f:
            t = json.load(f)
        self.number = dict(t['model']['vocab'])
        self.rank = {tuple(m.split(' ')): i for i, m in enumerate(t['model']['merges'])}
        self.begin, self.end = (next(a['id'] for a in t['added_tokens'] if a['content'] == w) for w in (BEGIN, END))
        self.size = len(self.number) + 2
        self.letter, self.known = letters(), {}
        byte = {c: b for b, c in self.letter.items()}
        self.bytes = {i: bytes(byte[c] for c in w) for w, i in self.number.items()}

    def word(self, text):
        if text not in self.known:
            parts = [self.letter[b] for b in text.encode()]
            while len(parts) > 1:
                pair = min(zip(parts, parts[1:]), key=lambda p: self.rank.get(p, len(self.rank)))
                if pair not in self.rank:
                    break
                parts = merge(parts, pair)
            self.known[text] = [self.number[p] for p in parts]
        return self.known[text]

    def encode(self, text):
        """Without the token of the beginning."""
        return [i for w in ASCII.findall(text) for i in self.word(w)]

    def decode(self, ids):
        return b''.join(self.bytes.get(int(i), b'') for i in ids).decode()


# ------------------------------------------------------------------ stories
def read(paths):
    for path in paths:
        with open(path) as f:
            for line in f:
                yield json.loads(line)


def prompt(story):
    return ' '.join(story['sentences']) + ASK


def facts(story):
    """-> objects told, objects in the summary, what is taken away: nothing, something off or of the topic."""
    sentences = story['sentences']
    objects = sum(s.startswith('There is ') for s in sentences)
    gone = [i for i, s in enumerate(sentences) if s.endswith(' is taken away.')]
    named = 0 if story['summary'].startswith('There are no ') else story['summary'].count(', a') + story['summary'].count(' and a') + 1
    return objects, named, 0 if not gone else 2 if gone[0] in story['sources'] else 1


def marks(story):
    """The column `mark`: for every sentence None or (words before that for the kind, mark)."""
    words = [s[:-1].split(' ') for s in story['sentences']]
    topic, out = words[0][5], []
    about = lambda looks: looks[0] == topic if words[0][-1] == 'objects' else looks[1] + ('es' if looks[1] == 'cross' else 's') == topic
    away = next((w[2:4] for w in words if w[0] == 'Then'), None)
    for w in words:
        if w[0] == 'Then':
            out.append((3, 4 if about(away) else 3))
        elif w[:2] == ['There', 'is']:
            at = next(i for i, x in enumerate(w) if x in ('at', 'in')) - 1
            looks = w[at - 1:at + 1]
            out.append((at, 1 if not about(looks) else 5 if looks == away else 2))
        else:
            out.append(None)
    return out


def encode(a):
    t = Tokenizer(a.tokenizer)
    stories = list(read(a.stories))
    ids = np.full((len(stories), LONGEST), t.end, np.int16)
    sentence, source, mark = np.full(ids.shape, -1, np.int8), np.zeros(ids.shape, np.int8), np.zeros(ids.shape, np.int8)
    start, length = np.zeros(len(stories), np.int64), np.zeros(len(stories), np.int64)
    for i, s in enumerate(stories):
        row = [t.begin]
        for k, (text, m) in enumerate(zip(s['sentences'], marks(s))):
            words = [t.word(w) for w in ASCII.findall((' ' if k else '') + text)]
            if m:
                mark[i, len(row) + sum(len(w) for w in words[:m[0] + 1]) - 1] = m[1]
            piece = [n for w in words for n in w]
            sentence[i, len(row):len(row) + len(piece)], source[i, len(row):len(row) + len(piece)] = k, k in s['sources']
            row += piece
        row += t.encode(ASK)
        start[i] = len(row)
        row += t.encode(' ' + s['summary']) + [t.end]
        ids[i, :len(row)], length[i] = row, len(row)
        if i < 1000 and row[1:-1] != t.encode(prompt(s) + ' ' + s['summary']):
            raise SystemExit('cut elsewhere: ' + prompt(s))
    objects, named, away = np.array([facts(s) for s in stories]).T
    topic = np.array([s['sentences'][0].endswith(' objects.') for s in stories]).astype(np.int64)
    cut = lambda x: x[:, :length.max()]
    np.savez(a.out, ids=cut(ids), sentence=cut(sentence), source=cut(source), mark=cut(mark), length=length, start=start, objects=objects, named=named,
             away=away, topic=topic, scene=np.array([s['scene'] for s in stories]))
    print('%d stories, %.1f tokens a story, at most %d; %.1f of the summary' % (len(stories), length.mean(), length.max(), (length - start).mean()))
    print('in the summary:', dict(zip(*np.unique(named, return_counts=True))))
    left = (mark == 2).sum(1)
    if (left != named).any():
        raise SystemExit('marked otherwise than summed up: %d stories' % (left != named).sum())


def build(a):
    merges = learn((prompt(s) + ' ' + s['summary'] for s in read(a.stories)), a.merges, a.least)
    os.makedirs(a.out, exist_ok=True)
    settings = {'tokenizer_class': 'PreTrainedTokenizerFast', 'bos_token': BEGIN, 'eos_token': END, 'pad_token': END, 'model_max_length': LONGEST,
                'clean_up_tokenization_spaces': False, 'model_input_names': ['input_ids', 'attention_mask'],
                'added_tokens_decoder': {str(x.pop('id')): x for x in tokenizer(merges)['added_tokens']}}
    for name, what in (('tokenizer.json', tokenizer(merges)), ('tokenizer_config.json', settings)):
        with open(os.path.join(a.out, name), 'w') as f:
            json.dump(what, f, indent=2, ensure_ascii=False)
            f.write('\n')
    t = Tokenizer(a.out)
    words = sorted({w for s in read(a.stories) for w in ASCII.findall(prompt(s) + ' ' + s['summary'])})
    split = {w: len(t.word(w)) for w in words}
    print('%d merges, %d tokens, %d words, %d of them one token' % (len(merges), t.size, len(words), sum(n == 1 for n in split.values())))
    print('in pieces:', ', '.join('%r %s' % (w, '|'.join(t.decode([i]) for i in t.word(w))) for w in words if split[w] > 1))


def samples(a):
    """The first story of three sorts, whatever a model makes of them: what is asked, without an end of line, and the true summary."""
    sorts = [lambda s, objects, named, away: named == 3 and away == 2 and not s['sentences'][0].endswith(' objects.'),
             lambda s, objects, named, away: named >= 2 and away == 1 and objects >= 5 and s['sentences'][0].endswith(' objects.'),
             lambda s, objects, named, away: named == 0 and objects >= 4]
    for sort in sorts:
        story = next(s for s in read(a.stories) if sort(s, *facts(s)))
        name = 'story-' + story['sentences'][0][:-1].split(' about the ')[1].replace(' ', '-')
        for end, text in (('.txt', prompt(story)), ('.summary.txt', story['summary'] + '\n')):
            with open(os.path.join(a.out, name + end), 'w') as f:
                f.write(text)
        print('%s: scene %d, the summary depends on sentences %s\n%s\n    %s' % (name, story['scene'], story['sources'], prompt(story), story['summary']))


if __name__ == '__main__':
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = cli.add_subparsers(required=True)
    v = verbs.add_parser('tokenizer')
    v.add_argument('--stories', nargs='+', required=True)
    v.add_argument('--merges', type=int, default=254)
    v.add_argument('--least', type=int, default=2)
    v.add_argument('--out', required=True)
    v.set_defaults(call=build)
    v = verbs.add_parser('encode')
    v.add_argument('--tokenizer', required=True)
    v.add_argument('--stories', nargs='+', required=True)
    v.add_argument('--out', required=True)
    v.set_defaults(call=encode)
    v = verbs.add_parser('samples')
    v.add_argument('--stories', nargs='+', required=True)
    v.add_argument('--out', required=True)
    v.set_defaults(call=samples)
    arguments = cli.parse_args()
    arguments.call(arguments)
