// The tokens beside the model's vocabulary: their ids, and how they are cut out of a text (Hugging Face tokenizers, added_vocabulary.rs).

using Translucent.Text.Normalizers;
using Translucent.Text.Subwords;
using Translucent.Text.Unicode;

namespace Translucent.Text;

/// <summary>All added tokens. It does not change.</summary>
sealed class AddedTokens
{
    readonly Dictionary<string, AddedToken> _byText = new(StringComparer.Ordinal);
    readonly Dictionary<int, AddedToken> _byId = [];
    readonly Dictionary<int, string> _normalized = []; // texts that the normalizer changes
    readonly HashSet<string> _special = new(StringComparer.Ordinal);
    readonly TokenTrie _before = new(), _behind = new(); // normalisation
    readonly Normalizer? _normalizer;

    /// <param name="tokens">In the order of the file. A token of the model keeps its id; others are numbered on from the vocabulary's size, whatever id the
    /// file gives them.</param>
    /// <param name="vocabulary">The tokens of the model.</param>
    /// <param name="normalizer">What changes texts before they are cut; null for nothing.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens, Vocabulary vocabulary, Normalizer? normalizer)
    {
        _normalizer = normalizer;
        int next = vocabulary.Count;
        foreach (AddedToken listed in tokens)
        {
            if (listed.Text.Length == 0) continue;
            int id = _byText.TryGetValue(listed.Text, out AddedToken? earlier) ? earlier.Id : vocabulary.IdOf(listed.Text) is >= 0 and int known ? known
                : next++;
            AddedToken token = listed with { Id = id };
            (_byText[token.Text], _byId[id]) = (token, token);
            if (token.Special) _special.Add(token.Text);
        }
        foreach (AddedToken token in _byId.Values)
        {
            if (!token.Normalized)
            {
                _before.Add(token.Text, token);
                continue;
            }
            string normalized = normalizer is null ? token.Text : Runes.Text(normalizer.Apply(new AlignedText(token.Text)).Runes);
            if (normalized != token.Text) _normalized[token.Id] = normalized;
            _behind.Add(normalized, token);
        }
    }

    /// <summary>The tokens by id.</summary>
    public IReadOnlyDictionary<int, AddedToken> ById => _byId;

    /// <summary>The tokens by text.</summary>
    public IReadOnlyDictionary<string, AddedToken> ByText => _byText;

    /// <summary>Whether a text is that of a special token.</summary>
    public bool IsSpecial(string text) => _special.Contains(text);

    /// <summary>A token's text as decoders want it: as the normalizer leaves it. Null when the id is of none.</summary>
    public string? TextOf(int id) => _byId.TryGetValue(id, out AddedToken? token) ? _normalized.GetValueOrDefault(id, token.Text) : null;

    /// <summary>Cuts the added tokens out of a text, and normalises each part between them by itself.</summary>
    public PieceList Extract(AlignedText source)
    {
        List<Piece> parts = Cut(source.Runes, _before), pieces = [];
        if (parts is [{ IsToken: false }])
        {
            AlignedText whole = _normalizer?.Apply(source) ?? source;
            return new PieceList(whole, Cut(whole.Runes, _behind));
        }
        AlignedText text = new(source.Count + 16);
        foreach (Piece part in parts)
        {
            int at = text.Count;
            if (part.IsToken)
            {
                text.Add(source, part.Start, part.End);
                pieces.Add(part with { Start = at, End = text.Count });
                continue;
            }
            AlignedText slice = source.Slice(part.Start, part.End);
            AlignedText normal = _normalizer is null ? slice : _normalizer.Apply(slice);
            text.Add(normal, 0, normal.Count);
            foreach (Piece piece in Cut(normal.Runes, _behind)) pieces.Add(piece with { Start = at + piece.Start, End = at + piece.End });
        }
        return new PieceList(text, pieces);
    }

    static List<Piece> Cut(ReadOnlySpan<int> text, TokenTrie trie)
    {
        List<Piece> pieces = [];
        (int at, int blank) = (0, 0); // behind the last token, and behind the white space known to follow it
        foreach ((int from, int to, AddedToken token) in trie.Find(text))
        {
            (int start, int end) = (from, to);
            if (token.SingleWord && (IsWord(text, start - 1) || IsWord(text, end))) continue;
            while (token.StripLeft && start > at && Properties.Space.Contains(text[start - 1])) start--;
            if (token.StripRight)
            {
                end = Math.Max(end, blank);
                while (end < text.Length && Properties.Space.Contains(text[end])) end++;
                blank = end;
            }
            start = Math.Max(start, Math.Min(at, end)); // an earlier token may have taken the white space that this one begins with
            if (at < start) pieces.Add(new Piece(at, start));
            pieces.Add(new Piece(start, end, token.Id));
            at = end;
        }
        if (at < text.Length) pieces.Add(new Piece(at, text.Length));
        return pieces;
    }

    static bool IsWord(ReadOnlySpan<int> text, int at) => (uint)at < (uint)text.Length && Properties.WordOrJoiner.Contains(text[at]);
}
