// A token as it reads in a text, for tables and pages.

using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>Writes tokens.</summary>
static class ShownToken
{
    /// <summary>What the token alone decodes to; as the vocabulary writes it where that is nothing, or a piece of a character.</summary>
    public static string Of(Tokenizer tokenizer, int id)
    {
        string text = tokenizer.Decode([id], skipSpecialTokens: false);
        return Visible.Line(text.Length == 0 || text.Contains('\uFFFD') ? tokenizer.TokenOf(id) ?? $"{id}" : text);
    }
}
