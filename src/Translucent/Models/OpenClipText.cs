// How open_clip and OpenAI's CLIP clean texts before their tokenizers read them (github.com/mlfoundations/open_clip, src/open_clip/tokenizer.py;
// github.com/openai/CLIP, clip/simple_tokenizer.py). Hugging Face's tokenizers do none of it but what tokenizer.json says.

using System.Text;
using Translucent.Files;
using Translucent.Text.Cleaning;

namespace Translucent.Models;

/// <summary>The cleaning of texts that open_clip calls canonicalize, lower, whitespace and whitespace_underscore.</summary>
static class OpenClipText
{
    /// <summary>What a kind of cleaning does.</summary>
    /// <exception cref="TranslucentException">There is no such cleaning.</exception>
    public static Func<string, string> Cleaning(string kind) => kind switch
    {
        "canonicalize" => text => SiglipPrompt.Canonical(Lower(Basic(text).Replace('_', ' '))),
        "lower" => text => Lower(Single(Basic(text))),
        "whitespace" => text => Single(Basic(text)),
        "whitespace_underscore" => text => Single(Basic(text).Replace('_', ' ')),
        _ => throw new TranslucentException(
            $"open_clip_config.json: 'tokenizer_kwargs.clean' is {Describe.Name(kind)}, expected one of canonicalize, lower, whitespace, "
            + "whitespace_underscore."),
    };

    /// <summary>The repair of a text, but of its encoding, and references of HTML twice.</summary>
    static string Basic(string text) => HtmlReferences.Unescape(HtmlReferences.Unescape(TextFixes.Apply(text)));

    static string Single(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Small letters as Python's str.lower makes them: İ becomes two characters, Σ at the end of a word ς.</summary>
    static string Lower(string text)
    {
        if (!text.Contains('Σ') && !text.Contains('İ')) return text.ToLowerInvariant();
        StringBuilder lower = new(text.Length + 1);
        for (int i = 0; i < text.Length; i++)
            lower.Append(text[i] switch
            {
                'İ' => "i\u0307",
                'Σ' when IsLetter(i - 1, -1) && !IsLetter(i + 1, 1) => "ς",
                _ when char.IsSurrogatePair(text, i) => text.Substring(i++, 2).ToLowerInvariant(),
                var letter => char.ToLowerInvariant(letter).ToString(),
            });
        return lower.ToString();

        bool IsLetter(int at, int step)
        {
            while (at >= 0 && at < text.Length && IsPassedOver(text[at])) at += step;
            return at >= 0 && at < text.Length && (char.IsUpper(text[at]) || char.IsLower(text[at]));
        }
    }

    /// <summary>Whether a word goes on across a character: marks, apostrophes, points in the middle of a line.</summary>
    static bool IsPassedOver(char letter) => letter is '\'' or '.' or ':' or '·' or '^' or '`' || char.GetUnicodeCategory(letter)
        is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark
        or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.ModifierLetter
        or System.Globalization.UnicodeCategory.ModifierSymbol;
}
