// Unigram: the tokens whose scores add up to most (Kudo 2018, arXiv:1804.10959; Hugging Face tokenizers, models/unigram/model.rs, after
// github.com/google/sentencepiece, unigram_model.cc, EncodeOptimized).

using System.Text;
using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Text.Subwords;

/// <summary>Cuts a piece so that the sum of the tokens' scores is greatest (Viterbi's algorithm); of equals, what was found first.</summary>
/// <remarks>
/// A character that is no token by itself may be an unknown one, whose score is 10 below the least; unknown ones side by side become one token, or, with byte
/// fallback, those of their bytes.
/// </remarks>
sealed class Unigram : SubwordModel
{
    const double Penalty = 10;

    readonly double[] _scores;
    readonly Dictionary<(int Node, int Rune), int> _edges = [];
    readonly List<int> _ends = [-1]; // by node: the token that ends there
    readonly int? _unknown;
    readonly int[]? _bytes; // the tokens <0x00> .. <0xFF>
    readonly double _unknownScore;
    readonly bool _single;

    /// <param name="vocabulary">Tokens.</param>
    /// <param name="scores">Of the tokens, by id; NaN for those that no text becomes.</param>
    /// <param name="unknown">The id of the unknown token, or null.</param>
    /// <param name="byteFallback">Whether unknown characters become their bytes, where all of these are tokens.</param>
    /// <param name="single">Whether sums are kept in single precision, as SentencePiece itself keeps them.</param>
    public Unigram(Vocabulary vocabulary, double[] scores, int? unknown, bool byteFallback, bool single = false) : base(vocabulary)
    {
        (_scores, _unknown, _single) = (scores, unknown, single);
        _unknownScore = scores.Where(s => !double.IsNaN(s)).DefaultIfEmpty().Min() - Penalty;
        _bytes = byteFallback ? [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf($"<0x{b:X2}>"))] : null;
        foreach ((string text, int id) in vocabulary.Ids)
        {
            if (double.IsNaN(scores[id])) continue;
            int node = 0;
            foreach (int rune in Runes.Of(text))
            {
                if (!_edges.TryGetValue((node, rune), out int next))
                {
                    _edges[(node, rune)] = next = _ends.Count;
                    _ends.Add(-1);
                }
                node = next;
            }
            if (node != 0) _ends[node] = id;
        }
    }

    /// <summary>The model of a tokenizer.json.</summary>
    /// <exception cref="TranslucentException">Something is missing, of a wrong type, or contradicts itself.</exception>
    public new static Unigram Read(ConfigSection section)
    {
        if (section.Kind("vocab") != JsonValueKind.Array) throw section.Wrong("vocab", "an array of tokens with their scores");
        List<string> texts = [];
        List<double> scores = [];
        foreach (JsonElement entry in section.Json.GetProperty("vocab").EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number || !double.IsFinite(entry[1].GetDouble()))
                throw section.Error("vocab", $"holds {JsonFile.Kind(entry.ValueKind)} as token {texts.Count}, expected pairs such as [\"▁the\", -3.2]");
            texts.Add(entry[0].GetString()!);
            scores.Add(entry[1].GetDouble());
        }
        int? unknown = section.Has("unk_id") ? section.Int("unk_id") : null;
        if (unknown is { } id && (id < 0 || id >= texts.Count)) throw section.Wrong("unk_id", $"the number of one of its {texts.Count} tokens");
        return new Unigram(Vocabulary.Of(texts, what => section.Error("vocab", what)), [.. scores], unknown, section.Bool("byte_fallback", false));
    }

    public override void Tokenize(ReadOnlySpan<int> text, List<Piece> pieces, List<Subword> tokens)
    {
        List<(int Id, int Start, int End)> found = [];
        for (int i = 0; i < pieces.Count; i++)
        {
            Piece piece = pieces[i];
            if (piece.IsToken) tokens.Add(new Subword(piece.Id, piece.Start, piece.End, i));
            else
            {
                ReadOnlySpan<int> part = text[piece.Start..piece.End];
                Cut(part, found);
                for (int f = found.Count - 1; f >= 0; f--) // it was found from the end
                    Add(part[found[f].Start..found[f].End], found[f].Id, piece.Start + found[f].Start, i, tokens);
            }
        }
    }

    /// <summary>An unknown token is called by the text that it stands for.</summary>
    public override string NameOf(ReadOnlySpan<int> text, Subword token) =>
        token.Id == _unknown ? Runes.Text(text[token.Start..token.End]) : base.NameOf(text, token);

    /// <summary>The best way through a piece, its last token first; unknown ones side by side are one.</summary>
    void Cut(ReadOnlySpan<int> part, List<(int Id, int Start, int End)> found)
    {
        found.Clear();
        (int Id, int Start, double Score)[] best = new (int, int, double)[part.Length + 1];
        for (int i = 1; i < best.Length; i++) best[i].Start = -1;
        for (int start = 0; start < part.Length; start++)
        {
            double here = best[start].Score;
            bool single = false;
            int node = 0;
            for (int i = start; i < part.Length && _edges.TryGetValue((node, part[i]), out node); i++)
                if (_ends[node] is >= 0 and int id)
                {
                    Reach(ref best[i + 1], id, start, here + _scores[id]);
                    single |= i == start;
                }
            if (!single) Reach(ref best[start + 1], -1, start, _single ? (float)(here + _unknownScore) : here + _unknownScore);
        }
        for (int end = part.Length; end > 0; end = best[end].Start)
        {
            (int id, int start, _) = best[end];
            if (id < 0) id = _unknown ?? throw new TranslucentException(
                "the text holds what no token covers, and the model has no unk_id; correct the tokenizer or leave that text out.");
            if (id == _unknown && found.Count > 0 && found[^1].Id == _unknown) found[^1] = (id, start, found[^1].End);
            else found.Add((id, start, end));
        }
    }

    void Reach(ref (int Id, int Start, double Score) place, int id, int start, double score)
    {
        if (place.Start < 0 || score > place.Score) place = (id, start, _single ? (float)score : score);
    }

    /// <summary>A token; what is unknown may be one all the same where several were joined, or bytes.</summary>
    void Add(ReadOnlySpan<int> part, int id, int start, int piece, List<Subword> tokens)
    {
        int end = start + part.Length;
        if (id == _unknown)
        {
            string text = Runes.Text(part);
            if (!_single && Vocabulary.IdOf(text) is >= 0 and int known) id = known;
            else if (_bytes is not null && Encoding.UTF8.GetBytes(text) is var bytes && Array.TrueForAll(bytes, b => _bytes[b] >= 0))
            {
                foreach (byte b in bytes) tokens.Add(new Subword(_bytes[b], start, end, piece));
                return;
            }
        }
        tokens.Add(new Subword(id, start, end, piece));
    }
}
