// Byte-pair encoding as Hugging Face tokenizers computes it (models/bpe/model.rs): the families of GPT-2, Llama and CLIP.

namespace Translucent.Text.Subwords;

/// <summary>How characters become the first tokens, which are then merged.</summary>
/// <param name="Unknown">The token of a character that has none; without it such characters are lost.</param>
/// <param name="Prefix">What a character has in front that does not begin its piece.</param>
/// <param name="Suffix">What the last character of a piece has behind it.</param>
/// <param name="FuseUnknown">Neighbouring unknown characters become one token.</param>
/// <param name="ByteFallback">A character that has no token becomes those of its bytes, <c>&lt;0x41&gt;</c>, if all of them exist.</param>
/// <param name="IgnoreMerges">A piece that is a token as a whole is not built by merges.</param>
sealed record BpeSettings(string? Unknown, string Prefix, string Suffix, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges);

/// <summary>Merges the characters of each piece, pair by pair, to tokens.</summary>
sealed class Bpe : SubwordModel
{
    const int LongestKept = 1 << 16; // longer words have memory of their own

    readonly BpeSettings _settings;
    readonly Merges _merges;
    readonly FirstTokens _first;
    readonly int[] _bytes; // the tokens <0x00> .. <0xFF>; -1 for none
    Scratch? _spare;

    public Bpe(Vocabulary vocabulary, Merges merges, BpeSettings settings) : base(vocabulary)
    {
        (_settings, _merges) = (settings, merges);
        _first = new FirstTokens(vocabulary, settings.Prefix, settings.Suffix);
        _bytes = [.. Enumerable.Range(0, 256).Select(b => settings.ByteFallback ? vocabulary.IdOf($"<0x{b:X2}>") : -1)];
    }

    /// <summary>What one call of Tokenize works with; the next call takes it over.</summary>
    sealed class Scratch(Merges merges)
    {
        public readonly WordCache Cache = new();
        public readonly Word Word = new(merges);
    }

    public override void Tokenize(ReadOnlySpan<int> text, List<Piece> pieces, List<Subword> tokens)
    {
        Scratch scratch = Interlocked.Exchange(ref _spare, null) ?? new Scratch(_merges);
        for (int i = 0; i < pieces.Count; i++)
        {
            Piece piece = pieces[i];
            if (piece.IsToken)
            {
                tokens.Add(new Subword(piece.Id, piece.Start, piece.End, i));
                continue;
            }
            ReadOnlySpan<int> word = text[piece.Start..piece.End];
            Subword[]? parts = scratch.Cache.Find(word, out int place);
            if (parts is null) scratch.Cache.Keep(word, place, parts = Tokens(word, word.Length > LongestKept ? new Word(_merges) : scratch.Word));
            foreach (Subword part in parts) tokens.Add(new Subword(part.Id, piece.Start + part.Start, piece.Start + part.End, i));
        }
        _spare = scratch;
    }

    Subword[] Tokens(ReadOnlySpan<int> word, Word symbols)
    {
        if (_settings.IgnoreMerges && Vocabulary.IdOf(Runes.Text(word)) is >= 0 and int whole) return [new Subword(whole, 0, word.Length)];
        symbols.Clear();
        Begin(word, symbols);
        symbols.Merge();
        return Place(word, symbols);
    }

    /// <summary>The characters of a word as tokens.</summary>
    void Begin(ReadOnlySpan<int> word, Word symbols)
    {
        (int unknown, int unknownBytes) = (-1, 0); // not yet appended, in case the next is unknown too
        for (int i = 0; i < word.Length; i++)
        {
            (bool first, bool last, int bytes) = (i == 0, i == word.Length - 1, Runes.Utf8Length(word[i]));
            int id = _first.IdOf(word[i], first, last);
            if (id >= 0)
            {
                if (unknown >= 0) symbols.Add(unknown, unknownBytes);
                unknown = -1;
                symbols.Add(id, bytes);
            }
            else if (!_settings.ByteFallback || !AddBytes(word[i], first, last, symbols))
            {
                if (_settings.Unknown is null) continue;
                if (unknown >= 0 && _settings.FuseUnknown) unknownBytes += bytes;
                else
                {
                    if (unknown >= 0) symbols.Add(unknown, unknownBytes);
                    (unknown, unknownBytes) = (Unknown(_settings.Unknown), bytes);
                }
            }
        }
        if (unknown >= 0) symbols.Add(unknown, unknownBytes);
    }

    bool AddBytes(int rune, bool first, bool last, Word symbols)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes((first ? "" : _settings.Prefix) + Runes.Text([rune]) + (last ? _settings.Suffix : ""));
        if (bytes.Any(b => _bytes[b] < 0)) return false;
        foreach (byte value in bytes) symbols.Add(_bytes[value], 1);
        return true;
    }

    /// <summary>Gives each token its characters: those that its bytes belong to.</summary>
    static Subword[] Place(ReadOnlySpan<int> word, Word symbols)
    {
        List<Subword> tokens = [];
        (int rune, int start, int at) = (0, 0, 0); // the character at hand, its first byte, and the byte that is next
        foreach ((int id, int bytes) in symbols.Tokens)
        {
            while (rune < word.Length - 1 && start + Runes.Utf8Length(word[rune]) <= at) start += Runes.Utf8Length(word[rune++]);
            int first = rune;
            at += bytes;
            while (rune < word.Length - 1 && start + Runes.Utf8Length(word[rune]) < at) start += Runes.Utf8Length(word[rune++]);
            tokens.Add(new Subword(id, first, rune + 1));
        }
        return [.. tokens];
    }
}

/// <summary>The tokens of single characters, with what stands before and behind them at their place in a word.</summary>
sealed class FirstTokens
{
    const int Fast = 0x180; // holds the byte alphabet

    readonly int[][] _fast = new int[4][];
    readonly Dictionary<int, int>[] _all = new Dictionary<int, int>[4];

    public FirstTokens(Vocabulary vocabulary, string prefix, string suffix)
    {
        for (int place = 0; place < 4; place++)
        {
            (string before, string behind) = ((place & 1) != 0 ? "" : prefix, (place & 2) != 0 ? suffix : "");
            Dictionary<int, int> ids = _all[place] = [];
            foreach ((string text, int id) in vocabulary.Ids)
            {
                int length = text.Length - before.Length - behind.Length;
                if (length is not (1 or 2) || !text.StartsWith(before, StringComparison.Ordinal) || !text.EndsWith(behind, StringComparison.Ordinal)) continue;
                if (Runes.Of(text.Substring(before.Length, length)) is [int rune]) ids[rune] = id;
            }
            _fast[place] = [.. Enumerable.Range(0, Fast).Select(rune => ids.GetValueOrDefault(rune, -1))];
        }
    }

    /// <summary>The token of a character; -1 when it has none.</summary>
    public int IdOf(int rune, bool first, bool last)
    {
        int place = (first ? 1 : 0) | (last ? 2 : 0);
        return rune < Fast ? _fast[place][rune] : _all[place].GetValueOrDefault(rune, -1);
    }
}
