// Lower case, character by character, as Rust's char::to_lowercase has it: no regard to context, so that Σ is σ at the end of words too.

using System.Text;

namespace Translucent.Text.Normalizers;

/// <summary>Each character in lower case.</summary>
sealed class Lowercase : Normalizer
{
    const int DottedI = 0x130; // the one character whose lower case is two

    public override AlignedText Apply(AlignedText text)
    {
        AlignedText lower = new(text.Count + 1);
        ReadOnlySpan<int> runes = text.Runes;
        for (int i = 0; i < runes.Length; i++)
        {
            lower.Add(Of(runes[i]), text[i]);
            if (runes[i] == DottedI) lower.Add(0x307, text[i]);
        }
        return lower;
    }

    static int Of(int rune) => rune switch
    {
        < 0x80 => rune is >= 'A' and <= 'Z' ? rune + 32 : rune,
        DottedI => 'i',
        0xA7CE or 0xA7D2 or 0xA7D4 => rune + 1, // Unicode 17, newer than .NET's data
        >= 0x16EA0 and <= 0x16EB8 => rune + 27, // likewise
        _ => Rune.ToLowerInvariant(new Rune(rune)).Value,
    };
}
