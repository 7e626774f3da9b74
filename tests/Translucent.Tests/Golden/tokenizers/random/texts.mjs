// Random texts of all kinds of characters, and what Hugging Face tokenizers makes of them: shared by the scripts beside this one.
import { createRequire } from 'node:module';
export const { Tokenizer } = createRequire(import.meta.url)('tokenizers');
let state = 0;
export const seed = value => { state = value; };
export function rnd() { state = (state + 0x6D2B79F5) | 0; let t = Math.imul(state ^ state >>> 15, 1 | state); t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t; return ((t ^ t >>> 14) >>> 0) / 4294967296; }
export const int = n => Math.floor(rnd() * n), pick = a => a[int(a.length)], flip = (p = .5) => rnd() < p;
export const words = ['the', 'The', 'model', 'reads', "don't", "WE'LL", "it's", 'token', 'a', 'I', 'hello', 'world', 'Straße', 'naïve', 'café', 'Ångström', 'ÀÉÎ', 'İstanbul', 'ıI', 'ΣΑΣ', 'ﬁne', 'Ⅳ', '①', '²', '½', '你好', '世界', '東京', 'カタカナ', 'ｶﾀｶﾅ', '한국어', '각', '🙂', '👩‍💻', '👨‍👩‍👧', '🇩🇪', '𝔘𝔫', '𝟘𝟙', '𠀀', '𪛖', 'שלום', 'مرحبا', 'नमस्ते', 'ไทย', 'Привет', 'e\u0301', 'a\u0323\u0301', 'q\u0307\u0323', '\u0301', '123', '4567', '3.14', '1,000', '٣٤', 'x_y', 'a-b', 'C++', '#tag', '@me', 'http://a.b/c?d=e', '<s>', '</s>', '<unk>', '[MASK]', '[SEP]', '<|endoftext|>', '<|startoftext|>', '<0x41>', '<0x0A>', '▁', '▁the', 'Ġ', '##ing', '</w>', 'playing', 'unaffable', 'supercalifragilistic', 'aaaaaaaa', 'abababab', 'MASK', 'yesterday', 'Yesterday', 'ab', 'xabx'];
const seps = [' ', ' ', ' ', ' ', '  ', '   ', '\n', '\n\n', '\t', '\r\n', '\u00a0', '\u3000', '\u2028', '\u0085', '\u200b', '', '', '', ' \n', '\n ', '.', ', ', '!', '?', '…', '“', '—', '\ufeff', '\u0000', '\u0007', '\u00ad', '\u200d', '\u2009'];
function anyRune() { const r = rnd(); let c = r < .3 ? int(0x80) : r < .5 ? int(0x300) : r < .6 ? 0x300 + int(0x70) : r < .85 ? int(0x10000) : 0x10000 + int(0x20000); return c >= 0xD800 && c < 0xE000 ? 'x' : String.fromCodePoint(c); }
export function text() {
  const r = rnd(); if (r < .03) return ''; if (r < .06) return pick(seps); let s = flip(.2) ? pick(seps) : '';
  for (let i = 0, n = 1 + int(9); i < n; i++) { s += r > .85 ? anyRune() : flip(.06) ? anyRune() : pick(words); s += pick(seps); }
  return flip(.3) ? s.trimEnd() : s;
}

/** Encodes random texts, some with a second one, and decodes what comes out. Texts that the tokenizer refuses for want of an unknown token are left out. */
export async function casesOf(tokenizer, count, more = []) {
  const cases = [];
  for (let j = 0; j < count + more.length; j++) {
    const first = j < count ? text() : more[j - count], second = flip(.2) ? text() : undefined, special = flip(.7);
    try {
      const e = await tokenizer.encode(first, second ?? null, { addSpecialTokens: special }), ids = e.getIds();
      cases.push({
        text: first, pair: second, special, ids, tokens: e.getTokens().join('\u0001'), type_ids: e.getTypeIds(), offsets: e.getOffsets(), mask: e.getSpecialTokensMask(),
        words: e.getWordIds().map(w => w ?? -1), decoded: await tokenizer.decode(ids, true), decoded_special: await tokenizer.decode(ids, false),
      });
    } catch (e) { if (!/unk|UNK/i.test(e.message)) throw e; }
  }
  return cases;
}
