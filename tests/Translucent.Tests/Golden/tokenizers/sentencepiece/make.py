# A small model of SentencePiece with the kinds of pieces that SigLIP's has, and what SentencePiece makes of some texts.
#   python3 make.py OUT DOCS..   (sentencepiece 0.1.97; trains on the words of the pages given, writes spiece.model and texts.json)
import glob, json, random, re, sys
import sentencepiece as spm

out, pages = sys.argv[1], sys.argv[2:]
words = re.findall(r"[a-z]+", " ".join(open(p, encoding="utf-8").read().lower() for p in sorted(pages)))
lines = [" ".join(words[i:i + 12]) for i in range(0, len(words), 12)] + ["größe café naïve façade", "猫 と 犬 の 写真", "фото кота и собаки"] * 20
open("lines.txt", "w", encoding="utf-8").write("\n".join(lines))
spm.SentencePieceTrainer.train(input="lines.txt", model_prefix="m", vocab_size=700, model_type="unigram", normalization_rule_name="nmt_nfkc", pad_id=0,
                               eos_id=1, unk_id=2, bos_id=-1, user_defined_symbols=["<extra_id_0>"], character_coverage=0.9999, num_threads=1,
                               minloglevel=2)
open(f"{out}/spiece.model", "wb").write(open("m.model", "rb").read())
sp = spm.SentencePieceProcessor(model_file=f"{out}/spiece.model")
random.seed(20230327)
texts = ["", " ", "a photo of a cat", "  two   blanks  ", "tabs\tand\nlines", "Ｆｕｌｌ　ｗｉｄｔｈ", "ﬁne oﬃce", "cafe\u0301 and café", "①②③ ½ ™", "zero\u200bwidth\u00a0space",
         "猫と犬の写真", "фото кота", "😀 smile 👩‍👩‍👧", "ｶﾞｷﾞｸﾞ", "\u0915\u094d\u0937", "한글 \u1112\u1161\u11ab", "soft\u00adhyphen", "a\u0300\u0316b", "\ufeffmark", "▁sign ▁▁", "x" * 300,
         "…", "\u3000", "İstanbul ŞEKER", "ǅ ǆ", "ﷺ", "\u0001control\u001f", "a\u2028b\u2029c", "unseen: þæð ŋ", "Ω K Å"]
vocabulary = sorted(set(words))
letters = list("abcdefghijklmnopqrstuvwxyz   ") + list("éüßçøñ猫犬фотоｶﾞﬁ①½\u0301\u0308\u200b\u00a0\u3000ΑΩ한글") + ["▁", "😀"]
for _ in range(600): texts.append(" ".join(random.choice(vocabulary) for _ in range(random.randint(1, 14))))
for _ in range(400): texts.append("".join(random.choice(letters) for _ in range(random.randint(1, 40))))
json.dump([[t, sp.encode(t) + [1]] for t in texts], open(f"{out}/texts.json", "w"), ensure_ascii=True, separators=(",", ":"))
