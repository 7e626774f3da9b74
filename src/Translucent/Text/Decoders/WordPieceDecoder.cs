// Decoders that join words by blanks and tidy English punctuation (Hugging Face tokenizers, decoders/{wordpiece,ctc}.rs).

namespace Translucent.Text.Decoders;

/// <summary>A blank before each token but the first, unless it goes on; then tidied.</summary>
sealed class WordPieceDecoder(string prefix, bool tidy) : Decoder
{
    public override List<string> Apply(List<string> tokens) => [.. tokens.Select((token, i) =>
    {
        string text = i == 0 ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return tidy ? Tidy(text) : text;
    })];

    /// <summary>Without the blanks before punctuation and shortened words.</summary>
    public static string Tidy(string text) => text
        .Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'").Replace(" n't", "n't")
        .Replace(" 'm", "'m").Replace(" do not", " don't").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re");
}

/// <summary>For models that name a token at each moment of a sound: repetitions and pauses go.</summary>
sealed class CtcDecoder(string pause, string delimiter, bool tidy) : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        List<string> texts = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1]) continue;
            string text = pause.Length == 0 ? tokens[i] : tokens[i].Replace(pause, "");
            if (tidy) text = delimiter.Length == 0 ? WordPieceDecoder.Tidy(text) : WordPieceDecoder.Tidy(text).Replace(delimiter, " ");
            if (text.Length > 0) texts.Add(text);
        }
        return texts;
    }
}
