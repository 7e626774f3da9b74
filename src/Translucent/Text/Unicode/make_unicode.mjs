// Writes Unicode.txt, the character data that Hugging Face tokenizers normalises by, found by asking the library itself about every
// code point: its tables are older than those of .NET, and texts must come out alike. Combining classes come from Python's unicodedata,
// kept where the library reorders by them.
//   npm install tokenizers@0.23.2 && node make_unicode.mjs > Unicode.txt
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
const { Tokenizer, nfdNormalizer, nfcNormalizer, nfkdNormalizer, stripAccentsNormalizer, bertNormalizer, punctuationPreTokenizer } = createRequire(import.meta.url)('tokenizers');

const all = [];
for (let c = 0; c < 0x110000; c++) if (c < 0xD800 || c > 0xDFFF) all.push(c);
const text = c => String.fromCodePoint(c), hex = c => c.toString(16).toUpperCase(), points = s => [...s].map(c => hex(c.codePointAt(0))).join(' ');
const hangul = c => c >= 0xAC00 && c < 0xAC00 + 11172;
const [nfd, nfc, nfkd] = [nfdNormalizer(), nfcNormalizer(), nfkdNormalizer()].map(n => s => n.normalizeString(s));

function ranges(name, test) {
    console.log(`[${name}]`);
    let start = -1, last = -2;
    const end = () => start >= 0 && console.log(start === last ? hex(start) : `${hex(start)}-${hex(last)}`);
    for (const c of all.filter(test)) {
        if (c !== last + 1) { end(); start = c; }
        last = c;
    }
    end();
}

console.log('# Character data of Hugging Face tokenizers 0.23.2, made by make_unicode.mjs. All numbers but classes are hexadecimal code points.');
console.log('# Derived from the Unicode Character Database, (c) 1991-2026 Unicode, Inc., https://www.unicode.org/license.txt');
console.log('[canonical]');
for (const c of all) if (!hangul(c) && nfd(text(c)) !== text(c)) console.log(hex(c), points(nfd(text(c))));
console.log('[compatibility]');
for (const c of all) if (!hangul(c) && nfkd(text(c)) !== nfd(text(c))) console.log(hex(c), points(nfkd(text(c))));
console.log('[composition]');
for (const c of all) {
    const parts = [...nfd(text(c))];
    if (hangul(c) || parts.length < 2 || nfc(text(c)) !== text(c)) continue;
    const first = nfc(parts.slice(0, -1).join(''));
    if ([...first].length !== 1 || nfc(first + parts.at(-1)) !== text(c)) throw new Error(hex(c));
    console.log(points(first), points(parts.at(-1)), hex(c));
}
console.log('[class]');
const classes = JSON.parse(execFileSync('/usr/bin/python3', ['-c', 'import unicodedata, json; print(json.dumps([[c, unicodedata.combining(chr(c))] for c in range(0x110000) if unicodedata.combining(chr(c))]))'], { maxBuffer: 1e9 }));
for (const [c, k] of classes) {
    const highest = c === 0x345 ? '\u0301' : '\u0345';
    const known = c === 0x345 || nfd(highest + text(c)) === text(c) + highest || nfd(text(c)) !== text(c);
    if (known) console.log(hex(c), k);
}
const accents = bertNormalizer({ cleanText: false, handleChineseChars: false, stripAccents: true, lowercase: false });
const clean = bertNormalizer({ cleanText: true, handleChineseChars: false, stripAccents: false, lowercase: false });
const marks = stripAccentsNormalizer(), punctuation = punctuationPreTokenizer();
ranges("mark", c => marks.normalizeString(text(c)) === "");
ranges('nonspacing', c => accents.normalizeString(text(c)) === '');
ranges('other', c => clean.normalizeString(text(c)) === '' && c !== 0xFFFD);
ranges('punctuation', c => punctuation.preTokenizeString('a' + text(c)).length > 1);

// What Oniguruma, the library's engine of patterns, takes for \p{name}.
const scripts = `Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi Braille
    Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan
    Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek
    Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi
    Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha
    Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek
    Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa
    Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian
    Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang
    Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog
    Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho
    Warang_Citi Yezidi Yi Zanabazar_Square`.split(/\s+/);
const binary = 'Alphabetic Lowercase Uppercase Punct Print Graph Emoji Emoji_Presentation Emoji_Modifier Extended_Pictographic Ideographic Math Dash Diacritic ID_Start ID_Continue Cased Hex_Digit'.split(' ');
const encoder = pattern => Tokenizer.fromString(JSON.stringify({
    version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, post_processor: null, decoder: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true }, model: { type: 'WordLevel', vocab: { u: 0 }, unk_token: 'u' },
})).getPreTokenizer();
for (const name of [...binary, ...scripts].sort()) {
    const splitter = encoder(`\\p{${name}}`), found = new Set();
    for (let at = 0; at < all.length; at += 4096)
        for (const [part] of splitter.preTokenizeString(all.slice(at, at + 4096).map(text).join(''))) found.add(part.codePointAt(0));
    ranges(`property ${name.replaceAll('_', '').toLowerCase()}`, c => found.has(c));
}
