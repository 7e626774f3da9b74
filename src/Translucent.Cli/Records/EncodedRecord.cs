// The tokens of a text: `tokens-of --json`.

using Translucent.Text;

namespace Translucent.Cli.Records;

/// <summary>Tokens with their ids and offsets; lists are parallel, an offset is a pair of start and end.</summary>
sealed record EncodedRecord(
    IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens, IReadOnlyList<int> TypeIds, IReadOnlyList<int[]> Offsets, IReadOnlyList<int[]> Utf16Offsets,
    IReadOnlyList<bool> Special, string Decoded, int VocabularySize)
{
    public static EncodedRecord Of(Tokenizer tokenizer, EncodedText text) => new(
        text.Ids, text.Tokens, text.TypeIds, Pairs(text.Offsets), Pairs(text.Utf16Offsets), text.Special, tokenizer.Decode(text.Ids), tokenizer.VocabularySize);

    static int[][] Pairs(IEnumerable<TextSpan> spans) => [.. spans.Select(s => new[] { s.Start, s.End })];
}
