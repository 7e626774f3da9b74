// GPT-2's splitting and byte alphabet (Hugging Face tokenizers, pre_tokenizers/byte_level.rs, after github.com/openai/gpt-2, src/encoder.py).

using Translucent.Text.Patterns;

namespace Translucent.Text.PreTokenizers;

/// <summary>Splits into words that begin with their blank, then writes each as the characters of its UTF-8 bytes.</summary>
/// <param name="prefixSpace">A piece gets a blank in front if it has none.</param>
/// <param name="split">False where another step has split already.</param>
sealed class ByteLevel(bool prefixSpace, bool split) : PreTokenizer
{
    static readonly Pattern s_words = Pattern.Regex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    public override void Apply(PieceList pieces)
    {
        if (prefixSpace)
        {
            pieces.Rewrite((text, piece, target) =>
            {
                if (text.Runes[piece.Start] != ' ') target.Add(' ', text[piece.Start]);
                target.Add(text, piece.Start, piece.End);
            });
        }
        if (split) pieces.Split(text => Splitting.Cut(SplitBehaviour.Isolated, s_words.Matches(text), text.Length, invert: false));
        pieces.Rewrite((text, piece, target) => ByteAlphabet.Write(text, piece.Start, piece.End, target));
    }
}
