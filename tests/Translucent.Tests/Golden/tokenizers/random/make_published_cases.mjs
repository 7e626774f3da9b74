// Writes published.jsonl: the steps of tokenizers as well-known models publish them, each with a small vocabulary of its own, trained here on
// random texts; random texts; and what Hugging Face tokenizers makes of them. A line is a tokenizer with its cases; "base" names the line whose vocabulary and merges it has.
//   npm install tokenizers@0.23.2 && node make_published_cases.mjs published.jsonl SEED MERGES TEXTS      (committed: 7 100 3)
import { appendFileSync, writeFileSync } from 'node:fs';
import { Tokenizer, casesOf, pick, seed, text, words } from './texts.mjs';
const [out, seedText, mergesText, per] = process.argv.slice(2);
seed(+seedText);
const english = `The quick brown fox jumps over the lazy dog. Nothing is lost, the token stands where the word stood; that's what they've said, isn't it?
In the beginning there was the word, and the reader of the words was reading them one by one: unaffable, playing, tokens, models, 1234567 of them.`;
const corpus = [english, english, english, ...Array.from({ length: 300 }, text)];

const printable = b => b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174;
const alphabet = []; for (let b = 0, n = 256; b < 256; b++) alphabet.push(String.fromCodePoint(printable(b) ? b : n++));
const bytes = s => [...Buffer.from(s, 'utf8')].map(b => alphabet[b]);

