// A text cut into pieces: what pre-tokenizers split further, and what a model makes tokens of.

using System.Runtime.InteropServices;

namespace Translucent.Text;

/// <summary>A part of the text of a <see cref="PieceList"/>.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Behind its end.</param>
/// <param name="Id">The added token that it is; -1 for ordinary text.</param>
readonly record struct Piece(int Start, int End, int Id = -1)
{
    public bool IsToken => Id >= 0;
}

/// <summary>Pieces of one text. Steps replace the pieces, and where they change characters, the text as well.</summary>
sealed class PieceList(AlignedText text, List<Piece> items)
{
    /// <summary>What the pieces are parts of; it is released when another takes its place.</summary>
    public AlignedText Text { get; private set; } = text;

    /// <summary>The pieces in order; none is empty.</summary>
    public List<Piece> Items => items;

    /// <summary>The characters of a piece.</summary>
    public ReadOnlySpan<int> Runes(Piece piece) => Text.Runes[piece.Start..piece.End];

    /// <summary>Cuts pieces of ordinary text.</summary>
    /// <param name="cut">Takes the characters of a piece, and gives the parts to keep, relative to it; empty ones are left out.</param>
    public void Split(Func<ReadOnlySpan<int>, IEnumerable<(int Start, int End)>> cut)
    {
        List<Piece> pieces = new(items.Count);
        foreach (Piece piece in items)
        {
            if (piece.IsToken) pieces.Add(piece);
            else
            {
                IEnumerable<(int Start, int End)> parts = cut(Runes(piece));
                if (parts is List<(int Start, int End)> list) Keep(CollectionsMarshal.AsSpan(list), piece.Start, pieces);
                else Keep([.. parts], piece.Start, pieces);
            }
        }
        items = pieces;
    }

    static void Keep(ReadOnlySpan<(int Start, int End)> parts, int origin, List<Piece> pieces)
    {
        pieces.EnsureCapacity(pieces.Count + parts.Length);
        foreach ((int start, int end) in parts)
            if (start < end) pieces.Add(new Piece(origin + start, origin + end));
    }

    /// <summary>Changes the characters of pieces of ordinary text.</summary>
    /// <param name="write">Appends what a piece becomes to the new text.</param>
    public void Rewrite(Action<AlignedText, Piece, AlignedText> write)
    {
        AlignedText text = new(Math.Max(16, Text.Count));
        List<Piece> pieces = new(items.Count);
        foreach (Piece piece in items)
        {
            int start = text.Count;
            if (piece.IsToken) text.Add(Text, piece.Start, piece.End);
            else write(Text, piece, text);
            if (text.Count > start) pieces.Add(piece with { Start = start, End = text.Count });
        }
        Text.Release();
        (Text, items) = (text, pieces);
    }
}
