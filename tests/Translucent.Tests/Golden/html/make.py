# What Python's html.unescape makes of texts that differ in where references end, numbers, names and prefixes of names.   python3 make.py > unescape.json
import html, json, random

random.seed(4)
fixed = ["&amp;", "&amp", "&ampx", "&notit;", "&notin;", "&notin", "&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegral", "&#65;", "&#65",
         "&#x41;", "&#X41", "&#x", "&#", "&#;", "&", "&;", "&&amp;&", "&#0;", "&#13;", "&#128;", "&#x81;", "&#x9f;", "&#55296;", "&#x110000;",
         "&#99999999999999;",
         "&#1;", "&#11;", "&#127;", "&#xfdd0;", "&#xffff;", "&#x1fffe;", "&#x1f600;", "&lt;b&gt;", "&eacute;", "&EACUTE;", "&Eacute", "&eacutex", "&nbsp;x",
         "a&quot;b&apos;c", "&copy 2024", "&fjlig;", "&NotEqualTilde;", "&unknown;", "&x y;", "&a<b;", "&amp;lt;", "&\u00e9;", "&lt\n", "fish &chips; & peas"]
parts = ["&", "#", "x", "X", ";", "amp", "lt", "not", "in", "eacute", "6", "5", "1F", "600", "<", " ", "z", "copy", "\n"]
texts = fixed + ["".join(random.choice(parts) for _ in range(random.randint(1, 8))) for _ in range(250)]
print(json.dumps([[t, html.unescape(t)] for t in dict.fromkeys(texts)], indent=0))