/** Byte-pair encoding: the most frequent pair first, of equal ones the first in order. */
function train(pieces, start, prefix = '', suffix = '') {
  const vocab = {}, merges = [], add = t => { vocab[t] ??= Object.keys(vocab).length; };
  start.forEach(add);
  const counts = new Map();
  for (const p of pieces) if (p.length) { const w = p.map((c, i) => (i ? prefix : '') + c + (i === p.length - 1 ? suffix : '')); w.forEach(add); counts.set(w.join('\u0001'), (counts.get(w.join('\u0001')) ?? 0) + 1); }
  let list = [...counts].map(([w, n]) => [w.split('\u0001'), n]);
  while (merges.length < +mergesText) {
    const pairs = new Map();
    for (const [w, n] of list) for (let i = 0; i + 1 < w.length; i++) pairs.set(w[i] + '\u0001' + w[i + 1], (pairs.get(w[i] + '\u0001' + w[i + 1]) ?? 0) + n);
    const best = [...pairs].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))[0];
    if (!best || best[1] < 2) break;
    const [a, b] = best[0].split('\u0001'), joined = a + b.slice(prefix.length);
    add(joined); merges.push([a, b]);
    for (const entry of list) { const w = []; for (let i = 0; i < entry[0].length; i++) if (i + 1 < entry[0].length && entry[0][i] === a && entry[0][i + 1] === b) { w.push(joined); i++; } else w.push(entry[0][i]); entry[0] = w; }
  }
  return { vocab, merges };
}
const cut = (regex, map = s => s) => corpus.flatMap(t => [...map(t).matchAll(regex)].map(m => m[0]));
const bpe = (trained, more = {}) => ({ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, ...trained, ...more });
const gpt2Regex = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const byteLevel = (more) => bpe(train(cut(gpt2Regex).map(bytes), [...alphabet].sort()), more);
const hex = b => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`;
const common = t => [...t].filter(c => /[\p{L}\p{N}\p{P}▁ ]/u.test(c) && c < '\u3000');
const pieces = (more) => bpe(train(cut(/ ?[^ ]+/gu).map(w => common(w.replaceAll(' ', '▁'))), ['<unk>', '<s>', '</s>', ...Array.from({ length: 256 }, (_, b) => hex(b)), '▁']), { unk_token: '<unk>', fuse_unk: true, byte_fallback: true, ...more });
const wordPiece = map => { const { vocab } = train(cut(/[\p{L}\p{M}\p{N}]+|\p{P}/gu, map).map(common), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], '##'); return { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab }; };

const seq = (kind, ...steps) => ({ type: 'Sequence', [kind]: steps }), norms = (...s) => seq('normalizers', ...s), pres = (...s) => seq('pretokenizers', ...s), posts = (...s) => seq('processors', ...s), decs = (...s) => seq('decoders', ...s);
const level = (use_regex = true, add_prefix_space = false, trim_offsets = true) => ({ type: 'ByteLevel', add_prefix_space, trim_offsets, use_regex });
const split = (Regex, behavior = 'Isolated', invert = false) => ({ type: 'Split', pattern: { Regex }, behavior, invert });
const replace = (String, content) => ({ type: 'Replace', pattern: { String }, content });
const token = (content, more = {}) => ({ content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });
const template = (vocab, single, pair) => {
  const place = w => w === 'A' || w === 'B' ? { Sequence: { id: w, type_id: w === 'B' ? 1 : 0 } } : { SpecialToken: { id: w, type_id: 0 } };
  const names = [...new Set([...single, ...pair])].filter(w => w !== 'A' && w !== 'B');
  return { type: 'TemplateProcessing', single: single.map(place), pair: pair.map(place), special_tokens: Object.fromEntries(names.map(w => [w, { id: w, ids: [vocab[w]], tokens: [w] }])) };
};
/** Numbers added tokens on from the vocabulary, and puts a tokenizer together. */
function make(model, tokens, { normalizer = null, pre = null, post = () => null, decoder = level() }) {
  const ids = { ...model.vocab };
  for (const t of tokens) ids[t.content] ??= Object.keys(ids).length;
  return { version: '1.0', truncation: null, padding: null, added_tokens: tokens.map(t => ({ id: ids[t.content], ...t })).sort((x, y) => x.id - y.id), normalizer, pre_tokenizer: pre, post_processor: post(ids), decoder, model };
}
const cl100k = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const o200k = ["[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}", " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*", "\\s*[\\r\\n]+", "\\s+(?!\\S)", "\\s+"].join('|');
const bert = (lowercase) => ({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase });
const bertTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(t => token(t));
const fallback = (...more) => decs(replace('▁', ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, ...more);
const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
const bos = (b) => ids => template(ids, [b, 'A'], [b, 'A', b, 'B']);
const llama = ['<unk>', '<s>', '</s>'].map(t => token(t));
const tokenizers = {
  'gpt2': () => make(byteLevel(), [token('<|endoftext|>')], { pre: level(), post: () => level(true, true, false) }),
  'roberta': () => make(byteLevel(), [...['<s>', '</s>', '<unk>'].map(t => token(t, { normalized: true })), token('[MASK]', { lstrip: true })], { pre: level(), post: ids => ({ type: 'RobertaProcessing', sep: ['</s>', ids['</s>']], cls: ['<s>', ids['<s>']], trim_offsets: true, add_prefix_space: false }) }),
  'llama-3': () => make(byteLevel({ ignore_merges: true }), [token('<s>'), token('<|endoftext|>')], { pre: pres(split(cl100k), level(false)), post: ids => posts(level(true, true, false), template(ids, ['<s>', 'A'], ['<s>', 'A', '<s>', 'B'])) }),
  'qwen2': () => make(byteLevel(), [token('<|endoftext|>'), token('<s>', { special: false })], { normalizer: { type: 'NFC' }, pre: pres(split(cl100k.replace('{1,3}', '')), level(false)), post: () => level(false, false, false) }),
  'gpt-neox': () => make(byteLevel(), [token('<|endoftext|>'), ...[2, 3, 4].map(n => token(' '.repeat(n), { normalized: true, special: false }))], { normalizer: { type: 'NFC' }, pre: level(), post: ids => template(ids, ['A', '<|endoftext|>'], ['A', '<|endoftext|>', 'B']) }),
  'falcon': () => make(byteLevel(), [token('<|endoftext|>')], { pre: pres({ type: 'Punctuation', behavior: 'Contiguous' }, level(), { type: 'Digits', individual_digits: false }, split('[0-9][0-9][0-9]')), post: () => level() }),
  'starcoder': () => make(byteLevel(), [token('<|endoftext|>'), token('MASK', { single_word: true, special: false })], { pre: pres({ type: 'Digits', individual_digits: true }, level()) }),
  'o200k': () => make(byteLevel({ ignore_merges: true }), [token('<|endoftext|>')], { pre: pres(split(o200k), level(false)), post: () => level(true, true, false) }),
  'deepseek': () => make(byteLevel(), [token('<s>'), token('<|endoftext|>', { normalized: true, special: false })], { normalizer: norms(), pre: pres(split('\\p{N}{1,3}'), split('[一-龥\u3040-ゟ゠-ヿ]+'), split('[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'), level(false)), post: bos('<s>') }),
  'bloom': () => make(byteLevel(), [token('<unk>'), token('<s>')], { pre: pres(split(' ?[^(\\s|[.,!?…。，、।۔،])]+'), level(false)), post: () => level(false, true, false) }),
  'whisper': () => make(byteLevel(), ['<|endoftext|>', '<|startoftext|>'].map(t => token(t)), { pre: level(), post: ids => template(ids, ['<|startoftext|>', 'A', '<|endoftext|>'], ['<|startoftext|>', 'A', 'B', '<|endoftext|>']) }),
  'clip': () => make(bpe(train(cut(/'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+/gu, t => t.normalize('NFC').toLowerCase()).map(bytes), [...alphabet, ...alphabet.map(c => c + '</w>')], '', '</w>'), { unk_token: '<|endoftext|>', end_of_word_suffix: '</w>', continuing_subword_prefix: '' }), [token('<|startoftext|>', { normalized: true }), token('<|endoftext|>')], {
    normalizer: norms({ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }), pre: pres(split("'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+", 'Removed', true), level()),
    post: ids => ({ type: 'RobertaProcessing', sep: ['<|endoftext|>', ids['<|endoftext|>']], cls: ['<|startoftext|>', ids['<|startoftext|>']], trim_offsets: false, add_prefix_space: false }),
  }),
  'gpt-1': () => make(bpe(train(cut(/[\p{L}\p{M}\p{N}]+|\p{P}/gu, t => t.toLowerCase()).map(common), ['<unk>'], '', '</w>'), { unk_token: '<unk>', end_of_word_suffix: '</w>' }), [token('<unk>')], { normalizer: bert(true), pre: { type: 'BertPreTokenizer' }, decoder: { type: 'BPEDecoder', suffix: '</w>' } }),
  'llama-2': () => make(pieces(), llama, { normalizer: norms({ type: 'Prepend', prepend: '▁' }, replace(' ', '▁')), post: bos('<s>'), decoder: fallback(strip) }),
  'phi-3': () => make(pieces(), [...llama, token('<|endoftext|>', { rstrip: true }), token('[SEP]', { rstrip: true, lstrip: true, special: false })], { normalizer: norms({ type: 'Prepend', prepend: '▁' }, replace(' ', '▁')), decoder: fallback(strip) }),
  'mistral': () => make(pieces({ ignore_merges: true }), [...llama, token('[MASK]')], { pre: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false }, post: bos('<s>'), decoder: fallback(strip) }),
  'gemma': () => make(pieces(), [...llama, token('\n\n', { special: false }), token('▁▁', { special: false }), token('[SEP]')], { normalizer: replace(' ', '▁'), pre: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false }, post: bos('<s>'), decoder: fallback() }),
  'codellama': () => make(pieces({ byte_fallback: false, fuse_unk: false }), [...llama, token('▁', { normalized: true, special: false })], { pre: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }, decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true } }),
  'bert-uncased': () => make(wordPiece(t => t.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '')), bertTokens, { normalizer: bert(true), pre: { type: 'BertPreTokenizer' }, post: ids => template(ids, ['[CLS]', 'A', '[SEP]'], ['[CLS]', 'A', '[SEP]', 'B', '[SEP]']), decoder: { type: 'WordPiece', prefix: '##', cleanup: true } }),
  'bert-cased': () => make(wordPiece(t => t), bertTokens, { normalizer: bert(false), pre: { type: 'BertPreTokenizer' }, post: ids => ({ type: 'BertProcessing', sep: ['[SEP]', ids['[SEP]']], cls: ['[CLS]', ids['[CLS]']] }), decoder: { type: 'WordPiece', prefix: '##', cleanup: false } }),
  'mpnet': () => make(wordPiece(t => t.toLowerCase()), [...bertTokens.slice(0, 4), token('<s>', { normalized: true }), token('</s>', { normalized: true }), token('[MASK]', { lstrip: true, normalized: true })], { normalizer: bert(true), pre: { type: 'BertPreTokenizer' }, post: ids => ({ type: 'RobertaProcessing', sep: ['</s>', ids['</s>']], cls: ['<s>', ids['<s>']], trim_offsets: true, add_prefix_space: false }), decoder: { type: 'WordPiece', prefix: '##', cleanup: true } }),
  'words': () => make({ type: 'WordLevel', unk_token: '[UNK]', vocab: Object.fromEntries([...new Set(['[UNK]', ...words.map(w => w.toLowerCase()), '.', ',', '!'])].map((w, i) => [w, i])) }, [token('[MASK]', { single_word: true })], { normalizer: norms({ type: 'NFKC' }, { type: 'Strip', strip_left: true, strip_right: true }, { type: 'Lowercase' }), pre: { type: 'Whitespace' }, decoder: null }),
};
const hard = [' '.repeat(40) + 'a' + '\n'.repeat(9) + ' \t\r\n\u00a0\u3000 x', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Z\u0351\u036b\u0343\u036aa\u0332\u0331l\u0305g\u0323o\u0301\u0301 \u0000\u0001\u001b[31m\u007f\u0085\u200e', '👨‍👩‍👧‍👦🏽🇩🇪 مَرْحَبًا بالعالم 世界こんにちは 안녕 नमस्ते', english.slice(0, 120)];
const written = new Map(); // vocabularies by their text
writeFileSync(out, '');
for (const [name, tokenizer] of Object.entries(tokenizers)) {
  const t = tokenizer(), cases = await casesOf(Tokenizer.fromString(JSON.stringify(t)), +per, hard), vocabulary = JSON.stringify([t.model.vocab, t.model.merges]);
  if (written.has(vocabulary)) { t.model.base = written.get(vocabulary); delete t.model.vocab; delete t.model.merges; }
  else written.set(vocabulary, name);
  appendFileSync(out, JSON.stringify({ name, tokenizer: t, cases }) + '\n');
}
