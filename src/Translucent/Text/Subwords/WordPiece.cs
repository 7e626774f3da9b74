// WordPiece: the longest token first (Hugging Face tokenizers, models/wordpiece, after github.com/google-research/bert, tokenization.py).

namespace Translucent.Text.Subwords;

/// <summary>Takes the longest token that a word begins with, then the longest that goes on, and so on; a word that has no such way is unknown.</summary>
/// <param name="vocabulary">Tokens.</param>
/// <param name="unknown">The token of an unknown word.</param>
/// <param name="prefix">What tokens begin with that go on.</param>
/// <param name="longest">Words of more characters are unknown.</param>
sealed class WordPiece(Vocabulary vocabulary, string unknown, string prefix, int longest) : SubwordModel(vocabulary)
{
    public override void Tokenize(ReadOnlySpan<int> text, List<Piece> pieces, List<Subword> tokens)
    {
        List<Subword> found = [];
        for (int i = 0; i < pieces.Count; i++)
        {
            Piece piece = pieces[i];
            if (piece.IsToken) tokens.Add(new Subword(piece.Id, piece.Start, piece.End, i));
            else if (Cut(text[piece.Start..piece.End], found))
            {
                foreach (Subword part in found) tokens.Add(new Subword(part.Id, piece.Start + part.Start, piece.Start + part.End, i));
            }
            else tokens.Add(new Subword(Unknown(unknown), piece.Start, piece.End, i));
        }
    }

    bool Cut(ReadOnlySpan<int> word, List<Subword> found)
    {
        found.Clear();
        if (word.Length > longest) return false;
        char[] rest = new char[prefix.Length + 2 * word.Length];
        prefix.CopyTo(rest);
        for (int start = 0; start < word.Length;)
        {
            int end = Math.Min(word.Length, start + Vocabulary.Longest); // no token is longer
            int from = start == 0 ? prefix.Length : 0, length = prefix.Length + Runes.Write(word[start..end], rest.AsSpan(prefix.Length));
            int id;
            while ((id = Vocabulary.IdOf(rest.AsSpan(from..length))) < 0)
            {
                if (--end <= start) return false;
                length -= word[end] > 0xFFFF ? 2 : 1;
            }
            found.Add(new Subword(id, start, end));
            start = end;
        }
        return true;
    }
}

/// <summary>Each piece is a token, or unknown (Hugging Face tokenizers, models/wordlevel).</summary>
sealed class WordLevel(Vocabulary vocabulary, string unknown) : SubwordModel(vocabulary)
{
    public override void Tokenize(ReadOnlySpan<int> text, List<Piece> pieces, List<Subword> tokens)
    {
        for (int i = 0; i < pieces.Count; i++)
        {
            Piece piece = pieces[i];
            int id = piece.IsToken ? piece.Id : Vocabulary.IdOf(Runes.Text(text[piece.Start..piece.End]));
            tokens.Add(new Subword(id >= 0 ? id : Unknown(unknown), piece.Start, piece.End, i));
        }
    }
}
