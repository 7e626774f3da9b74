// Texts as SigLIP was trained on them (github.com/google-research/big_vision, pp/ops_text.py and evaluators/proj/image_text/prompt_engineering.py; Hugging
// Face tokenization_siglip.py, tokenization_siglip2.py; open_clip tokenizer.py): small letters, of the first version and of both in open_clip without
// punctuation, filled up to the longest text.

using System.Text;
using Translucent.Text;

namespace Translucent.Models;

/// <summary>From a text to the ids of SigLIP.</summary>
static class SiglipPrompt
{
    /// <summary>Makes ids of texts, as many as the tower has positions.</summary>
    /// <param name="tokenizer">The tokenizer of the folder.</param>
    /// <param name="config">The sizes of the text tower.</param>
    /// <param name="fill">What fills a text up where the tokenizer names no pad_token.</param>
    public static Func<string, int[]> Encoder(Tokenizer tokenizer, ClipTextConfig config, int fill)
    {
        if (tokenizer.Roles.TryGetValue("pad_token", out string? pad) && tokenizer.IdOf(pad) is { } id) fill = id;
        bool first = tokenizer.Roles.GetValueOrDefault("pad_token") == "</s>"; // SigLIP 2 has Gemma's tokenizer, and keeps punctuation
        Func<string, string> clean = config.Clean is { } kind ? OpenClipText.Cleaning(kind) : first ? text => Canonical(text.ToLowerInvariant())
            : text => text.ToLowerInvariant();
        return prompt =>
        {
            int[] ids = [.. tokenizer.Encode(clean(prompt)).Ids];
            return [.. ids, .. Enumerable.Repeat(fill, Math.Max(0, config.Positions - ids.Length))];
        };
    }

    /// <summary>Without ASCII punctuation, white space as single blanks, none at the ends.</summary>
    public static string Canonical(string text)
    {
        StringBuilder plain = new(text.Length);
        foreach (char c in text)
            if (char.IsWhiteSpace(c))
            {
                if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
            }
            else if (!char.IsAscii(c) || !(char.IsPunctuation(c) || char.IsSymbol(c))) plain.Append(c);
        return plain.ToString().TrimEnd(' ');
    }
}
