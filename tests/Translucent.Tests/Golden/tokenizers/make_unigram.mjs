// Small Unigram tokenizers as T5 and SigLIP have them, trained by SentencePiece 0.1.97 (Debian's spm_train) on the texts of the other cases here, and what
// Hugging Face's tokenizers (npm, the Rust library) makes of those texts.
//   npm install tokenizers && node make_unigram.mjs
import fs from "fs";
import os from "os";
import path from "path";
import { execFileSync } from "child_process";
import { createRequire } from "module";
import { fileURLToPath } from "url";

const here = path.dirname(fileURLToPath(import.meta.url)), rust = createRequire(path.join(process.cwd(), "x.js"))("tokenizers");
const read = folder => JSON.parse(fs.readFileSync(path.join(here, folder, "cases.json"))).cases.map(c => c.text);
const texts = [...new Set([...read("llama2_bpe"), ...read("clip_bpe"), "e\u0301té ﬁne ﬂow", "ＡＢＣ１２３ full width", "a\u0000b\u0007c\u200bd", "½ plus ①", "\r\n line\rend",
  "ẛ̣ x\u0301\u0323y", "A photo of Cat!", "   many   blanks\t\there ", "</s> in <unk> text", "ÀÉÎ ÕÜ", "한국어 ｶﾞｷﾞ", "Ⅷ ㎏ ﷺ x²", "∑∏ qz"])];
const work = fs.mkdtempSync(path.join(os.tmpdir(), "unigram"));
fs.writeFileSync(path.join(work, "corpus.txt"), texts.join("\n").repeat(3));
// A few rules of nmt_nfkc, so that the table stays small: full width, ligatures, composed letters, fractions, control characters, blanks.
const rules = [];
const rule = (from, to) => rules.push([...from].map(c => c.codePointAt(0).toString(16).toUpperCase()).join(" ") + "\t" + [...to].map(c => c.codePointAt(0).toString(16).toUpperCase()).join(" "));
for (let i = 0; i < 94; i++) rule(String.fromCodePoint(0xFF01 + i), String.fromCodePoint(0x21 + i));
for (const [a, b] of [["ﬁ", "fi"], ["ﬂ", "fl"], ["e\u0301", "é"], ["o\u0308", "ö"], ["½", "1⁄2"], ["¾", "3⁄4"], ["①", "1"], ["Ⅷ", "VIII"], ["㎏", "kg"], ["²", "2"], ["…", "..."], ["\t", " "], ["\n", " "],
  ["\r", " "], ["\u3000", " "], ["\u200b", " "], ["\u0007", ""], ["ｶ\uFF9E", "ガ"], ["ẛ\u0323", "ṩ"], ["™", "TM"]]) rule(a, b);
fs.writeFileSync(path.join(work, "rules.tsv"), [...new Map(rules.map(r => [r.split("\t")[0], r])).values()].sort().join("\n") + "\n");

// The two fields of the model's protobuf that are needed: pieces (1: text 1, score 2, type 3) and the normaliser's table (3: 2).
function fields(bytes) {
  const all = [];
  for (let at = 0; at < bytes.length;) {
    const varint = () => { let v = 0n, s = 0n; for (;;) { const b = bytes[at++]; v |= BigInt(b & 127) << s; s += 7n; if (b < 128) return Number(v); } };
    const tag = varint(), kind = tag & 7;
    if (kind === 0) all.push([tag >> 3, varint()]);
    else if (kind === 5) { all.push([tag >> 3, bytes.readFloatLE(at)]); at += 4; }
    else { const n = varint(); all.push([tag >> 3, bytes.subarray(at, at + n)]); at += n; }
  }
  return all;
}

function make(name, flags, build) {
  execFileSync("spm_train", [`--input=${work}/corpus.txt`, `--model_prefix=${work}/m`, "--model_type=unigram", "--character_coverage=0.98", "--hard_vocab_limit=false",
    `--normalization_rule_tsv=${work}/rules.tsv`, "--pad_id=0", "--eos_id=1", "--unk_id=2", "--bos_id=-1", "--num_threads=1", ...flags], { stdio: "ignore" });
  const model = fields(fs.readFileSync(`${work}/m.model`));
  const vocab = model.filter(([f]) => f === 1).map(([, p]) => { const d = Object.fromEntries(fields(p)); return [d[1].toString(), d[2] ?? 0]; });
  const table = fields(model.find(([f]) => f === 3)[1]).find(([f]) => f === 2)[1].toString("base64");
  const special = (id, content) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
  const json = { version: "1.0", truncation: null, padding: null, added_tokens: [special(0, "<pad>"), special(1, "</s>"), special(2, "<unk>")], ...build(table),
    post_processor: { type: "TemplateProcessing", single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      pair: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }, { Sequence: { id: "B", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      special_tokens: { "</s>": { id: "</s>", ids: [1], tokens: ["</s>"] } } },
    model: { type: "Unigram", unk_id: 2, vocab, byte_fallback: flags.includes("--byte_fallback=true") } };
  const to = path.join(here, name);
  fs.mkdirSync(to, { recursive: true });
  fs.writeFileSync(path.join(to, "tokenizer.json"), JSON.stringify(json));
  fs.writeFileSync(path.join(to, "tokenizer_config.json"), JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", eos_token: "</s>", unk_token: "<unk>", pad_token: "</s>", model_max_length: 64 }));
  const t = rust.Tokenizer.fromString(JSON.stringify(json)), points = (text, bytes) => bytes;
  return Promise.all(texts.map(async text => {
    const e = await t.encode(text), plain = await t.encode(text, null, { addSpecialTokens: false });
    return { text, ids: e.getIds(), tokens: e.getTokens(), ids_plain: plain.getIds(), decoded: await t.decode(e.getIds(), true), decoded_special: await t.decode(e.getIds(), false),
      offsets: e.getOffsets?.() };
  })).then(cases => {
    fs.writeFileSync(path.join(to, "cases.json"), JSON.stringify({ produced_by: { "tokenizers (Rust, Node binding)": "0.23.2", sentencepiece: "0.1.97" }, cases, decode_cases: [] }));
    fs.writeFileSync(path.join(to, "left_out.json"), JSON.stringify({ left_out: [] }));
    console.log(name, vocab.length, cases.length);
  });
}

const sign = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
await make("siglip_unigram", ["--vocab_size=420"], table => ({
  normalizer: { type: "Sequence", normalizers: [{ type: "Lowercase" }, { type: "Replace", pattern: { Regex: "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]" }, content: "" },
    { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Strip", strip_left: true, strip_right: true }, { type: "Precompiled", precompiled_charsmap: table }] },
  pre_tokenizer: sign, decoder: sign }));
await make("bytes_unigram", ["--vocab_size=640", "--byte_fallback=true"], table => ({
  normalizer: { type: "Sequence", normalizers: [{ type: "Precompiled", precompiled_charsmap: table }, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }] },
  pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, sign] },
  decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }, sign] } }));
