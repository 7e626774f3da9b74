// BERT's cleaning of texts (Hugging Face tokenizers, normalizers/bert.rs, after github.com/google-research/bert, tokenization.py).

using Translucent.Checkpoints;
using Translucent.Text.Unicode;

namespace Translucent.Text.Normalizers;

/// <summary>Control characters go, white space becomes blanks, Chinese characters stand alone, accents go, letters become small: each as set.</summary>
sealed class BertNormalizer(bool clean, bool separateChinese, bool stripAccents, bool lowercase) : Normalizer
{
    readonly Lowercase _lowercase = new();

    /// <summary>Reads the settings; accents go with the letters' case unless something else is said.</summary>
    public static BertNormalizer Of(ConfigSection section)
    {
        bool lowercase = section.Bool("lowercase", true);
        return new(section.Bool("clean_text", true), section.Bool("handle_chinese_chars", true), section.Bool("strip_accents", lowercase), lowercase);
    }

    public override AlignedText Apply(AlignedText text)
    {
        if (clean) text = Clean(text);
        if (separateChinese) text = SeparateChinese(text);
        if (stripAccents) text = NormalForm.Nfd.Apply(text).Where(rune => rune < 0x300 || !UnicodeData.Instance.Nonspacing.Contains(rune));
        return lowercase ? _lowercase.Apply(text) : text;
    }

    static AlignedText Clean(AlignedText text)
    {
        AlignedText cleaned = new(Math.Max(text.Count, 1));
        RuneSet others = UnicodeData.Instance.Others;
        for (int i = 0; i < text.Count; i++)
        {
            int rune = text.Runes[i];
            if (rune == Runes.Replacement || others.Contains(rune)) continue; // some white space is among the others, and goes
            cleaned.Add(Properties.Space.Contains(rune) ? ' ' : rune, text[i]);
        }
        return cleaned;
    }

    static AlignedText SeparateChinese(AlignedText text)
    {
        AlignedText separated = new(text.Count + 16);
        for (int i = 0; i < text.Count; i++)
        {
            int rune = text.Runes[i];
            bool alone = rune is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
            if (alone) separated.Add(' ', text[i]);
            separated.Add(rune, text[i]);
            if (alone) separated.Add(' ', text[i]);
        }
        return separated;
    }
}

/// <summary>The cleaning of neural machine translation models: control characters go, unusual white space becomes blanks.</summary>
sealed class Nmt : Normalizer
{
    public override AlignedText Apply(AlignedText text)
    {
        AlignedText cleaned = new(Math.Max(text.Count, 1));
        for (int i = 0; i < text.Count; i++)
        {
            int rune = text.Runes[i];
            if (rune is (>= 1 and <= 8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F) continue;
            bool blank = rune is 9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
            cleaned.Add(blank ? ' ' : rune, text[i]);
        }
        return cleaned;
    }
}
