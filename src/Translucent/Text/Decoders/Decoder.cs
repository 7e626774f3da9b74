// Decoders: from tokens back to text (Hugging Face tokenizers, src/decoders).

using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Patterns;
using Translucent.Text.PreTokenizers;
using Translucent.Text.Reading;

namespace Translucent.Text.Decoders;

/// <summary>A step on the way back. The texts that the last one leaves are joined.</summary>
abstract class Decoder
{
    /// <summary>Changes the texts of tokens.</summary>
    public abstract List<string> Apply(List<string> tokens);

    /// <summary>Reads a decoder by its "type".</summary>
    /// <exception cref="TranslucentException">The kind is not known, or a setting is wrong.</exception>
    public static Decoder Read(ConfigSection section) => section.String("type") switch
    {
        "Sequence" => new SequenceDecoder([.. section.Sections("decoders").Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallback(),
        "Fuse" => new Fuse(),
        "Replace" => new ReplaceDecoder(section.Pattern("pattern"), section.String("content")),
        "Strip" => new StripDecoder(section.Rune("content"), section.Count("start"), section.Count("stop")),
        "Metaspace" => new MetaspaceDecoder(section.Rune("replacement"), Metaspace.Scheme(section) != PrependScheme.Never),
        "WordPiece" => new WordPieceDecoder(section.String("prefix"), section.Bool("cleanup")),
        "BPEDecoder" => new SuffixDecoder(section.String("suffix")),
        "CTC" => new CtcDecoder(section.String("pad_token"), section.String("word_delimiter_token"), section.Bool("cleanup")),
        _ => throw section.Unknown("Sequence", "ByteLevel", "ByteFallback", "Fuse", "Replace", "Strip", "Metaspace", "WordPiece", "BPEDecoder", "CTC"),
    };
}

/// <summary>One after the other.</summary>
sealed class SequenceDecoder(Decoder[] steps) : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        long before = tokens.Sum(t => (long)t.Length);
        return steps.Aggregate(tokens, (t, step) =>
        {
            List<string> next = step.Apply(t);
            Growth.Check(before, next.Sum(n => (long)n.Length));
            return next;
        });
    }
}

/// <summary>All tokens as one.</summary>
sealed class Fuse : Decoder
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Matches of a pattern, within a token, become a fixed text.</summary>
sealed class ReplaceDecoder(Pattern pattern, string content) : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        StepBudget budget = new(tokens.Sum(t => (long)t.Length));
        return [.. tokens.Select(token => Replaced(token, budget))];
    }

    string Replaced(string token, StepBudget budget)
    {
        int[] runes = Runes.Of(token);
        StringBuilder text = new();
        int at = 0;
        List<(int Start, int End)> matches = pattern.Matches(runes, budget);
        Growth.Check(token.Length, (long)matches.Count * content.Length);
        foreach ((int start, int end) in matches)
        {
            text.Append(Runes.Text(runes.AsSpan(at..start))).Append(content);
            at = end;
        }
        return text.Append(Runes.Text(runes.AsSpan(at))).ToString();
    }
}

/// <summary>Takes up to so many of a character from the ends of each token.</summary>
sealed class StripDecoder(int character, int start, int stop) : Decoder
{
    public override List<string> Apply(List<string> tokens) => [.. tokens.Select(token =>
    {
        int[] runes = Runes.Of(token);
        (int from, int to) = (0, runes.Length);
        while (from < runes.Length && from < start && runes[from] == character) from++;
        while (to > from && runes.Length - to < stop && runes[to - 1] == character) to--;
        return Runes.Text(runes.AsSpan(from..to));
    })];
}

/// <summary>Signs become blanks; in the first token, where one was put in front, they go.</summary>
sealed class MetaspaceDecoder(int sign, bool prepended) : Decoder
{
    readonly string _sign = Runes.Text([sign]);

    public override List<string> Apply(List<string> tokens) => [.. tokens.Select((token, i) => token.Replace(_sign, i == 0 && prepended ? "" : " "))];
}

/// <summary>The sign at the end of words becomes a blank, but behind the last token.</summary>
sealed class SuffixDecoder(string suffix) : Decoder
{
    public override List<string> Apply(List<string> tokens) =>
        suffix.Length == 0 ? tokens : [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " "))];
}
