// Writes cases.jsonl: tokenizers put together at random from all kinds of steps, random texts of all kinds of characters, and what Hugging
// Face tokenizers makes of them. A line is a tokenizer with its cases; "base" names the folder whose vocabulary and merges it has.
//   npm install tokenizers@0.23.2 && node make_random_cases.mjs cases.jsonl SEED TOKENIZERS TEXTS      (committed: 20261121 48 4)
// Left out: byte fallback together with a prefix or suffix, where that library's offsets run out of the text.
import { readFileSync, appendFileSync, writeFileSync } from 'node:fs';
import { Tokenizer, casesOf, flip, int, pick, seed, words } from './texts.mjs';
const [out, seedText, configs, per] = process.argv.slice(2);
seed(+seedText);
const cl = s => JSON.parse(JSON.stringify(s));
const F = new URL('..', import.meta.url).pathname;
const fix = Object.fromEntries(['bytelevel_bpe', 'clip_bpe', 'llama2_bpe', 'llama2_metaspace', 'llama3_bpe', 'wordpiece'].map(n => [n, JSON.parse(readFileSync(F + n + '/tokenizer.json', 'utf8'))]));
const patterns = ["\\s+", "\\w+|[^\\w\\s]+", "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  " ?[^(\\s|[.,!?…。，、।۔،])]+", "[一-龥\u3040-ゟ゠-ヿ]+", "\\p{N}{1,3}", "[0-9][0-9][0-9]", "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{M}&&[^\\p{Han}]]*[\\p{Ll}\\p{Lo}\\p{M}&&[^\\p{Han}]]+|\\s+", "(?<=[a-z])(?=[A-Z])|\\s", "\\b", "(?=\\p{Lu})", "^|$", "\\A.|.\\z", "(?m:.{3})", "[[:punct:]]", "[[:alpha:]]+", "(?<!\\d)\\d", "(\\d+)(?:[.,]\\d+)*", ".", "a|ab|abc", "(?:ab)+?b?", "(?>a+)b|a", "x*", "(?:a|b)*+", "[^a-z ]", "\\h+", "(?i)[a-f]+", "\\p{^L}", "\\P{L}+", "\\x{4f60}|\\u597d", "(a*)*b|c", "\\R|\\N", "(?i:straße|É)", "[\\w&&[^\\d_]]+", "\\W", "[\\s\\S]{2}", "a{,2}|b{2}?", "\\Bo", "(?:)", "[]x]", "\\d+(?=\\.)", "e\\u0301?", "(?x: a b # comment\n)|c"];
const behaviours = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];
const splitP = () => ({ type: 'Split', pattern: flip(.85) ? { Regex: pick(patterns) } : { String: pick([' ', 'a', '▁', '.', 'ab', '\n', '的']) }, behavior: pick(behaviours), invert: flip(.35) });
function norm(d = 0) {
  const k = int(d ? 13 : 15);
  switch (k) {
    case 0: return { type: 'NFC' }; case 1: return { type: 'NFD' }; case 2: return { type: 'NFKC' }; case 3: return { type: 'NFKD' }; case 4: return { type: 'Lowercase' }; case 5: return { type: 'StripAccents' };
    case 6: return { type: 'Strip', strip_left: flip(), strip_right: flip() }; case 7: return { type: 'Prepend', prepend: pick(['▁', 'ab', 'é']) };
    case 8: return { type: 'Replace', pattern: flip() ? { String: pick([' ', 'a', 'ab', '``', '.']) } : { Regex: pick([' {2,}', '\\s+', '[\\n\\r\\t]', '\\d', '[aeiou]', '\\p{P}', '(?<=a)b']) }, content: pick(['▁', ' ', '', 'xy', '"']) };
    case 9: return { type: 'Nmt' }; case 10: return { type: 'BertNormalizer', clean_text: flip(), handle_chinese_chars: flip(), strip_accents: pick([null, true, false]), lowercase: flip() };
    case 11: return { type: 'ByteLevel' }; case 12: return { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true };
    default: return { type: 'Sequence', normalizers: Array.from({ length: 1 + int(3) }, () => norm(1)) };
  }
}
function pre(d = 0) {
  const k = int(d ? 10 : 12);
  switch (k) {
    case 0: case 1: return { type: 'ByteLevel', add_prefix_space: flip(), trim_offsets: flip(), use_regex: flip(.7) }; case 2: case 3: return splitP();
    case 4: return { type: 'Metaspace', replacement: pick(['▁', '_']), prepend_scheme: pick(['always', 'never', 'first']), split: flip() }; case 5: return { type: 'Whitespace' }; case 6: return { type: 'WhitespaceSplit' };
    case 7: return { type: 'BertPreTokenizer' }; case 8: return { type: 'Punctuation', behavior: pick(behaviours) }; case 9: return flip(.7) ? { type: 'Digits', individual_digits: flip() } : { type: 'CharDelimiterSplit', delimiter: pick([' ', '-', 'a']) };
    default: return { type: 'Sequence', pretokenizers: Array.from({ length: 1 + int(3) }, () => pre(1)) };
  }
}
function dec(d = 0) {
  switch (int(d ? 10 : 13)) {
    case 0: case 1: return { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true }; case 2: return { type: 'Metaspace', replacement: '▁', prepend_scheme: pick(['always', 'never', 'first']), split: true };
    case 3: return { type: 'WordPiece', prefix: '##', cleanup: flip() }; case 4: return { type: 'BPEDecoder', suffix: '</w>' }; case 5: return { type: 'ByteFallback' }; case 6: return { type: 'Fuse' };
    case 7: return { type: 'Strip', content: pick([' ', 'a', '▁']), start: int(3), stop: 0 }; case 8: return { type: 'Replace', pattern: flip() ? { String: pick(['▁', 'a', '##']) } : { Regex: pick(['▁+', '[ae]', '^.', '\\s']) }, content: pick([' ', '', 'é']) };
    case 9: return { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: flip() };
    default: return { type: 'Sequence', decoders: Array.from({ length: 1 + int(4) }, () => dec(1)) };
  }
}
function post(model) {
  const sp = pick(Object.entries(model.vocab).slice(0, 40)), sq = pick(Object.entries(model.vocab).slice(0, 40));
  const template = () => ({ type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'X', type_id: int(2) } }, { Sequence: { id: 'A', type_id: int(2) } }, ...(flip() ? [{ SpecialToken: { id: 'Y', type_id: 0 } }] : [])], pair: [{ SpecialToken: { id: 'X', type_id: 0 } }, { Sequence: { id: flip(.8) ? 'A' : 'B', type_id: 0 } }, { SpecialToken: { id: 'Y', type_id: 0 } }, { Sequence: { id: flip(.8) ? 'B' : 'A', type_id: 1 } }, { SpecialToken: { id: 'X', type_id: 3 } }], special_tokens: { X: { id: 'X', ids: [sp[1]], tokens: [sp[0]] }, Y: { id: 'Y', ids: [sq[1], sp[1]], tokens: [sq[0], sp[0]] } } });
  switch (int(7)) {
    case 0: return { type: 'ByteLevel', add_prefix_space: flip(), trim_offsets: flip(), use_regex: true }; case 1: return { type: 'RobertaProcessing', sep: sp, cls: sq, trim_offsets: flip(), add_prefix_space: flip() };
    case 2: return { type: 'BertProcessing', sep: sp, cls: sq }; case 3: return template(); case 4: return { type: 'Sequence', processors: [{ type: 'ByteLevel', add_prefix_space: flip(), trim_offsets: flip(), use_regex: true }, template()] };
    default: return null;
  }
}
function model() {
  const name = pick(Object.keys(fix)), base = cl(fix[name].model);
  base.base = name;
  if (base.type === 'BPE') { if (flip(.3)) base.unk_token = pick([null, Object.keys(base.vocab)[5]]); if (flip(.3)) base.fuse_unk = flip(); if (flip(.2)) base.byte_fallback = flip(); if (flip(.3)) base.ignore_merges = flip(); }
  else { if (flip(.2)) base.max_input_chars_per_word = 5; }
  if (flip(.08)) { const v = { '[UNK]': 0 }; for (const w of words) v[w] ??= Object.keys(v).length; return { type: 'WordLevel', vocab: v, unk_token: '[UNK]' }; }
  if (flip(.15)) { // toy
    const chars = [...'abcdehlortw Ġ▁éI你'], vocab = { '[UNK]': 0 }; const suffix = flip() ? '</w>' : '', prefix = flip(.4) ? '##' : '';
    const add = t => vocab[t] ??= Object.keys(vocab).length;
    for (const c of chars) for (const p of ['', prefix]) for (const s of ['', suffix]) add(p + c + s);
    const merges = []; for (let i = 0; i < 60; i++) { const ks = Object.keys(vocab).filter(k => k !== '[UNK]'); const a = pick(ks.filter(k => !suffix || !k.endsWith(suffix))), b = pick(ks.filter(k => !prefix || k.startsWith(prefix))); if (!a || !b) continue; const m = a + b.slice(prefix.length); if ([...m].length > 8) continue; add(m); merges.push([a, b]); }
    if (flip()) for (let b = 0; b < 256; b++) add('<0x' + b.toString(16).toUpperCase().padStart(2, '0') + '>');
    return { type: 'BPE', dropout: null, unk_token: pick([null, '[UNK]']), continuing_subword_prefix: prefix || null, end_of_word_suffix: suffix || null, fuse_unk: flip(), byte_fallback: flip(), ignore_merges: flip(), vocab, merges };
  }
  return base;
}
function added(m) {
  const size = Object.keys(m.vocab).length; let next = size; const seen = new Set();
  return Array.from({ length: int(6) }, () => pick(['<s>', '</s>', '[MASK]', '<|endoftext|>', 'the', 'Yesterday', 'é', 'ab', ' x', 'token', '你', 'İ', 'MASK', 'a b', '▁the', '[SEP]'])).filter(c => !seen.has(c) && seen.add(c))
    .map(content => ({ id: m.vocab[content] ?? next++, content, single_word: flip(.3), lstrip: flip(.3), rstrip: flip(.3), normalized: flip(.5), special: flip(.5) }));
}
function config(i) {
  if (flip(.35)) { // a fixture with one part changed
    const name = pick(Object.keys(fix)), t = cl(fix[name]); t.model.base = name; const k = int(5);
    if (k === 0) t.normalizer = norm(); if (k === 1) t.pre_tokenizer = pre(); if (k === 2) t.added_tokens = added(t.model); if (k === 3) t.decoder = dec(); if (k === 4) t.post_processor = post(t.model); return t;
  }
  const m = model(); return { version: '1.0', truncation: null, padding: null, added_tokens: added(m), normalizer: flip(.3) ? null : norm(), pre_tokenizer: flip(.2) ? null : pre(), post_processor: post(m), decoder: flip(.15) ? null : dec(), model: m };
}
writeFileSync(out, '');
for (let i = 0; i < +configs; i++) {
  const t = config();
  if (t.model.byte_fallback && (t.model.continuing_subword_prefix || t.model.end_of_word_suffix)) continue;
  const cases = await casesOf(Tokenizer.fromString(JSON.stringify(t)), +per);
  if (t.model.base) { delete t.model.vocab; delete t.model.merges; }
  appendFileSync(out, JSON.stringify({ tokenizer: t, cases }) + '\n');
}
